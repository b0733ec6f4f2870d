"""Rules about texts that cannot be read at all, so that nothing else is known of them.

What they tell comes out whatever the settings say: a description that nobody can read is never clean.
"""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.document import told
from contractctl.lint.subject import Subject


@rule("document-encoding", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def document_encoding(subject: Subject) -> Iterator[Defect]:
    r"""A document holds bytes that are no text in Unicode, or the escape of half a character.

    Why: Of bytes in another encoding every reader guesses which it is. Half of a surrogate pair is no character, and
    cannot be written out again.

    Source: YAML 1.2.2 §5.2; RFC 8259 §8.1, §8.2

    Bad:

        openapi: 3.1.0
        info: {title: "Cats \ud83d", version: "1"}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: "Cats \ud83d\udc08", version: "1"}
        paths: {}
    """
    return told(subject, "document-encoding")


@rule("document-too-deep", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def document_too_deep(subject: Subject) -> Iterator[Defect]:
    """A document is nested deeper than 200 levels.

    Why: Parsers have limits to how deep they go, and many crash beyond them.

    Source: RFC 8259 §9

    Bad:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        x-deep:
          [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
          [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
          [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
          [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
          ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
          ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
          ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
          ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]

    Good:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        x-deep: [[[[]]]]
    """
    return told(subject, "document-too-deep")


@rule("json-syntax", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def json_syntax(subject: Subject) -> Iterator[Defect]:
    """A document is not JSON, though it begins as such or is named so.

    Why: No reader of JSON takes it. Some mend it by guessing, each in its own way.

    Source: RFC 8259 §2; OpenAPI 3.1.1 §4.3

    Bad:

        {
          "openapi": "3.1.0",
          "info": {"title": "Example", "version": "1"},
          "paths": {},
        }

    Good:

        {
          "openapi": "3.1.0",
          "info": {"title": "Example", "version": "1"},
          "paths": {}
        }
    """
    return told(subject, "json-syntax")


@rule("yaml-syntax", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def yaml_syntax(subject: Subject) -> Iterator[Defect]:
    """A document is not YAML.

    Why: No reader takes it, so that there is no description at all.

    Source: YAML 1.2.2 §5; OpenAPI 3.1.1 §4.3

    Bad:

        openapi: 3.1.0
        info: {title: Example, version: "1"
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
    """
    return told(subject, "yaml-syntax")


@rule("yaml-multiple-documents", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def yaml_multiple_documents(subject: Subject) -> Iterator[Defect]:
    """A file holds more than one YAML document.

    Why: Some readers take the first, some the last, and some none.

    Source: YAML 1.2.2 §9.2; OpenAPI 3.1.1 §4.3

    Bad:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        ---
        openapi: 3.1.0
        info: {title: Another, version: "1"}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
    """
    return told(subject, "yaml-multiple-documents")


@rule("yaml-alias", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def yaml_alias(subject: Subject) -> Iterator[Defect]:
    """A YAML alias names no anchor, stands inside its own, expands the text too far, or is merged but no mapping.

    Why: JSON has no aliases, so that each must be replaced by a value of finite size. A few lines of aliases can
    expand to more than a machine has memory for.

    Source: YAML 1.2.2 §7.1; OpenAPI 3.1.1 §4.3

    Bad:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Pet: *pet

    Good:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        components:
          schemas:
            Animal: &pet {type: object}
            Pet: *pet
    """
    return told(subject, "yaml-alias")


@rule("yaml-complex-key", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def yaml_complex_key(subject: Subject) -> Iterator[Defect]:
    """A key of a YAML mapping is a list or a mapping.

    Why: In JSON keys are strings; what cannot be said in JSON is no OpenAPI.

    Source: OpenAPI 3.1.1 §4.3; YAML 1.2.2 §10.2

    Bad:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        x-owners:
          ? [cats, dogs]
          : Tom

    Good:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
        x-owners:
          cats, dogs: Tom
    """
    return told(subject, "yaml-complex-key")


@rule("document-not-openapi", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def document_not_openapi(subject: Subject) -> Iterator[Defect]:
    """A document does not name a version of OpenAPI that is read here: 2.0, 3.0, 3.1 or 3.2.

    Why: Without the version nobody knows what a field means, and a check that passes would mean nothing.

    Source: OpenAPI 3.1.1 §4.8.1.1; OpenAPI 2.0, Swagger Object

    Bad:

        openapi: 4.0.0
        info: {title: Example, version: "1"}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Example, version: "1"}
        paths: {}
    """
    return told(subject, "document-not-openapi")


RULES = (
    document_encoding,
    document_too_deep,
    json_syntax,
    yaml_syntax,
    yaml_multiple_documents,
    yaml_alias,
    yaml_complex_key,
    document_not_openapi,
)
