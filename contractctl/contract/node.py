"""A cursor over a document that expects shapes and tells where they are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contractctl.contract.model import nothing
from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.records import dataclass

Tell = Callable[[Finding], None]


def malformed(at: Place, message: str, hint: str = "") -> Finding:
    """Make the finding for a part that is skipped because it has not the shape that it must have."""
    return Finding("part-malformed", Severity.ERROR, message, Location(at), hint or "the rest of the contract stands")


@dataclass(frozen=True, slots=True)
class Node:
    """A value, its place, and whom to tell of what is malformed. Every reader skips what it cannot use."""

    value: Json
    at: Place
    tell: Tell

    def child(self, key: str) -> Node | None:
        """Return the member `key` when it is an object; tell when it is something else."""
        if not isinstance(self.value, dict) or key not in self.value:
            return None
        child = Node(self.value[key], self.at / key, self.tell)
        return child if child.is_object("an object") else None

    def is_object(self, what: str) -> bool:
        """Tell whether this is an object, and report it as not being `what` when it is not."""
        if is_object(self.value):
            return True
        self.tell(malformed(self.at, f"`{_name(self.at)}` must be {what}; it is skipped"))
        return False

    def members(self, key: str) -> Iterator[tuple[str, Node]]:
        """Yield name and node of every member of the map under `key` (none when it is absent).

        A map's names are the author's: a header or a component may well be called `x-…`.
        """
        child = self.child(key)
        if child is not None:
            yield from child.entries()

    def fields(self, key: str) -> Iterator[tuple[str, Node]]:
        """Yield what `members` does, without the extensions (`x-…`) that the object under `key` may have."""
        yield from ((name, node) for name, node in self.members(key) if not name.startswith("x-"))

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield name and node of every member of this object."""
        if is_object(self.value):
            for name, value in self.value.items():
                yield name, Node(value, self.at / name, self.tell)

    def items(self, key: str) -> Iterator[Node]:
        """Yield every item of the list under `key` (none when it is absent)."""
        if not is_object(self.value) or key not in self.value:
            return
        values = self.value[key]
        if not is_array(values):
            self.tell(malformed(self.at / key, f"`{key}` must be a list; it is skipped"))
            return
        for index, value in enumerate(values):
            yield Node(value, self.at / key / index, self.tell)

    def text(self, key: str) -> str:
        """Return the string under `key`, empty when it is absent; numbers are taken as they are written."""
        return self.optional_text(key) or ""

    def optional_text(self, key: str) -> str | None:
        """Return what `text` does, but None for a string that is absent or malformed, which is told."""
        if not isinstance(self.value, dict) or key not in self.value:
            return None
        text = _as_text(self.value[key])
        if text is None:
            self.tell(malformed(self.at / key, f"`{key}` must be a string; it is skipped"))
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the strings of the list under `key`, in order, as `text` takes them; none when it is absent."""
        return tuple(self._texts(key)) if self.has(key) else ()

    def _texts(self, key: str) -> Iterator[str]:
        for item in self.items(key):
            text = _as_text(item.value)
            if text is None:
                self.tell(malformed(item.at, f"`{key}` must be a list of strings; this one is skipped"))
            else:
                yield text

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return the boolean under `key`; tell when it is something else."""
        if not isinstance(self.value, dict) or key not in self.value:
            return default
        value = self.value[key]
        if not isinstance(value, bool):
            self.tell(malformed(self.at / key, f"`{key}` must be true or false; {str(default).lower()} is taken"))
            return default
        return value

    def has(self, key: str) -> bool:
        """Tell whether this is an object with the member `key`, whatever it is."""
        return isinstance(self.value, dict) and key in self.value

    def get(self, key: str) -> Json:
        """Return the member `key` as it is, None when it is absent."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def extensions(self) -> Mapping[str, Json]:
        """Return the members whose names begin with `x-`."""
        if not is_object(self.value):
            return nothing()
        return {name: value for name, value in self.value.items() if name.startswith("x-")} or nothing()


def _as_text(value: Json) -> str | None:
    """Return a string, or a number as it is written."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _name(at: Place) -> str:
    return at.pointer.tokens[-1] if at.pointer.tokens else "the description"
