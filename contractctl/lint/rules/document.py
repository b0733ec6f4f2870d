"""Rules about the text: what the reader of documents and the builder of contracts noticed on their way."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject


def told(subject: Subject, code: str) -> Iterator[Defect]:
    """Yield what reader and builder told under a code."""
    for finding in subject.told.get(code, ()):
        yield Defect(finding.location, finding.message, finding.hint, finding.subject, finding.related)


@rule("document-key-duplicate", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def document_key_duplicate(subject: Subject) -> Iterator[Defect]:
    """A mapping has a key twice.

    Why: Every reader keeps one of the two and drops the other in silence, and they do not agree on which.

    Source: YAML 1.2.2 §3.2.1.1; RFC 8259 §4

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
            get: {operationId: allPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    return told(subject, "document-key-duplicate")


@rule("yaml-ambiguous-scalar", severity=Severity.WARNING, family="document")
def yaml_ambiguous_scalar(subject: Subject) -> Iterator[Defect]:
    """A plain scalar means one thing in YAML 1.1 and another in YAML 1.2.

    Why: Half of the tools read `no` as false and `012` as ten; the others read a string and twelve.

    Source: YAML 1.2.2 §10.3.2

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              summary: on
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              summary: "on"
              responses: {"200": {description: Pets}}
    """
    return told(subject, "yaml-ambiguous-scalar")


@rule("yaml-custom-tag", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def yaml_custom_tag(subject: Subject) -> Iterator[Defect]:
    """A value has a tag that JSON cannot express.

    Why: An OpenAPI description must mean the same as JSON; a tag is lost or refused on the way.

    Source: OpenAPI 3.1.1 §4.3

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              summary: !text List the pets
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              summary: List the pets
              responses: {"200": {description: Pets}}
    """
    return told(subject, "yaml-custom-tag")


@rule("yaml-not-json", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def yaml_not_json(subject: Subject) -> Iterator[Defect]:
    """A number is not finite, which JSON cannot express.

    Why: An OpenAPI description must mean the same as JSON; clients generated from it read something else.

    Source: OpenAPI 3.1.1 §4.3; RFC 8259 §6

    Bad:

        paths: {}
        x-limit: .inf

    Good:

        paths: {}
        x-limit: 1000
    """
    return told(subject, "yaml-not-json")


@rule("number-too-large", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def number_too_large(subject: Subject) -> Iterator[Defect]:
    """A number is beyond the largest one that programs read.

    Why: Some readers take it for infinity and some refuse the file. .NET before Core 3.0 writes its largest number
    rounded up, and so makes such a bound of `double.MaxValue`.

    Source: RFC 8259 §6

    Bad:

        components:
          schemas:
            Price: {type: number, maximum: 1.79769313486232E+308}

    Good:

        components:
          schemas:
            Price: {type: number}
    """
    return told(subject, "number-too-large")


@rule("part-malformed", severity=Severity.ERROR, family="document", profile=Profile.SPEC)
def part_malformed(subject: Subject) -> Iterator[Defect]:
    """A part of the description cannot be used and is left out of the contract.

    Why: The mock and the comparison of versions go on without it, so nobody would notice what they miss.

    Source: OpenAPI 3.1.1 §4.8

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: "", in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tag, in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}}
    """
    return told(subject, "part-malformed")


RULES = (
    document_key_duplicate,
    yaml_ambiguous_scalar,
    yaml_custom_tag,
    yaml_not_json,
    number_too_large,
    part_malformed,
)
