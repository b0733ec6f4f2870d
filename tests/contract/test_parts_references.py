"""References to parts: sharing, texts beside them by version, chains and circles."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.contract.descriptions import build, operation, told

COMPONENTS = """
parameters:
  P: {name: p, in: query, description: own}
  Chained: {$ref: '#/components/parameters/P', description: chained}
headers: {H: {schema: {}, description: own}}
requestBodies: {B: {content: {}, description: own}}
responses: {R: {description: own, summary: own}}
examples: {E: {value: 1, summary: own}}
links: {L: {operationId: get, description: own}}
"""
USES = {
    "parameter": "parameters: [{$ref: '#/components/parameters/P', %s}]",
    "body": "requestBody: {$ref: '#/components/requestBodies/B', %s}",
    "response": "responses: {'200': {$ref: '#/components/responses/R', %s}}",
    "header": "responses: {'200': {headers: {H: {$ref: '#/components/headers/H', %s}}}}",
    "example": "requestBody: {content: {a/b: {examples: {E: {$ref: '#/components/examples/E', %s}}}}}",
    "link": "responses: {'200': {links: {L: {$ref: '#/components/links/L', %s}}}}",
}


def texts(kind: str, beside: str, version: str) -> tuple[str, str]:
    """Return summary and description of the part that a reference with these members beside it leads to."""
    found, findings = operation(USES[kind] % beside, version, COMPONENTS)
    assert findings == []
    body, answers = found.body, found.responses
    parts = {
        "parameter": lambda: found.parameters[0],
        "body": lambda: body,
        "response": lambda: answers[0],
        "header": lambda: answers[0].headers[0],
        "example": lambda: body and body.content[0].examples[0],
        "link": lambda: answers[0].links[0],
    }
    part = parts[kind]()
    return getattr(part, "summary", ""), getattr(part, "description", "")


@pytest.mark.parametrize(
    ("kind", "version", "meant"),
    [
        *(pytest.param(kind, "3.0", ("", "own"), id=f"a {kind} of 3.0") for kind in USES if kind != "example"),
        pytest.param("example", "3.0", ("own", ""), id="an example of 3.0"),
        *(
            pytest.param(kind, version, ("", "theirs"), id=f"a {kind} of {version}")
            for kind in ("parameter", "body", "header", "link")
            for version in ("3.1", "3.2")
        ),
        pytest.param("response", "3.1", ("", "theirs"), id="a response of 3.1, which has no summary"),
        pytest.param("response", "3.2", ("mine", "theirs"), id="a response of 3.2"),
        pytest.param("example", "3.1", ("mine", ""), id="an example of 3.1"),
    ],
)
def test_texts_beside_a_reference_count_since_3_1(kind: str, version: str, meant: tuple[str, str]) -> None:
    assert texts(kind, "description: theirs, summary: mine", version) == meant


def test_a_security_scheme_that_is_a_reference_may_have_texts_of_its_own() -> None:
    schemes = "components: {securitySchemes: {a: {type: mutualTLS, description: own}, b: {$ref: %s, description: b}}}"
    found = build("paths: {}\n" + schemes % "'#/components/securitySchemes/a'").contract.security_schemes
    assert [(one.name, one.type, one.description) for one in found] == [
        ("a", "mutualTLS", "own"),
        ("b", "mutualTLS", "b"),
    ]


def test_what_a_reference_may_override_it_may_empty() -> None:
    assert texts("parameter", "description: ''", "3.1") == ("", "")


@pytest.mark.parametrize(
    ("listed", "meant"),
    [
        pytest.param("{$ref: '#/components/parameters/Chained'}", "chained", id="the outermost that says something"),
        pytest.param("{$ref: '#/components/parameters/Chained', description: mine}", "mine", id="the outermost"),
        pytest.param("{$ref: '#/components/parameters/Chained', summary: mine}", "chained", id="what has the field"),
    ],
)
def test_of_references_to_references_the_outermost_text_counts(listed: str, meant: str) -> None:
    found, findings = operation(f"parameters: [{listed}]", "3.1", COMPONENTS)
    assert ([one.description for one in found.parameters], findings) == ([meant], [])


def test_a_text_beside_a_reference_that_is_none_is_told_and_left_out() -> None:
    found, findings = operation("parameters: [{$ref: '#/components/parameters/P', description: []}]", "3.1", COMPONENTS)
    assert [one.description for one in found.parameters] == ["own"]
    assert findings == [("part-malformed", "/paths/~1a/get/parameters/0/description")]


def test_a_component_that_many_use_is_one_object() -> None:
    built = build(
        """
paths:
  /a: {get: &use {
    parameters: [{$ref: '#/components/parameters/P'}],
    requestBody: {$ref: '#/components/requestBodies/B'},
    responses: {'200': {$ref: '#/components/responses/R', summary: not of this kind}}}}
  /b: {get: *use}
components:
  parameters: {P: {name: p, in: query}}
  requestBodies: {B: {content: {}}}
  responses: {R: {description: own}}
