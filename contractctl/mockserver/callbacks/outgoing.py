"""What the Bundle says of the requests that the mock sends. bundle.py specifies each member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contractctl.mockserver.model import Pairs, Ref, ref_of
from contractctl.mockserver.record import record


@record
class Carried:
    """A body that can be sent: its media type, and its examples by name, the first of which is the usual one."""

    type: str
    examples: tuple[tuple[str, Ref], ...]


@record
class Outgoing:
    """A callback or webhook. `url` is a text with expressions, empty for a webhook; `statuses` are what is expected."""

    name: str
    method: str
    at: str
    url: str
    query: str
    headers: Pairs
    content: tuple[Carried, ...]
    statuses: tuple[str, ...]

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Outgoing:
        """Type an OUTGOING; raise KeyError, TypeError or ValueError for one that is damaged."""
        return cls(
            name=value["name"],
            method=value["method"],
            at=value["at"],
            url=value.get("url") or "",
            query=value.get("query") or "",
            headers=tuple((name, text) for name, text in value.get("headers") or ()),
            content=tuple(map(_carried, value.get("content") or ())),
            statuses=tuple(value["statuses"]),
        )

    def body(self, example: str = "") -> tuple[str, Ref] | None:
        """Return media type and record of the body to send, JSON before others; None where there is none.

        With a name, that of the example which has it.
        """
        ordered = sorted(self.content, key=lambda one: "json" not in one.type)
        bodies = ((one.type, name, ref) for one in ordered for name, ref in one.examples)
        return next(((kind, ref) for kind, name, ref in bodies if not example or name == example), None)

    def is_expected(self, status: int) -> bool:
        """Tell whether the contract documents a status as an answer to it."""
        return bool({str(status), f"{status // 100}XX", "default"}.intersection(self.statuses))


def _carried(value: Mapping[str, Any]) -> Carried:
    examples = tuple((item["name"], ref_of(item["body"])) for item in value.get("examples") or ())
    return Carried(value["type"], examples)
