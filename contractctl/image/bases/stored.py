"""An image that is kept somewhere, as what a mock image can stand on."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.core.json import Json
from contractctl.core.records import dataclass
from contractctl.image.model import LayerBlob, Platform


@dataclass(frozen=True, slots=True)
class StoredImage:
    """One platform's image, wherever it is kept: its configuration, and its layers from the lowest to the highest.

    `name` is the whole reference that it was found by and `digest` that of what the reference names (an index, where
    it names one), "" where it has none.
    """

    name: str
    digest: str
    platform: Platform
    config: Mapping[str, Json]
    layers: tuple[LayerBlob, ...]
