"""Claims: every value in a description that its author says a schema accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from contractctl.contract.directions import Direction
from contractctl.contract.model import Schema, SchemaValue
from contractctl.contract.references import References
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Place, Pointer
from contractctl.core.records import dataclass
from contractctl.lint.examples.carriers import Carrier, followed, is_json
from contractctl.lint.examples.inventory import Subschema
from contractctl.lint.examples.json_text import json_value
from contractctl.lint.examples.plain import is_plainly_accepted

Kind: TypeAlias = Literal["example", "default", "enum"]

_BESIDES_ENUM: Final = frozenset(("enum", "type", "format"))


@dataclass(frozen=True, slots=True)
class Claim:
    """The value at `at` should be accepted by `schema`, a normalised schema that stands at `schema_at`.

    `carrier` is the parameter, header or media type that an example belongs to, None for what a schema says of itself.
    A value that `is_text` was read from the text at `at`, so that nothing stands at the places inside it.
    """

    kind: Kind
    at: Place
    noun: str
    value: Json
    schema: SchemaValue
    schema_at: Place
    direction: Direction
    carrier: Carrier | None = None
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Documented:
    """An example as it is written: its value, if it has one, and the text as it travels (OpenAPI 3.2)."""

    name: str
    value_at: Place | None
    value: Json
    text_at: Place | None
    text: str

    @property
    def noun(self) -> str:
        """What to call it."""
        return f"example `{self.name}`" if self.name else "example"


def documented(carrier: Carrier, references: References) -> Iterator[Documented]:
    """Yield the examples of a carrier in order; those by reference too."""
    part = carrier.part
    if carrier.version == "2.0":
        for name, value in object_at(part.value, "examples").items():
            if "/" in name and (is_json(name) or not isinstance(value, str)):
                yield Documented("", part.at / "examples" / name, value, None, "")
        return
    if "example" in part.value:
        yield Documented("", part.at / "example", part.value["example"], None, "")
    for name, value in object_at(part.value, "examples").items():
        target = followed(value, Place(part.uri, Pointer((*part.tokens, "examples", name))), references)
        if target is not None and is_object(target.value):
            yield _named(name, target.value, target.at, is_3_2=references.version_at(target.at.uri) == "3.2")


def _named(name: str, value: Json, at: Place, *, is_3_2: bool) -> Documented:
    members = value if is_object(value) else {}
    key = next((one for one in ("dataValue", "value") if one in members and (is_3_2 or one == "value")), None)
    text = members.get("serializedValue") if is_3_2 else None
    has_text = isinstance(text, str)
    return Documented(
        name,
        at / key if key else None,
        members[key] if key else None,
        at / "serializedValue" if has_text else None,
        text if isinstance(text, str) else "",
    )


def examples(carrier: Carrier, references: References) -> Iterator[Claim]:
    """Yield what the examples of a carrier claim; text that is no JSON claims nothing."""
    if carrier.schema is None and carrier.items is None:
        return
    for example in documented(carrier, references):
        if example.value_at is not None:
            if not (carrier.has_text and isinstance(example.value, str)):
                yield from _claims(carrier, example, example.value, example.value_at, is_text=False)
        elif example.text_at is not None and is_json_carrier(carrier):
            try:
                value = json_value(example.text)
            except ValueError:
                continue  # told by a rule of its own
            yield from _claims(carrier, example, value, example.text_at, is_text=True)


def is_json_carrier(carrier: Carrier) -> bool:
    """Tell whether the values of a carrier travel as JSON."""
    return not carrier.is_parameter and not carrier.has_text and carrier.version != "2.0"


def _claims(carrier: Carrier, example: Documented, value: Json, at: Place, *, is_text: bool) -> Iterator[Claim]:
    def claim(value: Json, at: Place, schema: Schema) -> Claim:
        direction = carrier.direction
        return Claim("example", at, example.noun, value, schema.value, schema.at, direction, carrier, is_text)

    if carrier.schema is not None:
        yield claim(value, at, carrier.schema)
    if carrier.items is not None and is_array(value):
        for index, item in enumerate(value):
            yield claim(item, at if is_text else at / index, carrier.items)


def claims_within(schemas: Iterable[Subschema]) -> Iterator[Claim]:
    """Yield what schemas claim about themselves: their examples, defaults and the values of enums.

    Most are plainly accepted, which is seen without a validator; they are left out.
    """
    for schema in schemas:
        value = schema.value
        if "example" in value and not is_plainly_accepted(value["example"], value):
            yield _own("example", schema, value["example"], ("example",))
        if "default" in value and not is_plainly_accepted(value["default"], value):
            yield _own("default", schema, value["default"], ("default",))
        if "examples" in value or "enum" in value:
            yield from _listed(schema)


def _listed(schema: Subschema) -> Iterator[Claim]:
    several = schema.value.get("examples")
    for index, value in enumerate(several if is_array(several) else ()):
        if not is_plainly_accepted(value, schema.value):
            yield _own("example", schema, value, ("examples", str(index)))
    options = schema.value.get("enum")
    rest = {keyword: member for keyword, member in schema.value.items() if keyword not in _BESIDES_ENUM}
    for index, value in enumerate(options if is_array(options) else ()):
        if not is_plainly_accepted(value, rest):
            at = Place(schema.uri, Pointer((*schema.tokens, "enum", str(index))))
            yield Claim("enum", at, "value of `enum`", value, rest, schema.at, "either")


def _own(kind: Kind, schema: Subschema, value: Json, inside: tuple[str, ...]) -> Claim:
    at = Place(schema.uri, Pointer((*schema.tokens, *inside)))
    return Claim(kind, at, kind, value, schema.value, schema.at, "either")
