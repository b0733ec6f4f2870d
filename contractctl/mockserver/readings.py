"""READINGs of a Bundle: of which types the text of a parameter, or of a form, may be. reading.py reads by them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from contractctl.mockserver.record import record


@record
class Reading:
    """How text becomes a value: the JSON types to try, in order, and the same for what is inside."""

    types: tuple[str, ...] = ("string",)
    items: Reading | None = None
    properties: Mapping[str, Reading] | None = None
    additional: Reading | None = None

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Reading:
        """Type a READING; one that is missing reads strings."""
        if not value:
            return TEXT
        if value.keys() == {"types"}:
            return _reading_of(tuple(value["types"] or ("string",)))
        properties = value.get("properties") or {}
        return cls(
            types=tuple(value.get("types") or ("string",)),
            items=cls.read(value["items"]) if value.get("items") else None,
            properties={name: cls.read(inner) for name, inner in properties.items()},
            additional=cls.read(value["additional"]) if value.get("additional") else None,
        )

    def member(self, name: str) -> Reading:
        """Return how an object's member is read."""
        return (self.properties or {}).get(name) or self.additional or TEXT

    @property
    def item(self) -> Reading:
        """How an array's items are read."""
        return self.items or TEXT


TEXT = Reading()
_reading_of = lru_cache(maxsize=256)(Reading)
"""What has types alone, as most parameters have, is there once for all of the same types."""
