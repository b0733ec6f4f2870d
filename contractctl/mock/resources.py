"""What schemas say of a resource: which member is its id, what the server alone writes, where in a body it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from contractctl.contract.model import Body, MediaType, Operation, Response
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.mock.media import is_media_type, kind_of
from contractctl.mock.readings import Readings

_SCALARS: Final = frozenset(("integer", "number", "string"))
_NAMING: Final = ("id", "uuid", "uid", "guid", "identifier", "key", "slug", "code", "number", "name")
_WRAPPERS: Final = frozenset(("data", "result", "item", "resource", "response", "payload", "content", "value"))
_WHEN: Final = r"(at|on|time|date|datetime|timestamp)?"
_CREATED: Final = pattern(rf"(date|time)?(created?|creation|inserted|added){_WHEN}")
_UPDATED: Final = pattern(rf"(date|time|last)?(updated?|modified|modification|changed){_WHEN}|timeupdated|datemodified")
_LATER: Final = pattern(r"end|due|expir|clos|delet|finish|complet|cancel|next|valid|updat|modif|chang|last")
_OPENING: Final = frozenset(
    ("additionalProperties", "patternProperties", "unevaluatedProperties", "if", "then", "else", "dependentSchemas")
)
_SELVES: Final = frozenset(("self", "selflink", "selfuri", "selfurl", "selfhref"))
_ADDRESSES: Final = frozenset(("href", "uri", "url", "link"))
_TELLING: Final = 4
"""Letters of a name that the end of a variable's may be by chance no more."""
_MILLISECONDS: Final = 100_000_000_000
_SUCCESS: Final = pattern(r"2..|default")
_NOT_WORDS: Final = pattern(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object as its schemas describe it. `reference` is what its schema refers to, empty where it is written out."""

    properties: Mapping[str, Json]
    reference: str = ""
    required: frozenset[str] = frozenset()

    def resembles(self, other: Shape) -> bool:
        """Tell whether both may be of one resource: the same schema, or half of the smaller one's members."""
        if self.reference and self.reference == other.reference:
            return True
        common = len(self.properties.keys() & other.properties.keys())
        return common > 0 and 2 * common >= min(len(self.properties), len(other.properties))


class Shapes:
    """Reads the schemas of one contract as shapes; remembers those that have a name."""

    __slots__ = ("_known", "_names", "_readings")

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._known: dict[str, Shape | None] = {}
        self._names: dict[str, Mapping[str, str]] = {}

    def of(self, schema: Json) -> Shape | None:
        """Return the shape of an object; None for what is none."""
        reference = schema.get("$ref") if is_object(schema) and len(schema) == 1 else None
        if not isinstance(reference, str):
            return self._read(schema, "")
        if reference not in self._known:
            self._known[reference] = self._read(schema, reference)
        return self._known[reference]

    def types(self, schema: Json) -> tuple[str, ...]:
        """Return the types that a value may have; see READING of the bundle."""
        return self._readings.types(schema)

    def items(self, schema: Json) -> Json:
        """Return the schema of an array's items; None for what is no array, True where nothing is said of them."""
        parts = self._readings.parts(schema, 0)
        if "array" not in self._readings.types(schema) or any("properties" in part for part in parts):
            return None
        return next((part["items"] for part in parts if "items" in part), True)

    def listed(self, schema: Json, steps: tuple[str, ...]) -> Json:
        """Return the schema of the items of the list that the steps lead to."""
        return self.items(self.inner(schema, steps))

    def flagged(self, shape: Shape, flag: str) -> list[str]:
        """Return the members that have a flag: `readOnly` or `writeOnly`, themselves or through what they refer to."""
        return [name for name, member in shape.properties.items() if self._says(member, flag)]

    def defaults(self, shape: Shape) -> dict[str, Json]:
        """Return the members that have a default, with it."""
        found: dict[str, Json] = {}
        for name, member in shape.properties.items():
            for part in self._readings.parts(member, 0):
                if "default" in part and not self._says(member, "readOnly"):
                    found.setdefault(name, part["default"])
        return found

    def stamps(self, shape: Shape, *, created: bool) -> list[Json]:
        """Return the members that tell when it was created, or changed last, each with how the time is written."""
        names = _CREATED if created else _UPDATED
        found: list[Json] = []
        for name, member in shape.properties.items():
            is_named = names.fullmatch(plain(name)) is not None or (created and self._begins(shape, name, member))
            if is_named and (kind := self._time(member)):
                found.append([name, kind])
        return found

    def declared(self, schema: Json) -> list[str] | None:
        """Return the members that an object names; None for one that says anything of others, or names none."""
        parts = self._readings.parts(schema, 0)
        shape = self.of(schema)
        is_open = any(not _OPENING.isdisjoint(part) for part in parts)
        return None if shape is None or is_open else list(shape.properties) or None

    def inner(self, schema: Json, steps: Iterable[str]) -> Json:
        """Return the schema of the member that the steps lead to; None where there is none."""
        for step in steps:
            shape = self.of(schema)
            schema = shape.properties.get(step) if shape else None
        return schema

    def selves(self, shape: Shape) -> list[Json]:
        """Return the members that the server fills with where a thing is: as a `uri`, or as a `path`."""
        found: list[Json] = []
        for name, member in shape.properties.items():
            is_own = plain(name) in _SELVES or (plain(name) in _ADDRESSES and self._says(member, "readOnly"))
            if is_own and "string" in self._readings.types(member):
                is_uri = any(part.get("format") in ("uri", "url", "iri") for part in self._readings.parts(member, 0))
                found.append([name, "uri" if is_uri else "path"])
        return found

    def ids(self, shape: Shape) -> Mapping[str, str]:
        """Return the members whose value may be an id, by their plain names, the last first."""
        known = self._names.get(shape.reference) if shape.reference else None
        if known is None:
            members = reversed(tuple(shape.properties.items()))
            known = {plain(name): name for name, member in members if self._is_scalar(member)}
            if shape.reference:
                self._names[shape.reference] = known
        return known

    def _is_scalar(self, schema: Json) -> bool:
        types = self._readings.types(schema)
        return not _SCALARS.isdisjoint(types) and "object" not in types and "array" not in types

    def _read(self, schema: Json, reference: str) -> Shape | None:
        if "object" not in self._readings.types(schema):
            return None
        properties: dict[str, Json] = {}
        required: set[str] = set()
        for part in self._readings.parts(schema, 0):
            documented, named = part.get("properties"), part.get("required")
            for name, member in documented.items() if is_object(documented) else ():
                properties.setdefault(name, member)
            required.update(name for name in (named if is_array(named) else ()) if isinstance(name, str))
        return Shape(properties, reference, frozenset(required))

    def _says(self, schema: Json, flag: str) -> bool:
        return any(part.get(flag) is True for part in self._readings.parts(schema, 0))

    def _begins(self, shape: Shape, name: str, member: Json) -> bool:
        """Tell whether a member is a time that everything has from the beginning, and that only the server tells."""
        is_due = name in shape.required and self._says(member, "readOnly") and not _LATER.match(plain(name))
        return is_due and any(part.get("format") == "date-time" for part in self._readings.parts(member, 0))

    def _time(self, schema: Json) -> str:
        types = self._readings.types(schema)
        said = {key: value for part in self._readings.parts(schema, 0) for key, value in part.items()}
        if "string" in types and "enum" not in said and "pattern" not in said:
            written = said.get("format", "date-time")
            return str(written) if written in ("date-time", "date") else ""
        if "integer" in types:
            example = said.get("example")
            return "ms" if isinstance(example, int) and example > _MILLISECONDS else "seconds"
        return ""


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return a name without what spellings differ in: `pet_id`, `petId` and `Pet-ID` are one."""
    return _NOT_WORDS.sub("", name.lower())


def singular(noun: str) -> str:
    """Return what one of several is called, as far as its ending tells."""
    for ending, one in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if noun.endswith(ending) and len(noun) > len(ending) + 1 and not noun.endswith("ss"):
            return noun[: -len(ending)] + one
    return noun


def id_member(shapes: Shapes, shape: Shape, variable: str, noun: str) -> str:
    """Return the member that holds what a path's variable names; empty where none does."""
    names = shapes.ids(shape)
    wanted, thing = plain(variable), plain(singular(noun.lower()))
    ending = [name for name in names if wanted.endswith(name) and (name in _NAMING or len(name) >= _TELLING)]
    last = [max(ending, key=len)] if ending else []
    ids = [name for name in names if name.endswith("id")]
    only = ids if len(ids) == 1 and (not wanted or wanted.endswith("id")) else []
    usual = ("id", thing + "id", thing + wanted, *only)
    is_id = wanted.endswith("id") or wanted in {thing, ""}
    naming = _NAMING if wanted in {thing, plain(noun), "key"} else ()
    # What is called like the thing itself is rather what it says: the text of a comment, the name of a tag.
    first = ("id", thing + "id") if wanted == thing else ()
    order = (*first, wanted, *usual, *last, *naming) if is_id else (wanted, *last, *usual, *naming)
    return next((names[one] for one in order if one in names), "")


def place_of(shapes: Shapes, schema: Json, like: Shape, member: str, noun: str) -> list[str] | None:
    """Return the steps to a resource in a body: none where the body is it, the name of what wraps it, else None."""
    shape = shapes.of(schema)
    if shape is None or not shape.properties:
        return None
    if (not member or member in shape.properties) and shape.resembles(like):
        return []
    wrapped = [(name, inner) for name, value in shape.properties.items() if (inner := shapes.of(value)) is not None]
    fitting = [name for name, inner in wrapped if inner.properties and inner.resembles(like)]
    called = [name for name in fitting if plain(name) in {*_WRAPPERS, plain(singular(noun.lower()))}]
    found = called or (fitting if len(fitting) == 1 else [])
    return found[:1] or ([] if member in shape.properties else None)


def success(operation: Operation, *, prefer: str = "200") -> Response | None:
    """Return the response of a success, that of a status before the others."""
    found = sorted(one.status for one in operation.responses if _SUCCESS.fullmatch(one.status))
    wanted = prefer if prefer in found else next(iter(found), "")
    return next((one for one in operation.responses if one.status == wanted), None)


def answer_schema(operation: Operation, *, prefer: str = "200") -> Json:
    """Return the schema of what a success holds; None where it holds nothing that is known."""
    response = success(operation, prefer=prefer)
    return _schema(response.content) if response else None


def body_schema(body: Body | None) -> Json:
    """Return the schema of a request's body; None where nothing is known of it."""
    return _schema(body.content) if body else None


def _schema(content: tuple[MediaType, ...]) -> Json:
    return next((media.schema.value for media in _json_first(content) if media.schema), None)


def _json_first(content: tuple[MediaType, ...]) -> Iterator[MediaType]:
    readable = [media for media in content if is_media_type(media.name)]
    written = [media for media in readable if kind_of(media.name) == "json"]
    yield from written
    yield from (media for media in readable if media not in written)
