"""Values against their schemas: one validator for all of a contract, and what it has to say in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.explaining import alternative, explained, path_of
from contractctl.mockserver.lines import Lines
from contractctl.mockserver.model import Json
from contractctl.mockserver.record import record
from contractctl.mockserver.violations import Violation, pointer_to

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

STRICT = "strict-"
"""What the keys of schemas begin with that only a strict server asks."""

_EXPLAINED = 20
_LONGEST_MESSAGE = 200
_DEEPEST_EXPLAINED = 64
_DEEPEST_COMPOSED = 8
_FLAT = 3
"""Levels of a value that can be explained whatever its schema is."""
_MOST_EXPLAINERS = 32
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?")
"""Format `byte` in either alphabet of RFC 4648."""
_CLOSING = frozenset({"additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems", "propertyNames"})
_NOT_EXPECTED = frozenset({"context", "unexpected"})


@record
class Claim:
    """A value that must be valid under the schema `key`. Several `values` are readings of one text: one must be.

    `name` is the parameter's, None for the body, where `steps` lead to what the value belongs to. Of a `large` one only
    the first fault is told: finding all of them takes time that grows with it. What a `form` lacks is told under its
    name, as of parameters.
    """

    key: str
    values: Sequence[Json]
    where: str
    name: str | None
    large: bool = False
    strict: bool = False
    form: bool = False
    steps: tuple[str | int, ...] = ()

    def pointer(self, error: ValidationError) -> str:
        """Return the pointer of an error."""
        steps = [*(self.steps if self.name is None else (self.name,)), *error.instance_path[1:]]
        if self.form and not steps and error.kind.name == "required":
            steps.append(str(error.kind.as_dict()["property"]))
        return pointer_to(steps)


Claims: TypeAlias = "list[Claim]"


class Validator:
    """One compiled validator for every schema of the contract, made when the first value has to be checked."""

    def __init__(self, bundle: Bundle, *, strict: bool = False) -> None:
        """Validate what the bundle has; the schemas of a strict server only for one."""
        self._bundle = bundle
        self._is_strict = strict
        self._compiled: Draft202012Validator | None = None
        self._lines: Lines | None = None
        self._explainers: dict[str, tuple[Draft202012Validator, bool] | None] = {}

    @cached_property
    def compares(self) -> bool:
        """Tell whether a schema asks for items that differ, so that they are compared with each other."""
        schemas = self._bundle.index.schemas
        return schemas is not None and b'"uniqueItems"' in self._bundle.record(schemas)

    def accepts(self, key: str, value: Json) -> bool:
        """Tell whether a value is valid under the schema `key`."""
        return (self._compiled or self._compile()).is_valid({key: value})

    def violations(self, claims: Claims) -> list[Violation]:
        """Return what is wrong with the values, at most twenty for each; empty when nothing is."""
        if not claims:
            return []
        validator = self._compiled or self._compile()
        value: dict[str, Json] = {}
        for claim in claims:
            if claim.key in value:
                return self._one_by_one(validator, claims)
            value[claim.key] = claim.values[0]
        return [] if validator.is_valid(value) else self._one_by_one(validator, claims)

    def _one_by_one(self, validator: Draft202012Validator, claims: Claims) -> list[Violation]:
        return [found for claim in claims for found in self._explain(validator, claim)]

    def _explain(self, validator: Draft202012Validator, claim: Claim) -> Iterator[Violation]:
        if any(validator.is_valid({claim.key: value}) for value in claim.values):
            return
        value = claim.values[0]
        own = self._explainer(claim.key) if _is_deep(value, _FLAT) else None
        if _is_deep(value, _DEEPEST_COMPOSED if own and own[1] else _DEEPEST_EXPLAINED):
            yield self._unexplained(claim)
            return
        for error in _errors(own[0] if own else validator, {claim.key: value}, only_first=claim.large):
            if own and (keyword := alternative(error.kind.name, error.kind.as_dict())):
                line = self._line(path_of(error.schema_path, keyword))
                yield Violation(claim.where, claim.pointer(error), keyword, _of_alternatives(error, keyword), line)
                continue
            told = (
                _read_only(error) if claim.strict and _is_forbidden(error) else (_expected(error), _cut(error.message))
            )
            yield Violation(claim.where, claim.pointer(error), *told, self._line(error.schema_path))

    def _explainer(self, key: str) -> tuple[Draft202012Validator, bool] | None:
        """Return what explains values of a schema that refers to itself, and whether it takes long all the same."""
        if key not in self._explainers:
            if len(self._explainers) >= _MOST_EXPLAINERS:
                self._explainers.clear()
            found = explained(self._bundle.schemas() or {}, key)
            self._explainers[key] = (_compiled(found.schema), found.is_composed) if found else None
        return self._explainers[key]

    def _unexplained(self, claim: Claim) -> Violation:
        message = "the value is not valid, and nests too many levels to say where"
        steps = [] if claim.name is None else [claim.name]
        return Violation(
            claim.where, pointer_to(steps), "a valid value", message, self._line(["properties", claim.key])
        )

    def _line(self, path: Iterable[str | int]) -> str:
        if self._lines is None:
            self._lines = self._bundle.lines()
        return self._lines.of(path)

    def _compile(self) -> Draft202012Validator:
        schema: dict[str, Any] = self._bundle.schemas() or {}
        if not self._is_strict and "properties" in schema:
            # What nothing refers to is not compiled: they are a third of what some contracts take.
            kept = {key: one for key, one in schema["properties"].items() if not key.startswith(STRICT)}
            schema = {**schema, "properties": kept}
        self._compiled = _compiled(schema)
        return self._compiled


def _compiled(schema: dict[str, Any]) -> Draft202012Validator:
    # Imported when it is needed: 8 ms of a start that takes 70.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats={"byte": _is_base64})


def _errors(validator: Draft202012Validator, value: dict[str, Json], *, only_first: bool) -> Iterable[ValidationError]:
    from jsonschema_rs import ValidationError

    if not only_first:
        return islice(validator.iter_errors(value), _EXPLAINED)
    try:
        validator.validate(value)
    except ValidationError as error:
        return (error,)
    return ()


def _is_deep(value: Json, levels: int) -> bool:
    """Tell whether a value nests so many levels that saying what is wrong would take long.

    The time grows with the cube of the levels where alternatives refer to themselves: 25 ms for 100, 2 s for 1 000.
    """
    level = [value]
    for _ in range(levels):
        level = [child for node in level if isinstance(node, list | dict) for child in _children(node)]
        if not level:
            return False
    return True


def _children(node: list[Json] | dict[str, Json]) -> Iterable[Json]:
    return node.values() if isinstance(node, dict) else node


def _is_base64(text: str) -> bool:
    return _BASE64.fullmatch(text) is not None


def _is_forbidden(error: ValidationError) -> bool:
    """Tell whether a member must not be there: `strict` schemas say so of what is read-only."""
    return error.kind.name == "not" and error.kind.as_dict().get("schema") == {}


def _read_only(error: ValidationError) -> tuple[str, str]:
    name = str(error.instance_path[-1])
    return "no read-only member", _cut(f"`{name}` is read-only")


def _expected(error: ValidationError) -> str:
    if error.kind.name == "falseSchema":
        # `additionalProperties: false` alone is told of the schema `false`, as a member that is `false` is.
        keyword = str(error.schema_path[-1])
        return keyword if keyword in _CLOSING else "nothing"
    told = " ".join(_shown(value) for name, value in error.kind.as_dict().items() if name not in _NOT_EXPECTED)
    return f"{error.kind.name} {told}".rstrip()


def _of_alternatives(error: ValidationError, keyword: str) -> str:
    fits = "any" if keyword == "anyOf" else "exactly one"
    return _cut(f"{_shown(error.instance)} is not valid under {fits} of the schemas listed in the '{keyword}' keyword")


def _shown(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _cut(" or ".join(value))
    return _cut(value if isinstance(value, str) else _json(value))


def _json(value: object) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # integers beyond 64 bits
        import json

        return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"
