"""Rules about regular expressions."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place
from contractctl.lint.rule import Defect, rule
from contractctl.lint.schemas.ecmascript import flaw, is_delimited
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part


@rule("pattern-invalid", severity=Severity.ERROR, family="schemas")
def pattern_invalid(subject: Subject) -> Iterator[Defect]:
    r"""A pattern is not a regular expression of ECMA-262.

    Why: Validators refuse the whole schema, skip the pattern, or match something else: where it is not ECMA-262,
    `\A` is the letter A.

    Source: JSON Schema 2020-12 core §6.4; validation §6.3.3; OpenAPI 3.0.3 §4.7.24.1

    Bad:

        paths: {}
        components:
          schemas:
            Code: {type: string, pattern: "(?i)^[a-z]{3}$"}

    Good:

        paths: {}
        components:
          schemas:
            Code: {type: string, pattern: "^[A-Za-z]{3}$"}
    """
    for at, pattern in _patterns(subject):
        found = None if is_delimited(pattern) else flaw(pattern)
        if found is not None:
            message = f"the pattern is not a regular expression of ECMA-262: {found.reason}"
            yield Defect(Location(at), message, found.hint)


@rule("pattern-delimited", severity=Severity.WARNING, family="schemas")
def pattern_delimited(subject: Subject) -> Iterator[Defect]:
    """A pattern stands between slashes.

    Why: The slashes are part of it, so that it matches nothing: `^` cannot come after a character, nor `$` before one.

    Source: JSON Schema 2020-12 core §6.4

    Bad:

        paths: {}
        components:
          schemas:
            Code: {type: string, pattern: "/^[a-z]{3}$/i"}

    Good:

        paths: {}
        components:
          schemas:
            Code: {type: string, pattern: "^[A-Za-z]{3}$"}
    """
    for at, pattern in _patterns(subject):
        if is_delimited(pattern):
            bare, _, flags = pattern[1:].rpartition("/")
            message = "the pattern stands between slashes, which are part of it, so that it matches nothing"
            hint = f"write `{bare}`" + (f"; patterns have no flags such as `{flags}`" if flags else "")
            yield Defect(Location(at), message, hint)


def _patterns(subject: Subject) -> Iterator[tuple[Place, str]]:
    """Yield every regular expression: those of strings, and those of the names of properties."""
    for part in (*subject.index.written("pattern"), *_of_parameters(subject)):
        pattern = part.value.get("pattern")
        if isinstance(pattern, str):
            yield part.at / "pattern", pattern
    for part in subject.index.written("patternProperties"):
        named = part.value["patternProperties"]
        yield from ((part.at / "patternProperties" / name, name) for name in (named if is_object(named) else ()))


def _of_parameters(subject: Subject) -> Iterator[Part]:
    """Yield what has patterns in Swagger 2.0 but is no schema there."""
    return (
        part
        for part in subject.parts("parameter", "items", "header")
        if "pattern" in part.value and subject.version_at(part.at) == "2.0"
    )


RULES = (
    pattern_invalid,
    pattern_delimited,
)
