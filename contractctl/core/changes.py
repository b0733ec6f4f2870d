"""Changes between two contracts: neutral facts, and the verdict that one law derives from each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from contractctl.core.fingerprints import fingerprint
from contractctl.core.json import Json
from contractctl.core.locations import Pointer
from contractctl.core.records import dataclass

if TYPE_CHECKING:
    from contractctl.core.locations import Location


class Direction(StrEnum):
    """Which way the changed thing travels. A callback's and a webhook's request travels to the client: RESPONSE."""

    REQUEST = "request"
    RESPONSE = "response"
    NEITHER = "neither"


class Impact(StrEnum):
    """What a change does to those who rely on the base, worst first."""

    BREAKING = "breaking"
    WARNING = "warning"
    COMPATIBLE = "compatible"

    @property
    def rank(self) -> int:
        """0 for breaking, 2 for compatible."""
        return ("breaking", "warning", "compatible").index(self.value)


class Category(StrEnum):
    """Who notices: peers on the wire, generated code, planners, readers. Only wire changes break by default."""

    WIRE = "wire"
    SDK = "sdk"
    LIFECYCLE = "lifecycle"
    DOCS = "docs"


@dataclass(frozen=True, slots=True)
class Change:
    """A neutral fact: what differs, and where it stands on each side (None on the side that lacks it).

    `kind` is kebab-case, `operations` are titles such as `GET /pets/{id}` of everything the edit reaches.
    `message` names both sides of the difference.
    """

    kind: str
    direction: Direction
    operations: tuple[str, ...]
    message: str
    base: Location | None
    revision: Location | None
    before: Json = None
    after: Json = None

    @property
    def fingerprint(self) -> str:
        """32 hex digits from the kind and the pointers, never from wording or line numbers."""
        sides = (side.place.pointer if side else "" for side in (self.base, self.revision))
        return fingerprint(self.kind, *map(str, sides))


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP message as it may be sent. `start` is `POST /pets?limit=1` of a request, `200` of a response.

    `headers` are in the order of sending; the media type of the body is among them. `body` is None where there is
    none: a JSON value for a JSON media type, else a text.
    """

    start: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Json = None
    has_body: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """A value that proves a verdict: one side accepts it, the other rejects it, both checked by a validator.

    `value` is all of what travels at `part` of the first operation (`request body (application/json)`, `query
    parameter `q``), or the request itself where `part` is `request`. `because` is what the rejecting side objects to,
    in one sentence, and `at` where in `value`: of a member that is missing, where it should be in. `message` is what to
    send to see it, or what a client has to be ready for.
    """

    kind: Direction
    value: Json
    accepted_by: Literal["base", "revision"]
    rejected_by: Literal["base", "revision"]
    because: str
    part: str = ""
    message: Message | None = None
    at: Pointer = Pointer()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A change, judged. `reason` is the derivation in one sentence. `judged` is what the law says by itself.

    `impact` differs from it where a policy says so, and then the reason names the policy. `excused` is the reason of
    an approval that covers the change: it is told apart, and fails nothing.
    """

    change: Change
    impact: Impact
    category: Category
    reason: str
    witness: Witness | None = None
    judged: Impact | None = None
    excused: str | None = None
