"""Sorts the operations of a contract by the collections that their paths name, as far as paths tell."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import field
from typing import Final, TypeAlias

from contractctl.contract.model import Operation
from contractctl.core.json import Json, is_object, text_at
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.mock.resources import Shapes, body_schema
from contractctl.mock.routes import Route
from contractctl.mock.telling import Told, warning

STATE: Final = "x-mock-state"
ROLES: Final = ("list", "create", "read", "replace", "patch", "delete")

_ITEM_ROLES: Final = {"GET": "read", "PUT": "replace", "PATCH": "patch", "DELETE": "delete"}
_OF_ALL: Final = frozenset(("list", "create"))
_VARIABLE: Final = pattern(r"\{[^{}]*\}")
_KEYED: Final = pattern(r"\(('?)(\{[^{}]*\})\1\)")
"""`things({id})` of OData."""

Key: TypeAlias = str
"""A path template without what does not tell collections apart: names of variables, a slash at the end, `.json`."""


@dataclass(frozen=True, slots=True)
class Member:
    """An operation with a role in a collection. It is `asked` for where the description itself says so."""

    route: Route
    operation: Operation
    role: str
    asked: bool = False

    @property
    def name(self) -> tuple[str, str]:
        """The template and the method."""
        return self.route.path, self.operation.method


@dataclass(slots=True)
class Collection:
    """A collection while it is found. `variable` names its items in the template `item`; empty in one of one."""

    key: Key
    item: str = ""
    variable: str = ""
    id: str = ""
    members: list[Member] = field(default_factory=list)

    def of(self, role: str) -> Member | None:
        """Return the first operation of a role."""
        return next((one for one in self.members if one.role == role), None)

    @property
    def roles(self) -> set[str]:
        """The roles that it has operations of."""
        return {member.role for member in self.members}

    @property
    def is_single(self) -> bool:
        """Whether its path names the only thing in it."""
        return not self.variable and not {"list", "create"} & self.roles

    @property
    def noun(self) -> str:
        """What its path calls the things in it."""
        named = [part for part in self.key.split("/") if part and "{" not in part]
        return named[-1] if named else ""


class Grouping:
    """Sorts operations into collections by their paths."""

    def __init__(self, routes: Sequence[Route], lists: Container[tuple[str, str]], shapes: Shapes, told: Told) -> None:
        self._lists = lists
        self._routes = [route for route in routes if _is_simple(route)]
        self._shapes = shapes
        self._told = told
        self._found: dict[Key, Collection] = {}
        self.free: list[Member] = []
        """The operations, without a role, but for those that are to have none."""
        self._holders = {
            above for route in self._routes if (above := _above(route)) and (route.path, "GET") not in lists
        }

    def collections(self) -> list[Collection]:
        """Return those that have operations, in the order of the contract."""
        for route in self._routes:
            for operation in route.operations:
                asked = self._asked(operation)
                if asked:
                    self._enter_as_asked(route, operation, asked)
                elif asked is not None:
                    self._enter(route, operation)
                if asked is not None:
                    self.free.append(Member(route, operation, "below"))
        return [one for one in self._found.values() if one.members]

    def _enter(self, route: Route, operation: Operation) -> None:
        above, key, method = _above(route), key_of(route.path), operation.method
        is_list = (route.path, "GET") in self._lists
        if above is not None and not is_list and method in _ITEM_ROLES:
            self._add(above, route, Member(route, operation, _ITEM_ROLES[method]), variable=route.variables[-1])
        elif key in self._holders or is_list:
            if role := self._role_in_collection(operation, is_list=is_list):
                self._add(key, route, Member(route, operation, role))
        elif above is not None and method == "POST" and not _has_update(route):
            self._add(above, route, Member(route, operation, "patch"), variable=route.variables[-1])
        elif above is None and method in _ITEM_ROLES:
            self._add(key, route, Member(route, operation, _ITEM_ROLES[method]))

    def _role_in_collection(self, operation: Operation, *, is_list: bool) -> str:
        """Return what a method does at the path of a collection. PUT there replaces what its body names."""
        roles = {"POST": "create", "PUT": "replace", **({"GET": "list"} if is_list else {})}
        role = roles.get(operation.method, "")
        return role if role != "replace" or self._shapes.of(body_schema(operation.body)) else ""

    def _add(self, key: Key, route: Route, member: Member, *, variable: str = "", at: str = "") -> None:
        found = self._found.setdefault(key, Collection(key))
        if variable and not found.variable:
            found.variable, found.item = variable, route.path
        found.id = found.id or at
        found.members.append(member)

    def _asked(self, operation: Operation) -> Mapping[str, Json] | None:
        """Return what `x-mock-state` says of an operation: None for `off`, empty where it says nothing."""
        value = operation.extensions.get(STATE)
        if value is None or value is False or value == "off":
            return {} if value is None else None
        if is_object(value) and not (wrong := _wrong(value)):
            return value
        message = f"`{STATE}` is {value!r}, which cannot be used{f': {wrong}' if is_object(value) else ''}"
        hint = f"it must be off, or an object of role ({', '.join(ROLES)}), collection (/things) and id (a member)"
        self._told.tell(warning("mock-setting-invalid", operation.at / STATE, message, hint=hint))
        return {}

    def _enter_as_asked(self, route: Route, operation: Operation, asked: Mapping[str, Json]) -> None:
        above, path, member_id = _above(route), text_at(asked, "collection"), text_at(asked, "id")
        role = text_at(asked, "role") or _usual_role(operation, has_item=above is not None)
        key = key_of(path) if path else (above if above is not None and role not in _OF_ALL else key_of(route.path))
        owner = key.count("{}")
        if len(route.variables) < owner:
            message = f"`{STATE}` names the collection {path}, which has more variables than {route.path}"
            self._told.tell(warning("mock-setting-invalid", operation.at / STATE, message, hint="name another"))
            return
        has_id = role not in _OF_ALL and len(route.variables) > owner
        member = Member(route, operation, role, asked=True)
        self._add(key, route, member, variable=route.variables[owner] if has_id else "", at=member_id)


def key_of(path: str) -> Key:
    """Return what a path has in common with others that name the same things."""
    bare = path.partition("#")[0].partition("?")[0].rstrip("/").removesuffix(".json")
    return _VARIABLE.sub("{}", _KEYED.sub(r"/\2", bare))


def _above(route: Route) -> Key | None:
    """Return the collection of which a path names an item; None where it names none."""
    key = key_of(route.path)
    return key.removesuffix("/{}") if key.endswith("/{}") and key != "/{}" else None


def _is_simple(route: Route) -> bool:
    """Tell whether the text of the variables is what they say."""
    written = (one.style for each in route.operations for one in each.parameters if one.location == "path")
    return all(style == "simple" for style in written)


def _has_update(route: Route) -> bool:
    return any(operation.method in {"PUT", "PATCH"} for operation in route.operations)


def _usual_role(operation: Operation, *, has_item: bool) -> str:
    if not has_item and operation.method == "GET":
        return "list"
    return "create" if operation.method == "POST" else _ITEM_ROLES.get(operation.method, "read")


def _wrong(asked: Mapping[str, Json]) -> str:
    """Say what is wrong with an object of `x-mock-state`; empty where nothing is."""
    for name, value in asked.items():
        if name not in {"role", "collection", "id"}:
            return f"there is no {name}"
        if not isinstance(value, str) or (name == "role" and value not in ROLES):
            return f"{name} is {value!r}"
    return "" if text_at(asked, "collection").startswith("/") or "collection" not in asked else "no path"
