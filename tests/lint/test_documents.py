"""Descriptions of several files: each part is checked as what it is used as, once, and told of in its own file."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest

from contractctl.contract.versions import Version
from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Pointer
from contractctl.lint.engine import lint_document, located
from contractctl.source.library import Library
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, operation, reported, schema, written
from tests.lint.mutants import mutants

_HEADS: dict[Version, str] = {"2.0": HEAD_2_0, "3.0": HEAD_3_0, "3.1": "", "3.2": HEAD_3_2}
_BODY = "requestBody: {content: {application/json: {schema: {$ref: %s}}}}"
_PET = operation(_BODY % "'pet.yaml'", method="put")
_SPEC = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n"

HITS: dict[str, tuple[Mapping[str, str], list[str]]] = {
    "a fault in a file that is used twice": (
        {
            "openapi.yaml": schema("{properties: {a: {$ref: 'pet.yaml#/A'}, b: {$ref: 'pet.yaml#/A'}}}"),
            "pet.yaml": "A: {type: strng}\n",
        },
        ["pet.yaml:1:11 value-not-allowed: `strng` is not a value of `type`"],
    ),
    "a part that is used as two kinds is checked as both": (
        {
            "openapi.yaml": (
                "paths: {}\ncomponents: {schemas: {A: {$ref: part.yaml}}, responses: {A: {$ref: part.yaml}}}\n"
            ),
            "part.yaml": "content: {a/b: {schema: {}}}\ntype: strng\n",
        },
        [
            "part.yaml:1:1 field-missing: response has no `description`",
            "part.yaml:2:1 field-unknown: `type` is not a field of a response",
            "part.yaml:2:7 value-not-allowed: `strng` is not a value of `type`",
        ],
    ),
    "a part of a part is told once": (
        {
            "openapi.yaml": schema("{properties: {a: {$ref: 'pet.yaml'}, b: {$ref: 'pet.yaml#/properties/c'}}}"),
            "pet.yaml": "properties: {c: {type: strng}}\n",
        },
        ["pet.yaml:1:24 value-not-allowed: `strng` is not a value of `type`"],
    ),
    "a part that only a file refers to": (
        {
            "openapi.yaml": schema("{$ref: 'a/pet.yaml#/A'}"),
            "a/pet.yaml": "A: {items: {$ref: '../b/tag.yaml'}}\n",
            "b/tag.yaml": "items: {$ref: '#/$defs/x'}\n$defs: {x: {type: strng}}\n",
        },
        ["b/tag.yaml:2:19 value-not-allowed: `strng` is not a value of `type`"],
    ),
    "what no reference leads to is not checked": (
        {"openapi.yaml": schema("{$ref: 'pet.yaml#/A'}"), "pet.yaml": "A: {type: strng}\nB: {type: strng}\n"},
        ["pet.yaml:1:11 value-not-allowed: `strng` is not a value of `type`"],
    ),
    "a local reference into an extension": (
        {"openapi.yaml": schema("{$ref: '#/x-a'}") + "x-a: {type: strng}\n"},
        ["openapi.yaml:5:13 value-not-allowed: `strng` is not a value of `type`"],
    ),
    "a fragment is read as the version of its description": (
        {"openapi.yaml": HEAD_3_0 + schema("{items: {$ref: pet.yaml}}"), "pet.yaml": "type: [string]\n"},
        ["pet.yaml:1:1 type-wrong: `type` is a list; it must be a string"],
    ),
    "a whole description beside it is checked as one, and as its version": (
        {
            "openapi.yaml": HEAD_3_0 + schema("{items: {$ref: 'other.yaml#/components/schemas/A'}}"),
            "other.yaml": "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {type: [string]}, B: {type: 1}}}\n",
        },
        [
            "other.yaml:1:1 field-missing: description has no `info`",
            "other.yaml:3:55 type-wrong: `type` is a number; it must be a string or a list",
        ],
    ),
    "a reference back to the description": (
        {
            "openapi.yaml": "paths: {}\ncomponents: {schemas: {A: {$ref: pet.yaml}, B: {type: strng}}}\n",
            "pet.yaml": "items: {$ref: 'openapi.yaml#/components/schemas/B'}\n",
        },
        ["openapi.yaml:4:55 value-not-allowed: `strng` is not a value of `type`"],
    ),
    "a part of another kind in another description": (
        {
            "openapi.yaml": operation("parameters: [{$ref: 'other.yaml#/components/schemas/A'}]"),
            "other.yaml": _SPEC + "components: {schemas: {A: {}}}\n",
        },
        [
            (
                "openapi.yaml:4:37 reference-wrong-kind: `other.yaml#/components/schemas/A` is a schema; "
                "a parameter is due here"
            )
        ],
    ),
    "a text where a parameter is due": (
        {"openapi.yaml": operation("parameters: [{$ref: tag.yaml}]"), "tag.yaml": "tag\n"},
        ["tag.yaml:1:1 type-wrong: the document is a string; it must be an object (parameter)"],
    ),
    "a name that a file does not have": (
        {"openapi.yaml": schema("{$ref: 'p.yaml#/d/Pt'}"), "p.yaml": "d: {Pet: {}}\n"},
        ["openapi.yaml:4:36 reference-dangling: `p.yaml#/d/Pt` leads nowhere: `Pt` is missing in `#/d` of p.yaml"],
    ),
    "a name that a file does not find in itself": (
        {"openapi.yaml": schema("{$ref: pet.yaml}"), "pet.yaml": "items: {$ref: '#/defs/A'}\ndefs: {B: {}}\n"},
        ["pet.yaml:1:15 reference-dangling: `#/defs/A` leads nowhere: `A` is missing in `#/defs`"],
    ),
    "a file that is not there": (
        {"openapi.yaml": schema("{$ref: pte.yaml}"), "pet.yaml": "{}\n"},
        ["openapi.yaml:4:36 reference-dangling: `pte.yaml` leads nowhere: there is no file pte.yaml"],
    ),
    "a file outside": (
        {"openapi.yaml": schema("{$ref: '../../../../../../../etc/hostname'}")},
        [
            (
                "openapi.yaml:4:36 reference-forbidden: `../../../../../../../etc/hostname` is not followed: "
                "it lies outside the current folder, beyond which no file is read"
            )
        ],
    ),
    "a circle through two files": (
        {
            "openapi.yaml": "paths: {}\ncomponents: {responses: {A: {$ref: 'b.yaml#/B'}}}\n",
            "b.yaml": "B: {$ref: 'openapi.yaml#/components/responses/A'}\n",
        },
        [
            (
                "b.yaml:1:11 reference-circular: the reference leads back to itself: "
                "#/B → openapi.yaml#/components/responses/A → #/B"
            )
        ],
    ),
    "a file that cannot be read is told once": (
        {
            "openapi.yaml": schema("{properties: {a: {$ref: 'pet.yaml#/A'}, b: {$ref: 'pet.yaml#/B'}}}"),
            "pet.yaml": "A: {type: [}\n",
        },
        ["pet.yaml:1:12 yaml-syntax: not YAML: while parsing a flow node did not find expected node content"],
    ),
    "a file with doubts is told of them once": (
        {
            "openapi.yaml": schema("{properties: {a: {$ref: 'pet.yaml#/A'}, b: {$ref: 'pet.yaml#/B'}}}"),
            "pet.yaml": "A: {title: no}\nB: {not: {type: string}, not: {type: string}}\n",
        },
        [
            "pet.yaml:1:12 yaml-ambiguous-scalar: `no` without quotes is a boolean in YAML 1.1 and a string in 1.2",
            "pet.yaml:2:26 document-key-duplicate: the key `not` stands twice in one mapping; only the last one counts",
        ],
    ),
    "the operations of a path item in a file": (
        {
            "openapi.yaml": operation("", path="/a") + "  /pets/{id}: {$ref: pet.yaml}\n",
            "pet.yaml": (
                "get:\n  operationId: listPets\n  security: [{key: []}]\n"
                "  parameters: [{$ref: '#/x-limit'}, {$ref: '#/x-limit'}]\n"
                "  responses: {'400': {description: a}}\n"
                "x-limit: {name: limit, in: query, schema: {type: integer, default: a}}\n"
            ),
        },
        [
            "pet.yaml:1:1 path-parameter-undeclared: `GET /pets/{id}` does not declare path variable {id}",
            "pet.yaml:2:16 operation-id-duplicate: operationId `listPets` of `GET /pets/{id}` is that of `GET /a` too",
            "pet.yaml:3:15 security-scheme-unknown: security scheme `key` is not declared",
            "pet.yaml:4:37 parameter-duplicate: query parameter `limit` is declared twice",
            "pet.yaml:5:3 response-success-missing: `GET /pets/{id}` documents no successful response",
            "pet.yaml:6:68 default-invalid: default does not match its schema: it is a string, not a whole number",
        ],
    ),
    "a fragment of Swagger 2.0": (
        {
            "openapi.yaml": HEAD_2_0 + operation("parameters: [{$ref: body.yaml}]", method="put"),
            "body.yaml": "name: pet\nin: body\nschema: {nullable: true, type: strng}\n",
        },
        [
            "body.yaml:3:10 field-unknown: `nullable` is not a field of a schema",
            "body.yaml:3:32 value-not-allowed: `strng` is not a value of `type`",
        ],
    ),
    "a scheme of OpenAPI 3.2 in a file that is not there": (
        {"openapi.yaml": HEAD_3_2 + operation("security: [{'auth.yaml#/key': []}]")},
        ["openapi.yaml:4:29 reference-dangling: `auth.yaml#/key` leads nowhere: there is no file auth.yaml"],
    ),
}

NO_OPS: dict[str, Mapping[str, str]] = {
    "a schema in a file": {"openapi.yaml": _PET, "pet.yaml": "type: object\n"},
    "a boolean for a schema of OpenAPI 3.1": {"openapi.yaml": _PET, "pet.yaml": "true\n"},
    "a reference for a parameter": {
        "openapi.yaml": operation("parameters: [{$ref: tag.yaml}]"),
        "tag.yaml": "$ref: 'parts.json#/0'\n",
        "parts.json": '[{"name": "tag", "in": "query", "schema": {}}]\n',
    },
    "a path item in a file": {
        "openapi.yaml": "paths:\n  /pets/{id}: {$ref: 'pets.yaml#/~1pets'}\n",
        "pets.yaml": (
            "/pets:\n  parameters: [{$ref: '#/id'}]\n  get: {operationId: a, responses: {'200': {$ref: '#/ok'}}}\n"
            "id: {name: id, in: path, required: true, schema: {}}\nok: {description: a}\n"
        ),
    },
    "schemas that use each other across files": {
        "openapi.yaml": _PET,
        "pet.yaml": "properties: {owner: {$ref: owner.yaml}}\n",
        "owner.yaml": "properties: {pets: {items: {$ref: pet.yaml}}}\n",
    },
    "a reference in data of a file": {"openapi.yaml": _PET, "pet.yaml": "example: {$ref: nowhere.yaml}\n"},
    "a scheme that the description declares for an operation in a file": {
        "openapi.yaml": (
            "paths: {/a: {$ref: a.yaml}}\ncomponents: {securitySchemes: {key: {type: http, scheme: basic}}}\n"
        ),
        "a.yaml": "get: {operationId: a, security: [{key: []}], responses: {'200': {description: a}}}\n",
    },
    "a path parameter beside the reference of its path item": {
        "openapi.yaml": (
            "paths:\n  /a/{id}:\n    $ref: a.yaml\n    parameters: [{name: id, in: path, required: true, schema: {}}]\n"
        ),
        "a.yaml": "get: {operationId: a, responses: {'200': {description: a}}}\n",
    },
    "a scheme of OpenAPI 3.2 in a file": {
        "openapi.yaml": HEAD_3_2 + operation("security: [{'auth.yaml#/key': []}]"),
        "auth.yaml": "key: {type: http, scheme: basic}\n",
    },
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("texts", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_told_once_in_its_file(texts: Mapping[str, str], expected: list[str]) -> None:
    assert reported(written(texts)) == expected


@pytest.mark.parametrize("texts", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(texts: Mapping[str, str]) -> None:
    assert reported(written(texts)) == []


def test_a_fault_in_a_file_names_the_operations_that_use_it() -> None:
    read = written(
        {
            "openapi.yaml": (
                "paths:\n  /b: {get: {operationId: b, responses: {'200': {$ref: 'parts.yaml#/ok'}}}}\n"
                "  /a: {$ref: 'parts.yaml#/item'}\n"
            ),
            "parts.yaml": (
                "ok: {description: a, content: {a/b: {schema: {$ref: 'schemas.yaml#/A'}}}}\n"
                "item: {put: {operationId: a, responses: {'200': {$ref: '#/ok'}}}}\n"
            ),
            "schemas.yaml": "A: {items: {$ref: '#/B'}}\nB: {type: strng}\nC: {}\n",
        }
    )
    (found,) = lint_document(read)
    assert (str(found.location.place), found.operations) == ("schemas.yaml#/B/type", ("GET /b", "PUT /a"))


def test_the_name_that_was_meant_is_proposed_from_its_file() -> None:
    read = written({"openapi.yaml": schema("{$ref: 'pet.yaml#/defs/Pt'}"), "pet.yaml": "defs: {Pet: {}}\n"})
    assert [found.hint for found in lint_document(read)] == ["did you mean `pet.yaml#/defs/Pet`?"]


def test_a_file_that_a_description_refers_to_thousands_of_times_is_checked_once() -> None:
    parts = ", ".join(f"p{index}: {{$ref: 'pet.yaml#{'/items' * (index % 150)}'}}" for index in range(3000))
    nested = (
        "type: strng\n" + "".join(f"{'  ' * depth}items:\n" for depth in range(150)) + "  " * 150 + "type: object\n"
    )
    read = written({"openapi.yaml": schema(f"{{properties: {{{parts}}}}}"), "pet.yaml": nested})
    assert reported(read) == ["pet.yaml:1:7 value-not-allowed: `strng` is not a value of `type`"]


@pytest.mark.parametrize("version", get_args(Version))
def test_whatever_a_file_holds_it_is_told_of_in_places_that_are_there(version: Version) -> None:
    chance = random.Random(3)
    for root in mutants(version, chance, count=40):
        part = {key: value for key, value in root.items() if key not in ("openapi", "swagger") or chance.random() < 0.5}
        Path("part.json").write_text(json.dumps(part))
        targets = [f"{{$ref: 'part.json#{pointer}'}}" for pointer in chance.choices(list(_pointers(part)), k=4)]
        text = (
            "paths: {/a: %s, /b: {get: {parameters: [%s], responses: {default: %s}}}}\n"
            "components: {schemas: {A: %s}}\ndefinitions: {A: %s}\n"
        )
        read = written({"openapi.yaml": _HEADS[version] + text % (*targets, targets[-1])})
        found = located(lint_document(read), read)
        assert all(one.location.span for one in found)
        assert len({one.fingerprint for one in found}) == len(found)
        assert {one.location.place.uri for one in found} <= {"openapi.yaml", "part.json"}


def _pointers(value: Json, at: Pointer | None = None) -> Iterator[Pointer]:
    at = at or Pointer()
    yield at
    members = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
    for key, member in members:
        yield from _pointers(member, at / key)


class _Broken:
    """A host that was allowed and does not answer."""

    name = "https://example.com/pet.yaml"
    relative = name

    def beside(self, reference: str) -> _Broken:
        return self

    def read(self) -> bytes:
        raise DeliveryFailure("cannot fetch https://example.com/pet.yaml: it does not answer", hint="try again")


def test_a_failure_of_the_world_is_no_finding() -> None:
    text = "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\nx-a: {}\ncomponents: {schemas: {A: {$ref: a}}}\n"
    entry = Library(_Entry()).entry(text.encode())
    with pytest.raises(DeliveryFailure, match="it does not answer"):
        lint_document(entry)


class _Entry(_Broken):
    name = "openapi.yaml"
    relative = name

    def beside(self, reference: str) -> _Broken:
        return _Broken()
