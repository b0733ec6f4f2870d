"""What the gate says to do about things that belong to another version than the description's."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.core.findings import Severity
from contractctl.lint.engine import lint_document
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, inspected, operation, schema, written

_PARAMETERS = "parameters: [{name: a, %s}]"

HINTS = {
    "3.0: a property that says itself that it is required": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {properties: {a: {type: string, required: true}}}}}",
        "list `a` under `required` of the object around it",
    ),
    "3.0: a property that says itself that it is not required": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {properties: {a: {type: string, required: false}}}}}",
        "remove it: what no `required` lists may be left out",
    ),
    "3.0: a schema that requires everything": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {type: object, required: true}}}",
        "list the names of the properties that are required",
    ),
    "3.0: a requirement that is no list": (
        HEAD_3_0 + "paths: {}\nsecurity: {token: []}",
        "write `[{token: []}]`",
    ),
    "3.0: a reference without its dollar sign": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {ref: '#/components/schemas/B'}}}",
        "did you mean `$ref`?",
    ),
    "3.0: a field that resembles none": (
        HEAD_3_0 + "paths: {}\ncomponents: {schemas: {A: {colour: red}}}",
        "remove it, or begin its name with `x-` if it is an extension",
    ),
    "2.0: servers": (
        HEAD_2_0 + "paths: {}\nservers: []",
        "2.0 has `schemes`, `host` and `basePath`",
    ),
    "2.0: components": (
        HEAD_2_0 + "paths: {}\ncomponents: {}",
        "2.0 has `definitions`, `parameters`, `responses` and `securityDefinitions`",
    ),
    "2.0: a request body": (
        HEAD_2_0 + operation("requestBody: {}"),
        "2.0 has a parameter with `in: body`, or parameters with `in: formData`",
    ),
    "2.0: a schema outside of the body": (
        HEAD_2_0 + operation(_PARAMETERS % "in: query, schema: {}"),
        "write its `type` and so on here, without `schema`",
    ),
    "2.0: a type of the body": (
        HEAD_2_0 + operation(_PARAMETERS % "in: body, type: string"),
        "move it under `schema`",
    ),
    "2.0: exploded arrays": (
        HEAD_2_0 + operation(_PARAMETERS % "in: query, type: string, explode: true"),
        "2.0 has `collectionFormat: multi`",
    ),
    "2.0: a cookie": (
        HEAD_2_0 + operation(_PARAMETERS % "in: cookie, type: string"),
        "cookie parameters came with OpenAPI 3.0",
    ),
    "2.0: null": (
        HEAD_2_0 + "paths: {}\ndefinitions: {A: {nullable: true}}",
        "it came with OpenAPI 3.0; 2.0 has no null, though many tools read `x-nullable`",
    ),
    "2.0: alternatives": (
        HEAD_2_0 + "paths: {}\ndefinitions: {A: {anyOf: []}}",
        "it came with OpenAPI 3.0; 2.0 has `allOf` only",
    ),
    "2.0: files among the definitions": (
        HEAD_2_0 + "paths: {}\ndefinitions: {A: {type: file}}",
        "files are formData parameters, or the whole schema of a response",
    ),
    "2.0: a reference among the parameters of the description": (
        HEAD_2_0 + "paths: {}\nparameters: {A: {name: a, in: query, type: string, $ref: b}}",
        "write it out here; references to it belong where it is used",
    ),
    "2.0: a flow of OpenAPI 3": (
        HEAD_2_0 + "paths: {}\nsecurityDefinitions: {A: {type: oauth2, flow: authorizationCode, scopes: {}}}",
        "2.0 calls it `accessCode`",
    ),
    "2.0: a field that is missing": (
        HEAD_2_0 + "paths: {/: {get: {}}}",
        "add `responses` (OpenAPI 2.0 §Operation Object)",
    ),
    "3.0: a body among the parameters": (
        HEAD_3_0 + operation(_PARAMETERS % "in: body, schema: {}"),
        "OpenAPI 3 has `requestBody`",
    ),
    "3.0: the method query": (
        HEAD_3_0 + operation("", method="query"),
        "it came with OpenAPI 3.2",
    ),
    "3.1: a stream": (
        "paths: {}\ncomponents: {responses: {A: {description: a, content: {a/b: {itemSchema: {}}}}}}",
        "it came with OpenAPI 3.2",
    ),
    "3.1: a querystring": (
        operation(_PARAMETERS % "in: querystring, content: {a/b: {}}"),
        "it came with OpenAPI 3.2",
    ),
    "3.1: a type of XML node": (
        schema("{xml: {nodeType: text}}"),
        "it came with OpenAPI 3.2",
    ),
    "3.2: a method with a field": (
        HEAD_3_2 + "paths: {/: {additionalOperations: {PUT: {responses: {default: {}}}}}}",
        "write it as `put`",
    ),
    "3.2: a field that is missing": (
        HEAD_3_2 + "paths: {/: {put: {responses: {default: {content: {a/b: {schema: {externalDocs: {}}}}}}}}}",
        "add `url` (OpenAPI 3.2.0 §External Documentation Object)",
    ),
    "a reference that is a number": (
        operation("parameters: [{$ref: 5}]"),
        "write where it leads, such as `#/components/schemas/Pet`",
    ),
    "a reference of a whole map": (
        schema("{properties: {$ref: '#/components/schemas/Pet'}}"),
        "a map has no reference of its own: write one in the place of each entry",
    ),
    "a reference without its key": (
        schema("{items: '#/components/schemas/Pet'}"),
        "write `{$ref: '#/components/schemas/Pet'}`",
    ),
    "a type in the place of a schema": (
        schema("string"),
        "write `{type: string}`",
    ),
    "one item in the place of a list": (
        operation("tags: pets"),
        "write `[pets]`",
    ),
    "a flag in quotes": (
        operation("deprecated: 'true'"),
        "remove the quotes",
    ),
    "a number in quotes": (
        schema("{minLength: '1'}"),
        "remove the quotes",
    ),
    "a number that should be text": (
        schema("{title: 1}"),
        "quote it",
    ),
    "3.1: an exclusive bound of 3.0": (
        schema("{minimum: 1, exclusiveMinimum: true}"),
        "since OpenAPI 3.1 it is the bound itself: write the number here, in the place of `minimum`",
    ),
    "3.1: items of an older JSON Schema": (
        schema("{items: [{type: string}]}"),
        "schemas by position are written as `prefixItems` since OpenAPI 3.1",
    ),
    "3.1: a reference to a media type": (
        "paths: {}\ncomponents: {requestBodies: {A: {content: {a/b: {$ref: c}}}}}",
        "references to media types came with OpenAPI 3.2; write it out, or refer to its schema",
    ),
    "3.0: a list of types": (
        HEAD_3_0 + schema("{type: [string, 'null']}"),
        "OpenAPI 3.0 has one type, and `nullable: true`; lists of types came with OpenAPI 3.1",
    ),
    "3.0: an exclusive bound of 3.1": (
        HEAD_3_0 + schema("{exclusiveMinimum: 1}"),
        "OpenAPI 3.0 has the number as `minimum`, and true or false here; a number came with OpenAPI 3.1",
    ),
    "3.1: definitions of 2.0": (
        "paths: {}\ndefinitions: {}",
        "OpenAPI 3 has `components.schemas`",
    ),
    "3.1: the format of lists of 2.0": (
        operation(_PARAMETERS % "in: query, schema: {}, collectionFormat: csv"),
        "OpenAPI 3 has `style` and `explode`",
    ),
    "3.1: a scheme of 2.0": (
        "paths: {}\ncomponents: {securitySchemes: {A: {type: basic}}}",
        "OpenAPI 3 has `type: http` with `scheme: basic`",
    ),
    "3.0: a scheme of 3.1": (
        HEAD_3_0 + "paths: {}\ncomponents: {securitySchemes: {A: {type: mutualTLS}}}",
        "it came with OpenAPI 3.1",
    ),
    "a format in the place of a type": (
        schema("{type: int64}"),
        "use `integer`; `int32` and `int64` are formats of it",
    ),
    "a type of databases": (
        schema("{type: [datetime, 'null']}"),
        "use `string`, with a `format` such as `date-time`",
    ),
    "a field that is needed and misspelt is told once": (
        "openapi: 3.1.0\ninfo: {titel: a, version: '1'}\npaths: {}",
        "did you mean `title`?",
    ),
    "one of two fields that are needed, misspelt": (
        operation(_PARAMETERS % "in: query, contnet: {}"),
        "did you mean `content`?",
    ),
    "a version without its hyphen": (
        "openapi: 3.1.0rc1\ninfo: {title: a, version: '1'}\npaths: {}",
        "write `3.1.0`",
    ),
}

_TARGETS = {
    "#Pet": "write `#/components/schemas/Pet`",
    "Pet": "write `#/components/schemas/Pet`",
    "components/schemas/Pet": "write `#/components/schemas/Pet`",
    "/components/schemas/Pet": "write `#/components/schemas/Pet`",
    "#/definitions/Pet": "write `#/components/schemas/Pet`",
    "#/components/schema/Pet": "write `#/components/schemas/Pet`",
    "#/components/schemas/Pt": "did you mean `#/components/schemas/Pet`?",
    "#components/schemas/Pet": "a fragment is a JSON Pointer: write `#/components/schemas/Pet`",
    "#/components/schemas/Other": "name a component that exists",
}


@pytest.mark.parametrize(("target", "expected"), _TARGETS.items(), ids=_TARGETS)
def test_a_reference_to_nowhere_says_where_it_should_lead(target: str, expected: str) -> None:
    text = f"paths: {{}}\ncomponents: {{schemas: {{Pet: {{}}, Pets: {{items: {{$ref: '{target}'}}}}}}}}\n"
    assert [found.hint for found in lint_document(document(text))] == [expected]


_A = "{schemas: {S: {}, A: {}}, responses: {A: {description: a}, R: {description: a}}, examples: {E: {value: 1}}}"
_OF_OTHER_KINDS = {
    "a schema for a response": (
        f"paths: {{}}\ncomponents: {_A}\n".replace("a}}", "a}, B: {$ref: '#/components/schemas/S'}}"),
        "write a response here, with this reference as the `schema` of a media type under `content`",
    ),
    "a schema for a response of 2.0": (
        HEAD_2_0 + "paths: {/a: {get: {responses: {'200': {$ref: '#/definitions/A'}}}}}\ndefinitions: {A: {}}\n",
        "write a response here, with this reference as its `schema`",
    ),
    "a response for a schema": (
        f"paths: {{}}\ncomponents: {_A}\n".replace("A: {}}", "A: {}, B: {$ref: '#/components/responses/R'}}"),
        "refer to the schema in it",
    ),
    "a response for the schema of its name": (
        f"paths: {{}}\ncomponents: {_A}\n".replace("A: {}}", "A: {}, B: {$ref: '#/components/responses/A'}}"),
        "write `#/components/schemas/A`",
    ),
    "an example for a schema": (
        f"paths: {{}}\ncomponents: {_A}\n".replace("A: {}}", "A: {}, B: {$ref: '#/components/examples/E'}}"),
        "refer to a schema",
    ),
}


@pytest.mark.parametrize(("text", "hint"), _OF_OTHER_KINDS.values(), ids=_OF_OTHER_KINDS)
def test_a_reference_to_a_part_of_another_kind_says_how_to_use_it(text: str, hint: str) -> None:
    found = lint_document(document(text), profiles=(), rules={"reference-wrong-kind": Severity.ERROR})
    assert [one.hint for one in found] == [hint]


def test_a_fault_in_a_fragment_names_the_reference_by_which_it_is_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    users = "paths: {}\ncomponents: {schemas: {A: {$ref: 'a.yaml#/a'}}, responses: {B: {$ref: 'a.yaml#/a'}}}\n"
    (found,) = lint_document(written({"openapi.yaml": users, "a.yaml": "a: {description: a, type: [string]}\n"}))
    (related,) = found.related
    assert (found.message, related.message, str(related.location.place)) == (
        "`type` is not a field of a response",
        "it is used as a response here",
        "openapi.yaml#/components/responses/B/$ref",
    )


@pytest.mark.parametrize(("text", "expected"), HINTS.values(), ids=HINTS)
def test_a_fault_says_what_to_do_instead(text: str, expected: str) -> None:
    assert [fault.hint for fault in inspected(document(text))] == [expected]
