"""Claims: every value in a contract that its author says a schema accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.contract.directions import Direction
from contractctl.contract.media_types import essence
from contractctl.contract.model import Contract, Example, Header, MediaType, Operation, Parameter, SchemaValue
from contractctl.contract.subschemas import placed_subschemas
from contractctl.core.json import Json, is_array
from contractctl.core.locations import Place, Pointer
from contractctl.core.records import dataclass
from contractctl.lint.operations import every_operation


@dataclass(frozen=True, slots=True)
class Claim:
    """The value at `at` should be accepted by `schema`, a normalised schema that stands at `schema_at`."""

    at: Place
    noun: str
    value: Json
    schema: SchemaValue
    schema_at: Place
    direction: Direction


@dataclass(frozen=True, slots=True)
class Subschema:
    """A schema inside a schema, at the pointer `tokens`; the root of a schema is one too."""

    uri: str
    tokens: tuple[str, ...]
    value: Mapping[str, Json]

    @property
    def at(self) -> Place:
        """The place, made when it is asked for: there are a hundred thousand schemas, and few have faults."""
        return Place(self.uri, Pointer(self.tokens))


def examples(contract: Contract) -> Iterator[Claim]:
    """Yield each example of a media type, parameter and header once, whatever the number of its users."""
    seen: set[int] = set()
    for part, direction in _parts(contract):
        if id(part) in seen or part.schema is None:
            continue
        seen.add(id(part))
        is_json = not isinstance(part, MediaType) or is_json_like(part.name)
        for example in part.examples:
            if example.has_value and (is_json or not isinstance(example.value, str)):
                yield Claim(example.at, _noun(example), example.value, part.schema.value, part.schema.at, direction)


def _noun(example: Example) -> str:
    return f"example `{example.name}`" if example.name else "example"


def is_json_like(media_type: str) -> bool:
    """Tell whether examples of a media type are JSON values rather than text."""
    name = essence(media_type)
    return name == "application/json" or name.endswith("+json")


def _parts(contract: Contract) -> Iterator[tuple[MediaType | Parameter | Header, Direction]]:
    for operation in every_operation(contract):
        for parameter in operation.parameters:
            yield parameter, "request"
            yield from ((media, "request") for media in parameter.content)
        for media in operation.body.content if operation.body else ():
            yield media, "request"
        yield from _answers(operation)


def _answers(operation: Operation) -> Iterator[tuple[MediaType | Header, Direction]]:
    for response in operation.responses:
        yield from ((media, "response") for media in response.content)
        for header in response.headers:
            yield header, "response"
            yield from ((media, "response") for media in header.content)


def subschemas(contract: Contract) -> Iterator[Subschema]:
    """Yield every schema of a contract, at every depth, each once."""
    roots = {schema.at: schema for schema in contract.definitions.values()}
    for part, _ in _parts(contract):
        if part.schema is not None:
            roots.setdefault(part.schema.at, part.schema)
    for schema in roots.values():
        for tokens, value in placed_subschemas(schema.value, schema.at.pointer.tokens):
            yield Subschema(schema.at.uri, tokens, value)


def claims_within(schema: Subschema) -> Iterator[Claim]:
    """Yield the claims that a schema makes about itself: its example and its examples."""
    if "example" in schema.value:
        value = schema.value["example"]
        yield Claim(schema.at / "example", "example", value, schema.value, schema.at, "either")
    several = schema.value.get("examples")
    for index, value in enumerate(several if is_array(several) else ()):
        yield Claim(schema.at / "examples" / index, "example", value, schema.value, schema.at, "either")


def default_within(schema: Subschema) -> Iterator[Claim]:
    """Yield the claim that a schema's default makes, if it has one."""
    if "default" in schema.value:
        value = schema.value["default"]
        yield Claim(schema.at / "default", "default", value, schema.value, schema.at, "either")