"""
    )
    one, other = built.contract.operations
    assert (one.parameters[0] is other.parameters[0], one.body is other.body) == (True, True)
    assert one.responses[0] is other.responses[0]
    assert built.findings == ()


def test_a_component_under_many_names_is_built_once() -> None:
    count = 3_000
    headers = ", ".join(f"H{n}: {{$ref: '#/components/headers/H'}}" for n in range(count))
    examples = ", ".join(f"e{n}: {{value: {n}}}" for n in range(count))
    found, findings = operation(
        f"responses: {{'200': {{headers: {{{headers}}}}}, '201': {{$ref: '#/components/responses/R'}},"
        " '4xx': {$ref: '#/components/responses/R'}}",
        "3.1",
        f"headers: {{H: {{schema: {{}}, examples: {{{examples}}}}}}}\nresponses: {{R: {{description: own}}}}",
    )
    first, second, third = found.responses
    assert [header.name for header in first.headers] == [f"H{n}" for n in range(count)]
    assert len({id(header.examples) for header in first.headers}) == 1
    assert (second.status, third.status, findings) == ("201", "4XX", [])


@pytest.mark.parametrize(
    "components",
    [
        pytest.param("P: {$ref: '#/components/parameters/P'}", id="a reference to itself"),
        pytest.param(
            "P: {$ref: '#/components/parameters/Q'}, Q: {$ref: '#/components/parameters/P'}",
            id="two references to each other",
        ),
    ],
)
def test_a_circle_of_references_is_told(components: str) -> None:
    found, findings = operation(
        "parameters: [{$ref: '#/components/parameters/P'}]", "3.1", f"{{parameters: {{{components}}}}}"
    )
    assert (found.parameters, [rule for rule, _ in findings]) == ((), ["part-malformed"])


def test_a_header_that_contains_itself_is_told_and_left_out_there() -> None:
    components = """
headers: {H: {content: {multipart/mixed: {encoding: {a: {headers: {H: {$ref: '#/components/headers/H'}}}}}}}}
"""
    found, findings = operation(
        "responses: {'200': {headers: {H: {$ref: '#/components/headers/H'}}}}", "3.1", components
    )
    (header,) = found.responses[0].headers
    assert [encoding.headers for encoding in header.content[0].encodings] == [()]
    assert findings == [("part-malformed", "/components/headers/H")]


def test_headers_that_lead_to_each_other_without_number_end_somewhere() -> None:
    count = 500
    headers = ", ".join(
        f"H{n}: {{content: {{a/b: {{encoding: {{a: {{headers: {{H: {{$ref: '#/components/headers/H{m}'}}}}}}}}}}}}}}"
        for n, m in pairwise(range(count + 1))
    )
    components = f"{{headers: {{{headers}, H{count}: {{schema: {{}}}}}}}}"
    found, findings = operation(
        "responses: {'200': {headers: {H: {$ref: '#/components/headers/H0'}}}}", "3.1", components
    )
    assert len(found.responses[0].headers) == 1
    assert [rule for rule, _ in findings] == ["part-malformed"]


def test_a_media_type_is_followed_though_only_3_2_refers_to_one() -> None:
    components = "{mediaTypes: {M: {schema: {type: string}}}}"
    written = "requestBody: {content: {a/b: {$ref: '#/components/mediaTypes/M'}}}"
    for version in ("3.1", "3.2"):
        found, findings = operation(written, version, components)
        assert found.body is not None
        (media,) = found.body.content
        assert (media.name, media.schema and media.schema.value, findings) == ("a/b", {"type": "string"}, [])


@pytest.mark.parametrize("kind", USES)
def test_a_reference_that_leads_nowhere_is_told_and_its_part_left_out(kind: str) -> None:
    found, findings = operation(USES[kind] % "x-a: 1", "3.1", "{}")
    assert [rule for rule, _ in findings] == ["reference-dangling"]
    assert (found.parameters, (found.body and found.body.content[0].examples) or ()) == ((), ())
    assert [one for answer in found.responses for one in (*answer.headers, *answer.links)] == []


@pytest.mark.parametrize("kind", USES)
def test_a_reference_to_a_part_that_is_none_is_told_where_that_stands(kind: str) -> None:
    target = (USES[kind].partition("$ref: '#")[2]).partition("'")[0]
    _, kinds, name = target.strip("/").split("/")
    _, findings = operation(USES[kind] % "x-a: 1", "3.1", f"{{{kinds}: {{{name}: []}}}}")
    assert findings == [("part-malformed", target)]


def test_what_is_told_of_a_shared_part_is_told_once() -> None:
    built = build(
        "paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/P'}]},"
        " put: {parameters: [{$ref: '#/components/parameters/P'}]}}}\n"
        "components: {parameters: {P: {name: p, in: query, style: nope}}}"
    )
    assert told(built) == [("part-malformed", "/components/parameters/P/style")]
