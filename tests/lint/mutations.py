"""Kinds of mistakes that people make in descriptions: what each breaks, and what must be said about it.

Those of single fields are made from a table of objects and their fields; `tests/lint/mistakes.py` has those that
somebody had to think of.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contractctl.core.findings import Finding
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.lint.structure.gate import table_of
from contractctl.lint.structure.kinds import Tokens
from tests.lint.breaking import Broken, Make, Root, Whole, first, misspelt
from tests.lint.mistakes import MISTAKES, PENDING

# Fields by object: `!` must be there. A letter says what a field is: (s)tring, (b)oolean, (n)umber, (c)ount, (l)ist,
# (o)bject; a string where there is none.
_FIELDS = {
    "description": "info:o! paths:o servers:l tags:l security:l components:o externalDocs:o host basePath schemes:l",
    "info": "title! version! description contact:o license:o termsOfService summary",
    "contact": "name email url",
    "license": "name! url",
    "server": "url! description variables:o",
    "server-variable": "default! enum:l description",
    "path-item": "parameters:l summary get:o put:o post:o",
    "operation": (
        "operationId summary description tags:l parameters:l responses:o deprecated:b security:l requestBody:o "
        "callbacks:o externalDocs:o consumes:l produces:l"
    ),
    "external-documentation": "url! description",
    "parameter": (
        "name! in! description required:b deprecated:b schema:o content:o style explode:b allowReserved:b examples:o "
        "type format items:o enum:l pattern maximum:n collectionFormat allowEmptyValue:b"
    ),
    "request-body": "content:o! description required:b",
    "media-type": "schema:o examples:o encoding:o itemSchema:o prefixEncoding:l",
    "encoding": "contentType headers:o style explode:b",
    "response": "description headers:o content:o links:o schema:o summary examples:o",
    "example": "summary description externalValue serializedValue",
    "link": "operationId parameters:o description server:o",
    "header": "description required:b schema:o type style format",
    "tag": "name! description externalDocs:o parent kind",
    "schema": (
        "type description title format pattern required:l properties:o items:o allOf:l oneOf:l enum:l minimum:n "
        "maximum:n minLength:c maxLength:c minItems:c maxItems:c minProperties:c uniqueItems:b multipleOf:n readOnly:b "
        "xml:o externalDocs:o not:o exclusiveMinimum:n"
    ),
    "discriminator": "propertyName! mapping:o defaultMapping",
    "xml": "name namespace prefix attribute:b wrapped:b nodeType",
    "security-scheme": "type! description name in scheme bearerFormat flows:o scopes:o flow oauth2MetadataUrl",
    "flows": "implicit:o password:o clientCredentials:o authorizationCode:o deviceAuthorization:o",
    "flow-implicit": "authorizationUrl! scopes:o!",
    "flow-password": "tokenUrl! scopes:o!",
    "flow-client-credentials": "tokenUrl! scopes:o! refreshUrl",
    "flow-authorization-code": "authorizationUrl! tokenUrl! scopes:o!",
    "flow-device-authorization": "deviceAuthorizationUrl! tokenUrl! scopes:o!",
    "items": "type! format items:o",
}
_FAR = 3
_WRONG: dict[str, tuple[Json, ...]] = {
    "s": (5, True, ["a"], {"a": 1}, None),
    "b": ("yes", 1, None, []),
    "n": ("ten", True, [1], None),
    "c": ("ten", -1, 1.5, True, None),
    "l": ("a", {"a": 1}, 5, None),
    "o": ("a", 5, ["a"], None),
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """One kind of mistake. One that `is_pending` waits for a rule that nobody has written yet."""

    name: str
    make: Make
    is_pending: bool = False

    def broken(self, root: Root, chance: random.Random) -> Broken | None:
        """Break one thing in a copy of a valid description; None where it has nothing of the sort."""
        return self.make(Whole(root, chance))


def is_found(broken: Broken, new: Iterable[Finding]) -> bool:
    """Tell whether one of the findings that a breakage has brought is about it, and names it."""
    return any(
        broken.word.lower() in " ".join((one.message, one.hint, one.subject)).lower()
        and any(_is_near(at.pointer.tokens, broken.at) for at in _places(one))
        for one in new
    )


def _places(finding: Finding) -> Iterator[Place]:
    yield finding.location.place
    for related in finding.related:
        yield related.location.place


def _is_near(tokens: Tokens, at: Tokens) -> bool:
    """Tell whether a place is at or below a pointer, or not far above it."""
    return tokens[: len(at)] == at or (at[: len(tokens)] == tokens and len(at) - len(tokens) <= _FAR)


def _wrong_type(kind: str, name: str, letter: str) -> Make:
    def make(whole: Whole) -> Broken | None:
        entry = table_of(whole.version).get(kind)
        is_flag = name.startswith("exclusive") and whole.version in ("2.0", "3.0")
        spots = whole.spots(kind) if entry and name in entry.fields and not is_flag else []
        value = whole.chance.choice(_WRONG[letter])
        return first(whole.put((*tokens, name), value) for tokens, _ in spots)

    return make


def _misspelling(kind: str, name: str) -> Make:
    def make(whole: Whole) -> Broken | None:
        if kind == "schema" and whole.version in ("3.1", "3.2"):
            return None  # where any keyword is allowed
        wrong = misspelt(name, whole.chance)
        return first(whole.rename((*tokens, name), wrong) for tokens, _ in whole.holding(kind, name))

    return make


def _lack(kind: str, name: str) -> Make:
    return lambda whole: first(whole.drop((*tokens, name)) for tokens, _ in whole.holding(kind, name))


def _of_fields() -> Iterator[Mutation]:
    for kind, text in _FIELDS.items():
        for word in text.split():
            name, _, letter = word.removesuffix("!").partition(":")
            yield Mutation(f"wrong type of `{name}` in {kind}", _wrong_type(kind, name, letter or "s"))
            if len(name) > 3:
                yield Mutation(f"`{name}` misspelt in {kind}", _misspelling(kind, name))
            if word.endswith("!"):
                yield Mutation(f"no `{name}` in {kind}", _lack(kind, name))


MUTATIONS = (
    *_of_fields(),
    *(Mutation(name, make, is_pending=name in PENDING) for name, make in MISTAKES.items()),
)
