"""One real image on the host base for the whole room: the base is made once, in a cache of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.image.build import build_image
from contractctl.image.model import ImageSet
from tests.image.built import CONTRACTS, METADATA, unpack


@pytest.fixture(scope="session")
def image_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache that only the tests of this run fill."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        yield folder


@pytest.fixture(scope="session")
def host_image(image_cache: Path) -> ImageSet:
    """An image on the host base."""
    return build_image(CONTRACTS, base="host", metadata=METADATA)


@pytest.fixture(scope="session")
def host_root(host_image: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host image's files, unpacked."""
    root = tmp_path_factory.mktemp("root")
    unpack(host_image, root)
    return root
