"""Each fault of a published schema that the code lists is one: here is a description that shows it."""

from __future__ import annotations

import pytest

from contractctl.contract.versions import Version
from contractctl.core.json import is_object
from contractctl.lint.structure.gate import inspect, published_validator, rejections, table_of
from contractctl.lint.structure.schema_faults import LENIENCIES, SEVERENESSES, Leniency, Severeness
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, operation, schema

_HEADS: dict[Version, str] = {"2.0": HEAD_2_0, "3.0": HEAD_3_0, "3.1": "", "3.2": HEAD_3_2}
_PARAMETERS = "paths: {/a: {get: {responses: {default: {description: a}}, parameters: [%s]}}}\n"
_ONE = "{name: a, in: query, schema: {type: string}}"
_COMPONENTS = "paths: {}\ncomponents: {%s}\n"

# What is wrong with the description, by the words of the list; its versions come from there too.
LENIENT = {
    "parameters of one name and location that differ otherwise, or that stand in a list of any items": (
        _PARAMETERS % f"{_ONE}, {_ONE.replace('string', 'integer')}"
    ),
    "an array without `items`": _PARAMETERS % "{name: a, in: query, type: array}",
    "items without `type`": _PARAMETERS % "{name: a, in: query, type: array, items: {}}",
    "OAuth without `scopes`": "paths: {}\nsecurityDefinitions: {A: {type: oauth2, flow: password, tokenUrl: a}}\n",
    "a second body, or a form beside it": (
        _PARAMETERS % "{name: a, in: body, schema: {}}, {name: b, in: formData, type: string}"
    ),
    "components of any name, with anything in them": _COMPONENTS % "schemas: {a b: 1}",
    "links of any name in a response": (
        _COMPONENTS % "responses: {A: {description: a, links: {a b: {operationId: a}}}}"
    ),
    "a link to nothing": _COMPONENTS % "links: {A: {}}",
    "unknown fields of a discriminator": schema("{discriminator: {propertyName: a, maping: {}}}"),
    "`value` beside `externalValue`": _COMPONENTS % "examples: {A: {value: 1, externalValue: a}}",
    "`example` beside `examples`": _PARAMETERS % "{name: a, in: query, schema: {}, example: 1, examples: {}}",
    "whatever stands in a schema": schema("{type: strng, minLength: -1}"),
    "`body` in a link": _COMPONENTS % "links: {A: {operationId: a, body: {url: /}}}",
    "a path parameter with `content` that is not required": _PARAMETERS % "{name: a, in: path, content: {a/b: {}}}",
    "a path parameter with `content` of any name": (
        _PARAMETERS % "{name: '', in: path, required: true, content: {a/b: {}}}"
    ),
    "braces in the name of a path parameter": _PARAMETERS
    % "{name: '{a}', in: path, required: true, schema: {type: string}}",
    "fields beside `$ref`": _PARAMETERS % "{$ref: '#/components/parameters/A', required: true}",
    "`querystring` in an operation whose path item has `query`, and the reverse": (
        operation("parameters: [{name: b, in: querystring, content: {a/b: {}}}]").replace(
            "/pets: {", f"/pets: {{parameters: [{_ONE}], "
        )
    ),
    "texts that are no URI where one is due: formats are not asserted": (
        _COMPONENTS % "examples: {A: {externalValue: the file}}"
    ),
}
SEVERE = {
    "a patch of two digits": "openapi: 3.0.10\ninfo: {title: a, version: '1'}\npaths: {}\n",
    "an extension of scopes that is not a string": (
        "paths: {}\nsecurityDefinitions: {A: {type: oauth2, flow: password, tokenUrl: a, scopes: {x-a: 1}}}\n"
    ),
    "a path parameter whose name ends in `/`, `#` or `?`": (
        _PARAMETERS % "{name: 'a?', in: path, required: true, schema: {}}"
    ),
    "`server` in a link": _COMPONENTS % "links: {A: {operationId: a, server: {url: /}}}",
    "a link parameter that is not a string": _COMPONENTS % "links: {A: {operationId: a, parameters: {b: 1}}}",
    "an extension of a callback": _COMPONENTS % "callbacks: {A: {x-a: me}}",
    "other fields beside `$ref` in a path item": "paths: {/a: {$ref: a, parameters: []}}\n",
}


@pytest.mark.parametrize("entry", LENIENCIES, ids=lambda entry: entry.what)
def test_the_schema_accepts_what_the_specification_forbids(entry: Leniency) -> None:
    for version in entry.versions:
        root = document(_HEADS[version] + _written(LENIENT[entry.what], version)).root
        assert is_object(root)
        faults = inspect(root, version).faults
        assert published_validator(version).is_valid(root)
        assert faults
        assert [fault for fault in faults if not entry.covers(table_of(version), fault)] == []


@pytest.mark.parametrize("entry", SEVERENESSES, ids=lambda entry: entry.what)
def test_the_schema_rejects_what_the_specification_allows(entry: Severeness) -> None:
    for version in entry.versions:
        text = SEVERE[entry.what]
        root = document(text if text.startswith("openapi:") else _HEADS[version] + text).root
        assert is_object(root)
        errors = list(rejections(root, version))
        assert errors
        assert [error for error in errors if not entry.covers(table_of(version), error)] == []
        assert inspect(root, version).faults == ()


def _written(text: str, version: Version) -> str:
    """Write parameters as 2.0 does."""
    if version != "2.0":
        return text
    return text.replace("schema: {type: string}", "type: string").replace("schema: {type: integer}", "type: integer")
