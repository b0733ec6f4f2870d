"""One validator for many schemas, which checks formats when it is told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from contractctl.contract.burdens import entangled, is_tellable
from contractctl.contract.subschemas import rewritten
from contractctl.core.json import Json, is_object
from contractctl.lint.examples.formats import violates
from contractctl.lint.examples.gathering import gathered
from contractctl.lint.examples.wording import ECMA_PATTERN, Complaint, complaints

if TYPE_CHECKING:
    from jsonschema_rs import KeywordValidator, Validator

_SKIPPED: Final = frozenset(
    (
        *("example", "examples", "default", "title", "description", "$comment", "deprecated", "readOnly", "writeOnly"),
        *("dependencies", "$dynamicRef"),
    )
)
_MOST_STEPS: Final = 1_000_000
"""As many as the engine of jsonschema-rs takes before it gives a pattern up."""
_LONGEST_PATTERN: Final = 1_000
_QUANTIFIERS: Final = "*+?{"
_DEEP = (Complaint((), "it is nested too deep to say where", "depth"),)
_MANY = (Complaint((), "it has more faults than can be listed", "many"),)
_UNCHECKED = (Complaint((), "it cannot be checked, for the schema does not compile", "unchecked"),)


class _Formats:
    """Whether formats count at present, and whether one was found to be violated."""

    __slots__ = ("are_checked", "were_violated")

    def __init__(self) -> None:
        self.are_checked = True
        self.were_violated = False


class Compiled:
    """Schemas by key, compiled once. One that nobody can compile accepts nothing, and says so.

    A definition that would keep the validator busy for hours accepts everything.
    """

    def __init__(self, schemas: Mapping[str, Json], definitions: Mapping[str, Json]) -> None:
        self._formats = _Formats()
        definitions = {**definitions, **dict.fromkeys(entangled(definitions), True)}
        self._document: dict[str, Json] = {"properties": dict(schemas), "$defs": definitions}
        self._whole = self._validator(self._document)
        if self._whole is None:
            vetted: dict[str, bool] = {}
            self._document = {
                "properties": {key: _compilable(one, vetted) for key, one in schemas.items()},
                "$defs": {key: _compilable(one, vetted) for key, one in definitions.items()},
            }
            self._whole = self._validator(self._document)
        self._alone: dict[str, Validator | None] = {}

    def is_valid(self, key: str, value: Json, *, formats: bool) -> bool:
        """Tell whether the schema `key` accepts a value."""
        validator = self._of(key)
        self._formats.are_checked = formats
        return validator is not None and validator.is_valid({key: value})

    def complaints(self, key: str, value: Json, *, formats: bool) -> tuple[Complaint, ...]:
        """Return all that the schema `key` has against a value."""
        validator = self._of(key)
        if validator is None:
            return _UNCHECKED
        self._formats.were_violated = False
        self._formats.are_checked = formats
        if not is_tellable(value, self._document):
            return _MANY
        try:
            errors = list(validator.iter_errors({key: value}))
        except ValueError:  # an error holds its instance, and the validator copies none over 255 levels deep
            return _DEEP
        found = (complaint for error in errors for complaint in complaints(error, value, self._document))
        return tuple(gathered(found))

    def has_met_formats(self) -> bool:
        """Tell whether the value of the last complaints met every format, as far as it was looked at."""
        return not self._formats.were_violated

    def _of(self, key: str) -> Validator | None:
        """Return the validator of all, or that of one schema where something in them is bad."""
        if self._whole is not None:
            return self._whole
        if key not in self._alone:
            properties = self._document["properties"]
            own: dict[str, Json] = {key: properties[key]} if is_object(properties) else {}
            self._alone[key] = self._validator({**self._document, "properties": own})
        return self._alone[key]

    def _validator(self, document: Mapping[str, Json]) -> Validator | None:
        from jsonschema_rs import Draft202012Validator

        keywords: dict[str, type[KeywordValidator]] = {
            "format": _format_keyword(self._formats),
            ECMA_PATTERN: _EcmaPattern,
        }
        try:
            return Draft202012Validator(dict(document), keywords=keywords, validate_formats=False)
        except ValueError:
            return None


class _Keyword:
    """A keyword as jsonschema-rs wants one: it is made of its schema, its value and where it stands."""

    __slots__ = ("value",)

    def __init__(self, parent_schema: object, value: object, schema_path: object) -> None:  # noqa: ARG002 - its names
        self.value = str(value)


def _format_keyword(formats: _Formats) -> type[KeywordValidator]:
    class Format(_Keyword):
        """`format`; the message of its error is the format."""

        def validate(self, instance: object) -> None:
            if isinstance(instance, (str, int)) and violates(self.value, instance):
                formats.were_violated = True
                if formats.are_checked:
                    raise ValueError(self.value)

    return Format


class _EcmaPattern(_Keyword):
    """A `pattern` that jsonschema-rs does not compile, but ECMA-262 does; the message of its error is the pattern."""

    __slots__ = ("_degree", "_regex")

    def __init__(self, parent_schema: object, value: object, schema_path: object) -> None:
        from regress import Regex

        super().__init__(parent_schema, value, schema_path)
        self._regex = Regex(self.value)
        self._degree = _degree(self.value)

    def validate(self, instance: object) -> None:
        """Raise ValueError for a string that does not match; one that might take long is let through."""
        is_cheap = isinstance(instance, str) and max(len(instance), 2) ** self._degree <= _MOST_STEPS
        if isinstance(instance, str) and is_cheap and self._regex.find(instance) is None:
            raise ValueError(self.value)


def _degree(pattern: str) -> int:
    """Return to what power of the text's length a backtracking matcher may need steps, as long as it repeats no group.

    That is once for each quantifier and each alternative, of which any may be taken back, and once for where to begin.
    """
    choices = sum(pattern.count(sign) for sign in (*_QUANTIFIERS, "|"))
    return choices if pattern.startswith("^") and "|" not in pattern else choices + 1


def _is_ecma(pattern: str) -> bool:
    """Tell whether a pattern is one of ECMA-262 that repeats no group, which a backtracking matcher could not bear."""
    from regress import Regex, RegressError

    if len(pattern) > _LONGEST_PATTERN or any(f"){sign}" in pattern for sign in _QUANTIFIERS):
        return False
    try:
        Regex(pattern)
    except RegressError:
        return False
    return True


def _compilable(schema: Json, vetted: dict[str, bool]) -> Json:
    """Leave out what stops the validator: dynamic references, deep data, regular expressions of other dialects.

    So does what says nothing of values, where it has another type than it should have: that is told where it stands. A
    `pattern` that another engine takes is handed to that.
    """
    if not is_object(schema):
        return schema
    kept: dict[str, Json] = {}
    for keyword, member in schema.items():
        if keyword in _SKIPPED or keyword.startswith("x-"):
            continue
        usable = member
        if keyword == "pattern" and not _compiles(member, vetted):
            if isinstance(member, str) and _is_ecma(member):
                kept[ECMA_PATTERN] = member
            continue
        if keyword == "patternProperties" and is_object(member):
            usable = {name: item for name, item in member.items() if _compiles(name, vetted)}
        kept[keyword] = rewritten(keyword, usable, lambda inner: _compilable(inner, vetted))
    return kept


def _compiles(pattern: Json, vetted: dict[str, bool]) -> bool:
    from jsonschema_rs import Draft202012Validator

    if (text := str(pattern)) not in vetted:
        try:
            Draft202012Validator({"pattern": pattern})
        except ValueError:
            vetted[text] = False
        else:
            vetted[text] = True
    return vetted[text]


def reached(roots: Iterable[str], references: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the references that roots lead to, each by way of what the definition of another mentions."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(references.get(one, ()))
    return frozenset(found)
