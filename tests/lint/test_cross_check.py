"""A second opinion: what it says where the two disagree, that it says nothing else, and that it stays at home."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place, Pointer
from contractctl.lint.cross_check import DISAGREES, cross_check
from contractctl.lint.engine import lint_document
from contractctl.source.document import Document
from contractctl.source.parse import parse_document
from tests.drift.web import Answer, Web, serve_web
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, operation, schema, written

_BAD_DEFAULT = schema("{type: integer, default: a}")
_REFUSED = "openapi-spec-validator refuses what we accept here: "
_QUERY = "{name: a, in: query, schema: {}}"
AGREED = {
    "a description of OpenAPI 3.1": operation("") + "components: {schemas: {A: {type: string}}}\n",
    "a description of OpenAPI 3.0": HEAD_3_0 + operation(""),
    "a description of OpenAPI 3.2": HEAD_3_2 + operation(""),
    "a description of Swagger 2.0": HEAD_2_0 + operation(""),
    "a path with all that separates something": operation("", path="'/a#b.c/./d'"),
    "both refuse a default": _BAD_DEFAULT,
    "both refuse a variable": operation("", path="'/{a}'"),
    "both refuse an object": "paths: {/a: 1}",
    "both refuse a tag": "tags: [{name: a}, {name: a}]\n" + operation("tags: [a]"),
    "both refuse what a path refers to": (
        operation("parameters: [{$ref: '#/components/parameters/A'}]")
        + "components: {parameters: {A: {name: a, in: query, schema: {type: integer, default: a}}}}\n"
    ),
    "both refuse what is required and undefined": schema("{required: [a], allOf: [{properties: {b: {}}}]}"),
    "both refuse what is required and refused": schema(
        "{type: object, additionalProperties: false, required: [a], allOf: [{properties: {b: {}}}]}"
    ),
    "both refuse an identifier": operation("", path="/a") + "  /b: {get: {operationId: listPets}}\n",
    "both refuse a parameter that stands twice": operation(f"parameters: [{_QUERY}, {_QUERY}]"),
    "both refuse a reference": operation("parameters: [{$ref: '#/components/parameters/A'}]"),
}
UNHEARD = {
    "the structure": (
        "servers: [{url: a, nme: 1}]\npaths: {}",
        ("servers", "0"),
        _REFUSED + "Unevaluated properties are not allowed ('nme' was unexpected)",
    ),
    "a default": (_BAD_DEFAULT, ("components", "schemas", "Pet"), _REFUSED + "'a' is not of type 'integer'"),
    "a tag": ("tags: [{name: a}, {name: a}]\npaths: {}", ("tags",), _REFUSED + "Duplicate tag name 'a'"),
}


def _checked(read: Document) -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in cross_check(read, lint_document(read))]


@pytest.mark.parametrize("text", AGREED.values(), ids=AGREED)
def test_nothing_is_said_where_the_two_agree(text: str) -> None:
    assert _checked(document(text)) == []


@pytest.mark.parametrize(("text", "tokens", "message"), UNHEARD.values(), ids=UNHEARD)
def test_what_we_do_not_refuse_is_told_at_its_place(text: str, tokens: tuple[str, ...], message: str) -> None:
    (found,) = cross_check(document(text), ())
    assert found.location.place == Place("openapi.yaml", Pointer(tokens))
    assert (found.rule, found.severity, found.message) == ("cross-check-disagrees", Severity.WARNING, message)


_DEFAULT = ("components", "schemas", "Pet", "default")
ANSWERS = {
    "the same fault in the part": ("default-invalid", _DEFAULT, Severity.ERROR, 0),
    "the same fault as a warning": ("example-format-invalid", _DEFAULT, Severity.WARNING, 0),
    "the structure of what holds the part": ("type-wrong", ("components",), Severity.ERROR, 0),
    "the structure of something in the part": ("type-wrong", (*_DEFAULT[:3], "type"), Severity.ERROR, 0),
    "the same fault elsewhere": ("default-invalid", ("components", "schemas", "Dog", "default"), Severity.ERROR, 1),
    "another fault in the part": ("component-unused", _DEFAULT[:3], Severity.WARNING, 1),
    "another error in the part": ("example-invalid", (*_DEFAULT[:3], "example"), Severity.ERROR, 1),
    "a fault of the whole description": ("server-url-query", (), Severity.WARNING, 1),
    "a matter of taste": ("default-invalid", _DEFAULT, Severity.INFO, 1),
}


@pytest.mark.parametrize(("code", "tokens", "severity", "left"), ANSWERS.values(), ids=ANSWERS)
def test_only_the_same_fault_is_an_answer(code: str, tokens: tuple[str, ...], severity: Severity, left: int) -> None:
    read = document(_BAD_DEFAULT)
    finding = Finding(code, severity, "a", Location(Place(read.uri, Pointer(tokens))))
    assert [one.rule for one in cross_check(read, (finding,))] == [DISAGREES] * left


_A, _B = "{$ref: '#/components/schemas/A'}", "{$ref: '#/components/schemas/B'}"
FAR = {
    "from a path": (
        (
            "paths: {/a: {get: {operationId: a, responses: {'200': {$ref: '#/components/responses/a%2Eb'}}}}}\n"
            "components: {responses: {a.b: {description: a, content: {a/b: {schema: {type: string, default: 1}}}}}}\n"
        ),
        ("paths", "/a"),
        ("components", "responses", "a.b", "content", "a/b", "schema", "default"),
    ),
    "from a schema, in a circle": (
        (
            f"components: {{schemas: {{A: {{properties: {{b: {_B}}}}}, B: {{properties: {{a: {_A}}}, default: 1,"
            " type: string}}}\n"
        ),
        ("components", "schemas", "A"),
        ("components", "schemas", "B", "default"),
    ),
}


@pytest.mark.parametrize(("text", "part", "end"), FAR.values(), ids=FAR)
def test_a_fault_in_what_a_part_refers_to_is_an_answer(text: str, part: tuple[str, ...], end: tuple[str, ...]) -> None:
    read = document(text)
    elsewhere = ("components", "schemas", "Z", "default")
    found = [
        list(cross_check(read, (Finding("default-invalid", Severity.ERROR, "a", Location(Place(read.uri, at))),)))
        for at in (Pointer(end), Pointer(elsewhere))
    ]
    assert [[(one.rule, one.location.place.pointer.tokens) for one in said] for said in found] == [
        [],
        [(DISAGREES, part)],
    ]


_TWICE = "[{name: a, in: query, schema: {}, example: 1, examples: {b: {value: 1}}}]"
UNSEEN = {
    "one": (operation(f"parameters: {_TWICE}"), [("example-and-examples", "get", "")]),
    "two": (
        operation(f"parameters: {_TWICE}") + f"  /b: {{get: {{operationId: b, parameters: {_TWICE}}}}}\n",
        [("example-and-examples", "get", " and at one other place")],
    ),
    "beside what both see": (
        operation(f"parameters: {_TWICE}", path="'/{b}'") + _BAD_DEFAULT.partition("\n")[2],
        [],
    ),
}


def _unseen(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [
        (one.subject, one.location.place.pointer.tokens[2], one.message.partition("` here")[2])
        for one in found
        if (one.rule, one.severity) == ("cross-check-unseen", Severity.INFO)
    ]


@pytest.mark.parametrize(("text", "expected"), UNSEEN.values(), ids=UNSEEN)
def test_what_it_does_not_see_is_told_once_a_rule(text: str, expected: list[tuple[str, str, str]]) -> None:
    read = document(text)
    assert _unseen(list(cross_check(read, lint_document(read)))) == expected


def test_faults_of_the_text_are_not_for_it_to_see() -> None:
    read = document("paths: {}\npaths: {}\n")
    assert [one.rule for one in lint_document(read)] == ["document-key-duplicate"]
    assert _checked(read) == []


def test_long_errors_are_cut() -> None:
    read = document(schema("{type: string, default: [" + ", ".join("abcdefghij" for _ in range(99)) + "]}"))
    (found,) = cross_check(read, ())
    assert found.message.startswith(f"{_REFUSED}['abcdefghij', ")
    assert len(found.message.removeprefix(_REFUSED)) == 200


STOPS = {
    "a document that is no description": b"a: b",
    "a version that is not known": b"openapi: 9.9.9\ninfo: {title: a, version: '1'}\npaths: {}\n",
    "parameters that are a word": b"openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {/a: {parameters: a}}\n",
    "a schema that is itself": (
        b"openapi: 3.1.0\ninfo: {title: a, version: '1'}\n"
        b"components: {schemas: {A: {$ref: '#/components/schemas/A'}}}\n"
    ),
    "a schema with itself for a part": (
        b"openapi: 3.1.0\ninfo: {title: a, version: '1'}\n"
        b"components: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}}\n"
    ),
}


@pytest.mark.parametrize("text", STOPS.values(), ids=STOPS)
def test_its_exceptions_are_findings(text: bytes) -> None:
    found = list(cross_check(parse_document("openapi.yaml", text), ()))
    assert {one.rule for one in found} <= {"cross-check-stopped", "cross-check-disagrees"}
    assert "cross-check-stopped" in {one.rule for one in found}


_CIRCLE = "components: {schemas: {A: {$ref: '#/components/schemas/A'}}}\n"


def test_where_it_stops_over_what_we_refuse_nothing_is_said() -> None:
    assert _checked(document(_CIRCLE)) == []


def test_where_it_stops_over_something_else_it_is_told() -> None:
    read = document(_CIRCLE)
    found = [
        Finding("reference-circular", Severity.ERROR, "a", Location(Place(read.uri, Pointer(tokens))))
        for tokens in [("components", "schemas", "A", "$ref"), ("components", "schemas", "B", "$ref")]
    ]
    assert [[one.rule for one in cross_check(read, (one,))] for one in found] == [
        [],
        ["cross-check-stopped", "cross-check-unseen"],
    ]


def test_it_reads_the_documents_that_are_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    entry = operation("parameters: [{$ref: '../b c/a.yaml#/A'}]")
    files = {
        "one/openapi.yaml": entry,
        "b c/a.yaml": "A: {name: a, in: query, schema: {$ref: 'b.yaml#/B'}}\n",
        "b c/b.yaml": "B: {type: integer, default: a}\n",
    }
    (tmp_path / ".git").mkdir()
    read = written(files)
    lint_document(read)
    assert [(one.rule, one.message) for one in cross_check(read, ())] == [
        ("cross-check-disagrees", _REFUSED + "'a' is not of type 'integer'")
    ]


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as server:
        server.answers["/remote.yaml"] = Answer(b"x: {type: string}\n")
        yield server


def test_nobody_is_asked(web: Web) -> None:
    addresses = [
        web.url,
        web.url.removeprefix("http:"),
        web.url.replace("http", "HTTP"),
        web.url.replace("http", "ftp"),
    ]
    for address in addresses:
        target = f"'{address}/remote.yaml#/x'"
        texts = [
            operation(f"parameters: [{{$ref: {target}}}]"),
            operation(f"requestBody: {{content: {{a/b: {{schema: {{$ref: {target}}}}}}}}}", method="post"),
            schema(f"{{default: 1, allOf: [{{$ref: {target}}}]}}"),
            schema(f"{{$schema: {target}}}"),
            schema(f"{{$id: {target}, default: 1, properties: {{a: {{$dynamicRef: {target}}}}}}}"),
            f"jsonSchemaDialect: {target}\n" + schema("{default: 1}"),
            f"paths: {{/a: {{$ref: {target}}}}}",
        ]
        for text in texts:
            list(cross_check(document(text), ()))
    assert web.seen == []


_AUDIT = """
import sys
from contractctl.lint.cross_check import DISAGREES, cross_check
from contractctl.source.parse import parse_document

document = parse_document("openapi.yaml", sys.stdin.buffer.read())
list(cross_check(parse_document("a.yaml", b"openapi: 3.1.0\\ninfo: {title: a, version: '1'}\\npaths: {}\\n"), ()))
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event in {"open", "socket.connect"} else None)
for finding in cross_check(document, ()):
    print(finding.rule)
print(*[name for name in opened if not name.startswith((sys.prefix, sys.base_prefix))])
"""


def test_no_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "canary.yaml").write_text("x: {type: string}\n")
    targets = [f"{tmp_path}/canary.yaml", f"file://{tmp_path}/canary.yaml", "canary.yaml", "../canary.yaml"]
    paths = ", ".join(f"/p{n}: {{$ref: '{target}#/x'}}" for n, target in enumerate(targets))
    text = f"openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths: {{{paths}}}\n"
    done = subprocess.run(
        [sys.executable, "-c", _AUDIT], cwd=tmp_path, input=text.encode(), capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode().split("\n") == [*["cross-check-stopped"] * len(targets), "", ""]


def test_it_is_imported_only_when_asked() -> None:
    code = "import sys, contractctl.lint.cross_check; print('openapi_spec_validator' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
