"""Operations that page: which parameters ask for a page, and which answers are one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contractctl.contract.model import Operation, Parameter, Schema
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.records import dataclass
from contractctl.encodings.media import kind_of
from contractctl.mock.lists import Lists, ListShape
from contractctl.mock.paging_words import HEADERS, STRONG_PARAMETERS, WEAK_PARAMETERS, plain
from contractctl.mock.readings import Readings
from contractctl.mock.telling import Told, warning

PAGINATION: Final = "x-mock-pagination"
_TOTAL: Final = 103
"""How many items a list has that is paged: a prime, so that the last page is short."""
_MOST_TOTAL: Final = 1_000
_DEFAULT_SIZE: Final = 25
_MOST_SIZE: Final = 1_000
_ROLES: Final = ("page", "offset", "after", "before", "size")
_POSITIONS: Final = frozenset(("page", "offset", "after", "before"))
_SAID: Final = {
    "page": "number",
    "offset": "offset",
    "size": "size",
    "after": "next_cursor",
    "before": "previous_cursor",
}
"""What an answer says by the word that a request asks with."""
_ADDED: Final = "__cursor"
"""A parameter that no contract has, in links where it has none to go on with (OData 4.01 Protocol §11.2.6.7)."""
_NUMBERS: Final = frozenset(("integer", "number"))
_ABOUT: Final = ("paging", "page", "pagination", "pageinfo", "pageable")
_DATES: Final = frozenset(("date", "date-time"))
_SEARCHES: Final = ("POST", "QUERY", "PUT")
_HEADER_WORDS: Final = ("xpagination", "pagination", "paging", "xpaging", "x")
_RELATED: Final = 3


@dataclass(frozen=True, slots=True)
class Asks:
    """One thing of a request that asks for a page: a query parameter, or a member of the body (`steps`)."""

    role: str
    steps: tuple[str, ...]
    in_query: bool
    weak: bool
    schemas: tuple[Mapping[str, Json], ...]
    types: tuple[str, ...]

    def number(self, *keywords: str) -> int | None:
        """Return the whole number that one of the keywords says, the first that does."""
        for keyword in keywords:
            for schema in self.schemas:
                value = schema.get(keyword)
                if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:
                    return int(value)
        return None


@dataclass(frozen=True, slots=True)
class Choice:
    """What `x-mock-pagination` says."""

    off: bool = False
    always: bool = False
    total: int = _TOTAL


class PagingWriter:
    """Finds out which operations of one contract page."""

    __slots__ = ("_lists", "_readings", "_told")

    def __init__(self, lists: Lists, readings: Readings, told: Told) -> None:
        self._lists = lists
        self._readings = readings
        self._told = told

    def completed(self, operation: Operation, record: Mapping[str, Json]) -> dict[str, Json]:
        """Return the OPERATION with `paging`, and its responses with the `page` of each CONTENT."""
        choice = pagination(operation, self._told)
        asks = () if choice.off else self._asks(operation)
        given = record["responses"]
        pages = [self._response(operation, one, choice, asks) for one in (given if is_array(given) else ())]
        responses: list[Json] = [response for response, _ in pages]
        completed = {**record, "responses": responses}
        if asks and any(has_page for _, has_page in pages):
            paging = _paging(asks, choice)
            if paging.keys().isdisjoint(_POSITIONS) and any(map(_leads_on, responses)):
                paging["after"] = {"steps": [_ADDED]}
            completed["paging"] = paging
        return completed

    def _response(
        self, operation: Operation, response: Json, choice: Choice, asks: tuple[Asks, ...]
    ) -> tuple[Json, bool]:
        status = str(response["status"]) if is_object(response) else ""
        if not is_object(response) or not status.startswith(("2", "d")):
            return response, False
        contents = response.get("content")
        written: list[Json] = []
        has_page = False
        for content in contents if is_array(contents) else ():
            page = self._page(operation, status, content, asks) if is_object(content) else None
            if page is None or not is_object(content):
                written.append(content)
                continue
            if asks:
                page["total"] = choice.total
                has_page = True
                if headers := _headers(operation, status):
                    page["headers"] = headers
            written.append({**content, "page": page})
        return ({**response, "content": written} if written else response), has_page

    def _page(
        self, operation: Operation, status: str, content: Mapping[str, Json], asks: tuple[Asks, ...]
    ) -> dict[str, Json] | None:
        key, media = content.get("key"), str(content["type"]).partition(";")[0].strip().lower()
        if not isinstance(key, str) or kind_of(media) != "json":
            return None
        shape = self._lists.shape(key)
        if shape is None or not (shape.is_plain or _is_list_of(operation, shape, pages=bool(asks))):
            return None
        words = {plain(one.steps[-1]): _SAID[one.role] for one in asks}
        page = shape.record(pages=bool(asks), asks=words)
        schema = _schema(operation, status, content)
        return {**page, "documented": True} if schema and self._lists.has_example(key, schema) else page

    # What a request asks with

    def _asks(self, operation: Operation) -> tuple[Asks, ...]:
        """Return what asks for a page, one for each role; nothing where the operation does not page."""
        found = list(self._of_query(operation.parameters))
        if not found and operation.method in _SEARCHES and operation.body:
            found = list(self._of_body(operation))
            if not {"size"} < {one.role for one in found}:
                return ()
        if all(one.weak for one in found):
            return ()
        by_role: dict[str, Asks] = {}
        for one in sorted(found, key=lambda one: one.weak):
            by_role.setdefault(one.role, one)
        return tuple(by_role[role] for role in _ROLES if role in by_role)

    def _of_query(self, parameters: Sequence[Parameter]) -> Iterator[Asks]:
        names = {plain(one.name) for one in parameters if one.location == "query"}
        for parameter in parameters:
            if parameter.location != "query" or parameter.schema is None:
                continue
            if plain(parameter.name) in _ABOUT and "object" in self._readings.types(parameter.schema.value):
                yield from self._of_object(parameter)
            elif parameter.style == "form":
                yield from self._ask(parameter.name, parameter.schema.value, (parameter.name,), names, in_query=True)

    def _of_object(self, parameter: Parameter) -> Iterator[Asks]:
        """Yield what a deep object (`page[number]`) or the members of an exploded one ask with."""
        if parameter.schema is None or not parameter.explode:
            return
        for name, member in self._properties(parameter.schema.value):
            query_name = f"{parameter.name}[{name}]" if parameter.style == "deepObject" else name
            yield from self._ask(f"page{name}", member, (query_name,), frozenset(), in_query=True)

    def _of_body(self, operation: Operation) -> Iterator[Asks]:
        contents = operation.body.content if operation.body else ()
        for media in contents:
            if media.schema is None or kind_of(media.name.partition(";")[0].strip().lower()) != "json":
                continue
            members = dict(self._properties(media.schema.value))
            names = {plain(name) for name in members}
            for name, member in members.items():
                if plain(name) in _ABOUT and "object" in self._readings.types(member):
                    for inner, below in self._properties(member):
                        yield from self._ask(inner, below, (name, inner), names)
                else:
                    yield from self._ask(name, member, (name,), names)
            return

    def _properties(self, schema: Json) -> Iterator[tuple[str, Json]]:
        for part in self._readings.parts(schema, 0):
            declared = part.get("properties")
            if is_object(declared):
                yield from declared.items()

    def _ask(
        self,
        name: str,
        schema: Json,
        steps: tuple[str, ...],
        names: frozenset[str] | set[str],
        *,
        in_query: bool = False,
    ) -> Iterator[Asks]:
        word = plain(name)
        role = STRONG_PARAMETERS.get(word) or WEAK_PARAMETERS.get(word)
        if word == "first" and names & {"after", "cursor"}:
            role = "size"
        elif word == "last" and "before" in names:
            return
        if role is None:
            return
        schemas = self._readings.parts(schema, 0)
        types = self._readings.types(schema)
        is_counted = role in {"page", "offset", "size"}
        if is_counted and not _NUMBERS & set(types) and not (types == ("string",) and word in STRONG_PARAMETERS):
            return
        if set(types) & {"array", "object", "boolean"} or any(_is_date(part) for part in schemas):
            return
        if role in {"page", "size", "offset"} and any("enum" in part for part in schemas) and "string" in types:
            return
        yield Asks(role, steps, in_query, word not in STRONG_PARAMETERS, schemas, types)


def pagination(operation: Operation, told: Told) -> Choice:
    """Read `x-mock-pagination`: `always`, `off` or `{total: N}`; what it cannot be is told."""
    value = operation.extensions.get(PAGINATION)
    total = value.get("total") if is_object(value) else None
    if value is None or value == "auto":
        return Choice()
    if value == "always" or value is True:
        return Choice(always=True)
    if value == "off" or value is False:
        return Choice(off=True)
    if isinstance(total, int) and not isinstance(total, bool) and 0 <= total <= _MOST_TOTAL:
        return Choice(total=total, always=is_object(value) and value.get("always") is True)
    message = f"`{PAGINATION}` is {value!r}, which cannot be used; the mock pages as it does without it"
    hint = f"it must be always, off or {{total: N}}, N at most {_MOST_TOTAL}"
    told.tell(warning("mock-setting-invalid", operation.at / PAGINATION, message, hint=hint))
    return Choice()


def _paging(asks: tuple[Asks, ...], choice: Choice) -> dict[str, Json]:
    """Return the PAGING."""
    by_role = {one.role: one for one in asks}
    record: dict[str, Json] = {"in": "query" if asks[0].in_query else "body"}
    for role, one in by_role.items():
        said: dict[str, Json] = {"steps": list(one.steps)}
        if role in {"page", "offset"}:
            said["first"] = _first(one)
            if role == "offset" or one.number("minimum") == 0:
                said["least"] = 0
        elif role == "size":
            said |= _size(one)
        elif not _NUMBERS.isdisjoint(one.types):
            said["integer"] = True
        record[role] = said
    return {**record, "always": True} if choice.always else record


def _leads_on(response: Json) -> bool:
    """Tell whether a RESPONSE has a link to the next page."""
    contents = response.get("content") if is_object(response) else None
    pages = [content.get("page") for content in (contents if is_array(contents) else ()) if is_object(content)]
    return any("next" in _roles(page) for page in pages if is_object(page))


def _roles(page: Mapping[str, Json]) -> list[Json]:
    says, headers = page.get("says"), page.get("headers")
    told: list[Json] = [said["role"] for said in (says if is_array(says) else ()) if is_object(said)]
    return [*told, *(pair[1] for pair in (headers if is_array(headers) else ()) if is_array(pair))]


def _first(one: Asks) -> int:
    """Return the number of the first page, or of the first item: 0 or 1."""
    told = one.number("default", "minimum")
    if told in {0, 1}:
        return told
    if one.number("exclusiveMinimum") == 0:
        return 1
    if one.role == "offset":
        return 0
    is_zero = one.number("example") == 0 or any(0 in _listed(schema, "examples") for schema in one.schemas)
    return 0 if is_zero or plain(one.steps[-1]).endswith("index") else 1


def _size(one: Asks) -> dict[str, Json]:
    """Return how many items are on a page where nobody says it, and how many there may be."""
    most = one.number("maximum")
    largest = min(most, _MOST_SIZE) if most is not None and most > 0 else _MOST_SIZE
    default = one.number("default")
    usual = default if default is not None and 0 < default <= largest else min(_DEFAULT_SIZE, largest)
    return {"default": usual, "most": largest}


def _listed(schema: Mapping[str, Json], keyword: str) -> Sequence[Json]:
    value = schema.get(keyword)
    return value if is_array(value) else ()


def _is_date(schema: Mapping[str, Json]) -> bool:
    said = schema.get("format")
    return isinstance(said, str) and said in _DATES


def _schema(operation: Operation, status: str, content: Mapping[str, Json]) -> Schema | None:
    """Return the schema that a CONTENT was written from."""
    responses = (response for response in operation.responses if response.status == status)
    return next(
        (one.schema for response in responses for one in response.content if one.name == content["media"]), None
    )


def _is_list_of(operation: Operation, shape: ListShape, *, pages: bool) -> bool:
    """Tell whether an object that holds a list is the answer of an operation that lists what is in it."""
    last = operation.path.rstrip("/").rpartition("/")[2]
    if pages:
        return not shape.has_id or shape.holds_objects
    if last.endswith("}") or shape.has_id:
        return False
    path, name = plain(last), plain(shape.name)
    return shape.holds_objects and len(name) > _RELATED and (name in path or path in name)


def _headers(operation: Operation, status: str) -> list[Json]:
    """Return the documented headers of a response that say something about the page: name and role."""
    found: list[Json] = []
    for response in operation.responses:
        for header in response.headers if response.status == status else ():
            word = plain(header.name)
            for prefix in _HEADER_WORDS:
                if word not in HEADERS and word.startswith(prefix):
                    word = word.removeprefix(prefix)
            if word in HEADERS:
                found.append([header.name, HEADERS[word]])
    return found
