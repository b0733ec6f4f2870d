"""Rules about schemas: what they call themselves, and what they are written in."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.document import told
from contractctl.lint.subject import Subject


@rule("schema-identifier-duplicate", severity=Severity.ERROR, family="schemas", profile=Profile.SPEC)
def schema_identifier_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two schemas have one identifier.

    Why: A reference by that name means one of them in one tool, and the other in the next.

    Source: JSON Schema 2020-12 core §8.2.1, §8.2.2, §9.1.2

    Bad:

        paths: {}
        components:
          schemas:
            Cat: {$anchor: pet, type: object}
            Dog: {$anchor: pet, type: object}

    Good:

        paths: {}
        components:
          schemas:
            Cat: {$anchor: cat, type: object}
            Dog: {$anchor: dog, type: object}
    """
    return told(subject, "schema-identifier-duplicate")


@rule("schema-dialect-unknown", severity=Severity.WARNING, family="schemas")
def schema_dialect_unknown(subject: Subject) -> Iterator[Defect]:
    """The dialect that a schema is said to be written in is not known.

    Why: Its keywords may mean something else there than what they are read as.

    Source: OpenAPI 3.1.1 §4.8.24.5; JSON Schema 2020-12 core §8.1.1

    Bad:

        paths: {}
        components:
          schemas:
            Pet: {$schema: https://example.com/dialect, type: object}

    Good:

        paths: {}
        components:
          schemas:
            Pet: {$schema: https://json-schema.org/draft/2020-12/schema, type: object}
    """
    return told(subject, "schema-dialect-unknown")


RULES = (
    schema_identifier_duplicate,
    schema_dialect_unknown,
)
