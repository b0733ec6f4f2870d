"""The collections that the paths of a contract imply, and which operations create, read and change what is in them.

`/users/{userId}/orders` and `/users/{userId}/orders/{orderId}` are a collection and one of its items; a path that GET
reads and PUT or PATCH changes, and that names no item, is a collection of one. Actions (`/things/{id}/cancel`),
searches and jobs are none of it. A collection in which nothing changes counts where its items can be read by what its
list says of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from contractctl.contract.model import Operation, Response
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.mock.collection_paths import Collection, Grouping, Member, key_of
from contractctl.mock.readings import Readings
from contractctl.mock.resources import (
    Shape,
    Shapes,
    answer_schema,
    body_schema,
    id_member,
    place_of,
    success,
)
from contractctl.mock.routes import Route
from contractctl.mock.telling import Told

_WRITERS: Final = frozenset(("create", "replace", "patch", "delete"))

Steps: TypeAlias = "tuple[str, ...]"
Records: TypeAlias = "Sequence[Sequence[Mapping[str, Json]]]"
"""The OPERATIONs of each route."""
References: TypeAlias = Mapping[tuple[str, str], Json]
"""The REF of each OPERATION by path template and method."""


@dataclass(frozen=True, slots=True)
class _Resource:
    """What the items of a collection are."""

    shape: Shape
    member: str


class Collections:
    """The collections of a contract's routes. bundle.py of the server specifies STATE and COLLECTION."""

    __slots__ = ("_found", "_lists", "_numbers", "_resources", "_shapes", "_states")

    def __init__(self, routes: Sequence[Route], records: Records, readings: Readings, told: Told) -> None:
        """Find them; what `x-mock-state` says that cannot be used is told. `records` tell which answers are lists."""
        self._shapes = Shapes(readings)
        self._lists = _lists(routes, records)
        grouping = Grouping(routes, self._lists, self._shapes, told)
        candidates = grouping.collections()
        self._resources = {one.key: self._resource(one) for one in candidates}
        self._found: list[Collection] = []
        self._numbers: dict[str, int] = {}
        for one in candidates:
            if self._is_kept(one):
                self._add(one)
        for one in candidates:
            if one.key not in self._numbers and "list" in one.roles and any(self._above(one.key)):
                self._add(one)
        members = [(one, member) for one in self._found for member in one.members]
        self._states = {member.name: state for one, member in members if (state := self._state(one, member))}
        for member in grouping.free:
            if member.name not in self._states and any(self._above(key := key_of(member.route.path))):
                self._states[member.name] = {"role": "below", "collection": self._plain(key)}

    def _add(self, collection: Collection) -> None:
        self._numbers.setdefault(collection.key, len(self._found))
        self._found.append(collection)

    def _plain(self, key: str) -> int:
        """Return the place of a collection at a path that has none: of it only what it is below counts."""
        if key not in self._numbers:
            self._add(Collection(key))
            self._resources[key] = _Resource(Shape({}), "")
        return self._numbers[key]

    def completed(self, route: Route, records: Sequence[Mapping[str, Json]]) -> Iterator[dict[str, Json]]:
        """Yield the OPERATIONs of a route, with the STATE of those that have one."""
        for operation, record in zip(route.operations, records, strict=True):
            state = self._states.get((route.path, operation.method))
            yield {**record, "state": state} if state else {**record}

    def records(self, references: References) -> list[Json]:
        """Return the COLLECTIONs."""
        return [self._record(one, references) for one in self._found]

    def _resource(self, collection: Collection) -> _Resource:
        """Return what is in a collection: what is read of it, listed, answered or sent, the first that has an id."""
        first: Shape | None = None
        if collection.id:
            return self._resource_with(collection, collection.id)
        for schema in self._described(collection):
            for shape in self._layers(schema):
                first = first or shape
                if member := id_member(self._shapes, shape, collection.variable, collection.noun):
                    return _Resource(shape, member)
        return _Resource(first or Shape({}), "")

    def _resource_with(self, collection: Collection, member: str) -> _Resource:
        """Return the same where the description names the member."""
        shapes = [shape for schema in self._described(collection) for shape in self._layers(schema)]
        fitting = [shape for shape in shapes if member in shape.properties]
        return _Resource(fitting[0], member) if fitting else _Resource(shapes[0] if shapes else Shape({}), "")

    def _described(self, collection: Collection) -> Iterator[Json]:
        if listing := collection.of("list"):
            yield self._shapes.listed(answer_schema(listing.operation), self._lists.get(listing.name, ()))
        for role, prefer in (("read", "200"), ("create", "201"), ("replace", "200"), ("patch", "200")):
            if member := collection.of(role):
                yield answer_schema(member.operation, prefer=prefer)
        for role in ("create", "replace", "patch"):
            if member := collection.of(role):
                yield body_schema(member.operation.body)

    def _layers(self, schema: Json) -> Iterator[Shape]:
        shape = self._shapes.of(schema)
        if shape is None or not shape.properties:
            return
        yield shape
        inner = [one for value in shape.properties.values() if (one := self._shapes.of(value)) and one.properties]
        if len(inner) == 1:
            yield inner[0]

    def _is_kept(self, collection: Collection) -> bool:
        roles = collection.roles
        if any(member.asked for member in collection.members):
            return True
        resource = self._resources[collection.key]
        if collection.is_single:
            return "read" in roles and not roles.isdisjoint({"replace", "patch"}) and bool(resource.shape.properties)
        is_read = bool(resource.member) and ({"list", "read"} <= roles or {"list", "create"} <= roles)
        is_written = bool(collection.variable) and len(roles) > 1 and not roles.isdisjoint(_WRITERS)
        return bool(resource.shape.properties) and (is_read or is_written)

    def _state(self, collection: Collection, member: Member) -> dict[str, Json] | None:
        resource = self._resources[collection.key]
        operation, role = member.operation, member.role
        state: dict[str, Json] = {"role": role, "collection": self._numbers[collection.key]}
        answer = answer_schema(operation, prefer="201" if role == "create" else "200")
        body = body_schema(operation.body)
        at = place_of(self._shapes, answer, resource.shape, resource.member, collection.noun)
        if operation.method == "POST" and role == "patch" and not member.asked and (at is None or body is None):
            return None
        if role == "create" and not member.asked and not self._creates(operation, answer, at, resource):
            return None
        if at is not None:
            state["answer"] = list[Json](at)
        shown = self._shapes.listed(answer, self._lists.get(member.name, ())) if role == "list" else None
        shown = self._shapes.inner(answer, at) if at is not None and shown is None else shown
        if declared := self._shapes.declared(shown):
            state["shown"] = list[Json](declared)
        sent = place_of(self._shapes, body, resource.shape, "", collection.noun)
        if sent:
            state["body"] = list[Json](sent)
        if role in {"create", "replace"} and (shape := self._sent_shape(body, sent)):
            if defaults := self._shapes.defaults(shape):
                state["defaults"] = defaults
            if resource.member in shape.properties and resource.member not in self._shapes.flagged(shape, "readOnly"):
                state["own_id"] = True
        if role == "replace" and self._may_create(collection, operation):
            state["upsert"] = True
        return state

    def _creates(self, operation: Operation, answer: Json, at: list[str] | None, resource: _Resource) -> bool:
        """Tell whether a POST answers with what it made, or says that it made something without more."""
        response = success(operation, prefer="201")
        if response is None or response.status in {"202", "205", "206", "207"}:
            shape = self._shapes.of(answer)
            return response is not None and shape is not None and shape.resembles(resource.shape) and at == []
        if answer is not None:
            return at is not None or (response.status == "201" and self._shapes.items(answer) is None)
        sent = self._shapes.of(body_schema(operation.body))
        return response.status == "201" or (sent is not None and sent.resembles(resource.shape))

    def _sent_shape(self, body: Json, sent: list[str] | None) -> Shape | None:
        shape = self._shapes.of(body)
        for step in sent or ():
            shape = self._shapes.of(shape.properties.get(step)) if shape else None
        return shape

    def _may_create(self, collection: Collection, operation: Operation) -> bool:
        """Tell whether a PUT makes what is not there yet: where it says so, or nothing else could."""
        is_alone = collection.of("create") is None and "404" not in _statuses(operation)
        return is_alone or "201" in _statuses(operation)

    def _record(self, collection: Collection, references: References) -> Json:
        resource = self._resources[collection.key]
        shape = resource.shape
        record: dict[str, Json] = {"path": collection.key, "owner": collection.key.count("{}")}
        record |= {"single": True} if collection.is_single else {}
        record |= {"item": collection.item} if collection.variable else {}
        if resource.member and not collection.is_single:
            record["id"] = resource.member
            record["types"] = list(self._shapes.types(shape.properties[resource.member]))
        above: list[Json] = list(self._above(collection.key))
        members: list[tuple[str, Json]] = [
            ("above", above),
            ("read_only", list[Json](self._shapes.flagged(shape, "readOnly"))),
            ("write_only", list[Json](self._hidden(collection, shape))),
            ("created", self._shapes.stamps(shape, created=True)),
            ("updated", self._shapes.stamps(shape, created=False)),
            ("self", self._shapes.selves(shape)),
        ]
        record.update((name, value) for name, value in members if value)
        for role in ("list", "read", "create"):
            if (member := collection.of(role)) and member.name in self._states:
                record[role] = references[member.name]
        known = {"create"} if not resource.member else {"list", "create"}
        if collection.variable and not (known & record.keys() or _says_created_by_put(collection)):
            record["open"] = True
        return record

    def _hidden(self, collection: Collection, shape: Shape) -> list[str]:
        """Return what never leaves the server, as what is answered and what is sent say it."""
        bodies = (self._shapes.of(body_schema(one.operation.body)) for one in collection.members)
        shapes = (shape, *(one for one in bodies if one))
        return list(dict.fromkeys(name for one in shapes for name in self._shapes.flagged(one, "writeOnly")))

    def _above(self, key: str) -> Iterator[Json]:
        """Yield the collections that a path lies below, the outermost first, with the variable that names it there."""
        steps = key.split("/")
        for length in range(2, len(steps)):
            path = "/".join(steps[:length])
            if steps[length] == "{}" and path in self._numbers and (length + 1 < len(steps)) and self._holds(path):
                yield [self._numbers[path], path.count("{}")]

    def _holds(self, path: str) -> bool:
        """Tell whether it is known which things are in a collection, so that others can be below them."""
        collection = self._found[self._numbers[path]]
        is_listed = collection.of("list") is not None
        return bool(collection.variable) and (bool(self._resources[path].member) or not is_listed)


def _statuses(operation: Operation) -> frozenset[str]:
    return frozenset(response.status for response in operation.responses)


def _says_created_by_put(collection: Collection) -> bool:
    """Tell whether things come by a PUT that says so; one that only may make them says nothing of what there is."""
    return any(one.role == "replace" and "201" in _statuses(one.operation) for one in collection.members)


def _lists(routes: Sequence[Route], records: Records) -> dict[tuple[str, str], Steps]:
    """Return where the list is in the answer of each GET that has one."""
    found: dict[tuple[str, str], Steps] = {}
    for route, made in zip(routes, records, strict=True):
        for operation, record in zip(route.operations, made, strict=True):
            if operation.method == "GET" and (steps := _list_in(record, success(operation))) is not None:
                found[route.path, "GET"] = steps
    return found


def _list_in(record: Mapping[str, Json], response: Response | None) -> Steps | None:
    responses = record["responses"]
    for one in responses if is_array(responses) else ():
        contents = one.get("content") if is_object(one) and response and one["status"] == response.status else None
        for content in contents if is_array(contents) else ():
            page = content.get("page") if is_object(content) else None
            if is_object(page) and is_array(steps := page["at"]):
                return tuple(map(str, steps))
    return None
