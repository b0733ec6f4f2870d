"""Every disagreement with openapi-spec-validator has one reason of a list, in which nothing rots.

It is held to a part of the corpus, drawn once, to the fixtures of lint, and to the descriptions that the list names.
Descriptions of `SLOW` bytes and more are left out, but for the one that is named: the other takes from a second to
several minutes for each of them. By hand, 2 638 of the 2 640 were asked; the two of Microsoft Graph took too long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import regress

from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.lint.cross_check import DISAGREES, STOPPED, UNSEEN, cross_check
from contractctl.lint.engine import lint_document
from contractctl.source.document import Document
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, drawn, of_size

SLOW = 60_000
FIXTURES = Path(__file__).parent.parent / "lint" / "fixtures"
HANDBOOK = Path(__file__).parents[2] / "docs" / "second-opinion.md"
HEAD_2_0 = "swagger: '2.0'\ninfo: {title: a, version: '1'}\n"
WRITTEN = {
    "3.0 discriminator": "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\n"
    "components: {schemas: {A: {oneOf: [{}], discriminator: {propertyName: a, type: string}}}}\n",
    "3.1 links": "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n"
    "components: {links: {A: {operationId: a}, B: {operationRef: '#/paths/~1a/get'}}}\n",
    "3.2 path": "openapi: 3.2.0\ninfo: {title: a, version: '1'}\npaths: {'/{a}/{a}': {parameters: [{name: a, in: path,"
    " required: true, schema: {}}], get: {responses: {'200': {description: a}}}}}\n",
    "2.0 file": HEAD_2_0 + "paths: {/a: {get: {responses: {'200': {description: a, schema: {type: file}}}}}}\n",
    "2.0 token": HEAD_2_0
    + "paths: {}\nsecurityDefinitions: {a: {type: oauth2, flow: password, tokenUrl: /t, scopes: {}}}\n",
    "2.0 scopes": HEAD_2_0
    + "paths: {}\nsecurityDefinitions: {a: {type: oauth2, flow: password, tokenUrl: 'https://a/t'}}\n",
    "2.0 null": HEAD_2_0
    + "paths: {/a: {get: {responses: {'200': {description: a, schema: {type: string, default: null,"
    " x-nullable: true}}}}}}\n",
}
"""There is no Swagger 2.0 in the corpus, and what has such a discriminator is large."""


@dataclass(frozen=True)
class Disagreement:
    """A finding of `cross_check`, and the value at its place."""

    finding: Finding
    value: Json

    @property
    def tokens(self) -> tuple[str, ...]:
        return self.finding.location.place.pointer.tokens

    @property
    def said(self) -> str:
        """What the other says, without our words."""
        return self.finding.message.partition(": ")[2]


@dataclass(frozen=True)
class Reason:
    """Why the two disagree: who is right by which clause, a description where it is so, and how to tell it."""

    clause: str
    example: str
    code: str
    applies: Callable[[Disagreement], bool]


def refuses(kind: str, also: Callable[[Disagreement], bool]) -> Callable[[Disagreement], bool]:
    return lambda one: one.finding.subject == kind and also(one)


def unseen(rule: str, *last: str) -> Callable[[Disagreement], bool]:
    """Tell whether it is a rule of ours that finds something, at a member of one of these names if there are any."""
    return lambda one: one.finding.subject == rule and (not last or one.tokens[-1] in last)


def has_reference(value: Json) -> bool:
    return is_object(value) and "$ref" in value


def has_lenient_pattern(one: Disagreement) -> bool:
    """Tell whether a pattern is a regular expression without the flag `u`, and none with it."""
    return any(is_regular(pattern, "") and not is_regular(pattern, "u") for pattern in patterns(one.value))


def is_regular(pattern: str, flags: str) -> bool:
    try:
        regress.Regex(pattern, flags)
    except regress.RegressError:
        return False
    return True


def patterns(value: Json) -> Iterator[str]:
    if is_object(value):
        pattern = value.get("pattern")
        if isinstance(pattern, str):
            yield pattern
    for inner in value.values() if is_object(value) else value if is_array(value) else ():
        yield from patterns(inner)


SCHEMA = "JsonschemaRsValidatorError"
REASONS = {
    "pattern without the flag u": Reason(
        "JSON Schema 2020-12 validation §6.3.3 (SHOULD); ECMA-262 Annex B.1.2",
        "amazonaws.com/codestar.json",
        DISAGREES,
        refuses(SCHEMA, has_lenient_pattern),
    ),
    "name of a template with a colon": Reason(
        "OpenAPI 3.1.1 §4.8.8.1, §4.8.12.1",
        "rapidapi.com/idealspot-geodata.json",
        DISAGREES,
        refuses("UnresolvableParameterError", lambda one: any(mark in one.tokens[1] for mark in ":!")),
    ),
    "extension of a callback": Reason(
        "OpenAPI 3.1.1 §4.8.18",
        "3.1/pass/callback-extension",
        DISAGREES,
        refuses(SCHEMA, lambda one: "callbacks" in one.tokens and one.tokens[-1].startswith("x-")),
    ),
    "server of a link": Reason(
        "OpenAPI 3.1.1 §4.8.20",
        "3.1/pass/link-all-fields",
        DISAGREES,
        refuses(SCHEMA, lambda one: "links" in one.tokens and "('server' was unexpected)" in one.said),
    ),
    "constant for a parameter of a link": Reason(
        "OpenAPI 3.1.1 §4.8.20",
        "3.1/pass/link-parameters",
        DISAGREES,
        refuses(SCHEMA, lambda one: "links" in one.tokens and one.tokens[-2] == "parameters"),
    ),
    "fields beside the reference of a path": Reason(
        "OpenAPI 3.1.1 §4.8.9",
        "3.1/pass/path-item-reference-with-siblings",
        DISAGREES,
        refuses(SCHEMA, lambda one: one.tokens[0] == "paths" and len(one.tokens) == 2 and has_reference(one.value)),
    ),
    "items that are a list": Reason(
        "JSON Schema draft-07 validation §6.4.1; OpenAPI 3.1.1 §4.8.24.6",
        "3.1/pass/schema-older-dialect",
        DISAGREES,
        refuses("OpenAPIValidationError", lambda one: one.said.endswith("] is not of type 'object', 'boolean'")),
    ),
    "file of Swagger 2.0": Reason(
        "OpenAPI 2.0, Response Object, `schema`",
        "2.0 file",
        DISAGREES,
        refuses("anyOf", lambda one: one.said.startswith("'file' is not valid")),
    ),
    "relative URL of OAuth 2 in 2.0": Reason(
        "OpenAPI 2.0, Security Scheme Object, `tokenUrl` (SHOULD)",
        "2.0 token",
        DISAGREES,
        refuses(SCHEMA, lambda one: one.tokens[0] == "securityDefinitions"),
    ),
    "null by x-nullable": Reason(
        "OpenAPI 2.0, Patterned Objects `x-`",
        "2.0 null",
        DISAGREES,
        refuses("type", lambda one: one.said.startswith("None ")),
    ),
    "anchor below an identifier": Reason(
        "JSON Schema 2020-12 core §8.2.2",
        "3.1/pass/schema-identifiers",
        STOPPED,
        lambda one: one.finding.subject == "NoSuchAnchor",
    ),
    "reference to an identifier": Reason(
        "JSON Schema 2020-12 core §8.2.1, §9.1; OpenAPI 3.2.0 §4.1",
        "3.2/pass/openapi-self-rebases",
        STOPPED,
        lambda one: one.finding.subject == "Unresolvable",
    ),
    "keyword beside a reference": Reason(
        "JSON Schema 2020-12 core §8.2.3.1; OpenAPI 3.1.1 §4.8.24",
        "3.1/fail/schema-fault-beside-reference",
        UNSEEN,
        unseen("value-not-allowed", "maxLength"),
    ),
    "paths that match the same requests": Reason(
        "OpenAPI 3.1.1 §4.8.8", "thenounproject.com.json", UNSEEN, unseen("path-equivalent")
    ),
    "variable twice in a path": Reason("OpenAPI 3.2.0 §4.8.2", "3.2 path", UNSEEN, unseen("path-variable-repeated")),
    "link to no operation": Reason(
        "OpenAPI 3.1.1 §4.8.20",
        "3.1 links",
        UNSEEN,
        lambda one: one.finding.subject in {"link-operation-unknown", "link-operation-ref-dangling"},
    ),
    "reference to something of another type": Reason(
        "OpenAPI 3.1.1 §4.8.23", "rev.ai.json", UNSEEN, unseen("reference-wrong-kind")
    ),
    "reference that leads back": Reason(
        "JSON Schema 2020-12 core §9.4.1", "3.1/fail/reference-circle", UNSEEN, unseen("reference-circular")
    ),
    "what is no URL": Reason("OpenAPI 3.1.1 §4.6", "gisgraphy.com.json", UNSEEN, unseen("url-invalid")),
    "what is no URI": Reason(
        "OpenAPI 3.1.1 §4.8.1, §4.8.19, §4.8.26; OpenAPI 3.2.0 §4.1; JSON Schema 2020-12 core §8.2.1",
        "3.1/fail/openapi-dialect-not-uri",
        UNSEEN,
        unseen("value-not-allowed", "externalValue", "jsonSchemaDialect", "namespace", "$self", "$id"),
    ),
    "braces in the name of a parameter": Reason(
        "OpenAPI 3.1.1 §4.8.12", "3.1/fail/parameter-braces-in-name", UNSEEN, unseen("value-not-allowed", "name")
    ),
    "URL of a server": Reason(
        "OpenAPI 3.1.1 §4.8.5", "apisetu.gov.in/issuer.json", UNSEEN, unseen("server-url-invalid")
    ),
    "variable of a server that is not defined": Reason(
        "OpenAPI 3.1.1 §4.8.5", "3.1/fail/server-variable-undeclared", UNSEEN, unseen("server-variable-undefined")
    ),
    "default that a variable of a server does not list": Reason(
        "OpenAPI 3.1.1 §4.8.6",
        "3.1/fail/server-variable-default-unknown",
        UNSEEN,
        unseen("server-variable-default-unlisted"),
    ),
    "what is no e-mail address": Reason(
        "OpenAPI 3.1.1 §4.8.3", "3.1/fail/contact-email-not-one", UNSEEN, unseen("contact-email-invalid")
    ),
    "parameter without a name": Reason("OpenAPI 3.1.1 §4.8.12", "brainbi.net.json", UNSEEN, unseen("part-malformed")),
    "example beside examples": Reason(
        "OpenAPI 3.1.1 §4.8.12.2, §4.8.14, §4.8.21",
        "3.1/fail/header-example-and-examples",
        UNSEEN,
        unseen("example-and-examples"),
    ),
    "name of a link": Reason(
        "OpenAPI 3.1.1 §4.8.17", "3.1/fail/response-link-name", UNSEEN, unseen("component-name-invalid")
    ),
    "body of a link": Reason("OpenAPI 3.1.1 §4.8.20", "3.1/fail/link-body", UNSEEN, unseen("field-unknown", "body")),
    "field of a discriminator": Reason(
        "OpenAPI 3.0.4 §4.7.25",
        "3.0 discriminator",
        UNSEEN,
        lambda one: one.finding.subject == "field-unknown" and one.tokens[-2] == "discriminator",
    ),
    "discriminator without a property": Reason(
        "OpenAPI 3.2.0 §4.25",
        "3.2/fail/discriminator-no-property-name",
        UNSEEN,
        unseen("field-missing", "discriminator"),
    ),
    "OAuth 2 without scopes in 2.0": Reason(
        "OpenAPI 2.0, Security Scheme Object, `scopes`",
        "2.0 scopes",
        UNSEEN,
        lambda one: one.finding.subject == "field-missing" and one.tokens[0] == "securityDefinitions",
    ),
    "querystring beside others": Reason(
        "OpenAPI 3.2.0 §4.12", "3.2/fail/parameter-querystring-with-query-of-path", UNSEEN, unseen("fields-exclusive")
    ),
    "operationId of a webhook": Reason(
        "OpenAPI 3.1.1 §4.8.10", "3.1/fail/operation-id-twice-in-webhook", UNSEEN, unseen("operation-id-duplicate")
    ),
    "header that stands twice in another case": Reason(
        "OpenAPI 3.1.1 §4.8.10, §4.8.12.1; RFC 9110 §5.1",
        "3.1/fail/operation-header-twice",
        UNSEEN,
        unseen("parameter-duplicate"),
    ),
    "security scheme that is not declared": Reason(
        "OpenAPI 3.1.1 §4.8.30",
        "3.1/fail/security-requirement-unknown-scheme",
        UNSEEN,
        unseen("security-scheme-unknown"),
    ),
}


def fixtures() -> dict[str, Path]:
    files = sorted(FIXTURES.glob("*/*/*.yaml"))
    return {file.relative_to(FIXTURES).with_suffix("").as_posix(): file for file in files}


FILES = {**descriptions(), **fixtures()}


def read(name: str) -> Document:
    return parse_document(name, WRITTEN[name].encode() if name in WRITTEN else FILES[name].read_bytes())


def disagreements(name: str) -> Iterator[Disagreement]:
    document = read(name)
    for finding in cross_check(document, lint_document(document)):
        yield Disagreement(finding, value_at(document.root, finding.location.place))


def value_at(value: Json, place: Place) -> Json:
    for token in place.pointer.tokens:
        value = value[int(token)] if is_array(value) else value[token] if is_object(value) else None
    return value


def reasons(one: Disagreement) -> list[str]:
    return [name for name, reason in REASONS.items() if reason.code == one.finding.rule and reason.applies(one)]


def unexplained(names: list[str]) -> list[str]:
    """Return what has no reason, or more than one."""
    found = ((name, one, reasons(one)) for name in names for one in disagreements(name))
    return [
        f"{name}: {one.finding.location.place.pointer} {one.finding.message} {why}"
        for name, one, why in found
        if len(why) != 1
    ]


DRAWN = drawn(1_000, of_size(0, SLOW), seed=20264)
PARTS = [DRAWN[start : start + 50] for start in range(0, len(DRAWN), 50)]


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_every_disagreement_over_a_real_description_has_one_reason(part: int) -> None:
    assert unexplained(PARTS[part]) == []


@pytest.mark.parametrize("kind", ["3.1/pass", "3.1/fail", "3.2/pass", "3.2/fail"])
def test_every_disagreement_over_a_fixture_has_one_reason(kind: str) -> None:
    assert unexplained([name for name in fixtures() if name.startswith(kind)]) == []


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_is_one(name: str) -> None:
    found = [reasons(one) for one in disagreements(REASONS[name].example)]
    assert [name] in found
    assert all(len(why) == 1 for why in found)


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_is_told(name: str) -> None:
    """In a row of the page, with its clause."""
    rows = [line.split(" | ") for line in HANDBOOK.read_text().splitlines() if line.startswith("| ")]
    assert [cells[2].removesuffix(" |") for cells in rows if cells[0] == f"| {name}"] == [REASONS[name].clause]
