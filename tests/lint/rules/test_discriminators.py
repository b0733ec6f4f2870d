"""Rules about discriminators: what they hit and what they leave."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, pointed

_KIND = "{type: object, required: [kind], properties: {kind: {type: string}}}"
_OPTIONAL = "{type: object, properties: {kind: {type: string}}}"
_OTHER = "{type: object, required: [name], properties: {name: {type: string}}}"
_EITHER = "oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]"


def _schemas(pet: str, *, cat: str = _KIND, dog: str = _KIND, more: str = "") -> str:
    """A description with three schemas and more."""
    return f"paths: {{}}\ncomponents:\n  schemas:\n    Cat: {cat}\n    Dog: {dog}\n    Pet: {pet}\n{more}"


def _either(discriminator: str, **schemas: str) -> str:
    return _schemas(f"{{{_EITHER}, discriminator: {discriminator}}}", **schemas)


def _marked(text: str) -> str:
    return text.replace("discriminator:", "»discriminator:")


HITS = {
    "a property that one alternative does not define": (
        _marked(_either("{propertyName: kind}", dog=_OTHER)),
        "discriminator-property-undefined: the discriminator's property `kind` is not defined in `Dog`",
    ),
    "a property that nobody defines": (
        _marked(_either("{propertyName: knid}")),
        "discriminator-property-undefined: the discriminator's property `knid` is not defined in `Cat`, `Dog`",
    ),
    "a property that an alternative without a name does not define": (
        _marked(
            _schemas(
                f"{{oneOf: [{{$ref: '#/components/schemas/Cat'}}, {_OTHER}], discriminator: {{propertyName: kind}}}}"
            )
        ),
        "discriminator-property-undefined: the discriminator's property `kind` is not defined in branch 2",
    ),
    "a property that a base of Swagger 2.0 does not define": (
        HEAD_2_0
        + "paths: {}\ndefinitions:\n  Pet: {type: object, required: [name], properties: {name: {type: string}}, "
        "discriminator: »kind}\n  Cat: {allOf: [{$ref: '#/definitions/Pet'}]}\n",
        "discriminator-property-undefined: the discriminator's property `kind` is not defined in this schema",
    ),
    "a property that one alternative lets be left out": (
        _marked(_either("{propertyName: kind}", cat=_OPTIONAL)),
        "discriminator-property-optional: the discriminator's property `kind` is not required in `Cat`",
    ),
    "a property that a base lets be left out": (
        _marked(
            _schemas(
                _OPTIONAL[:-1] + ", discriminator: {propertyName: kind}}",
                cat="{allOf: [{$ref: '#/components/schemas/Pet'}]}",
            )
        ),
        "discriminator-property-optional: the discriminator's property `kind` is not required in this schema",
    ),
    "an optional property without a default in OpenAPI 3.2": (
        HEAD_3_2 + _marked(_either("{propertyName: kind}", cat=_OPTIONAL)),
        "discriminator-default-missing: the discriminator has no `defaultMapping`, and `kind` is optional in `Cat`",
    ),
    "a mapping to a pointer that leads nowhere": (
        _either("{propertyName: kind, mapping: {cat: »'#/components/schemas/Kat'}}"),
        (
            "discriminator-mapping-dangling: `#/components/schemas/Kat`, which the discriminator maps `cat` to, "
            "leads nowhere"
        ),
    ),
    "a mapping to a name that nothing has": (
        HEAD_3_0 + _either("{propertyName: kind, mapping: {cat: »Kat}}"),
        "discriminator-mapping-dangling: `Kat`, which the discriminator maps `cat` to, leads nowhere",
    ),
    "a default of OpenAPI 3.2 that nothing has": (
        HEAD_3_2 + _either("{propertyName: kind, defaultMapping: »Kat}"),
        "discriminator-mapping-dangling: `Kat`, the default of the discriminator, leads nowhere",
    ),
    "a mapping to a schema that is no alternative": (
        _either("{propertyName: kind, mapping: {fox: »Fox}}", more=f"    Fox: {_KIND}\n"),
        "discriminator-mapping-unlisted: `Fox`, which the discriminator maps `fox` to, is none of the alternatives",
    ),
    "nothing to choose between": (
        _marked(_schemas(_KIND[:-1] + ", discriminator: {propertyName: kind}}")),
        (
            "discriminator-misplaced: the discriminator has no effect: there is no `oneOf` or `anyOf`, and nothing "
            "extends the schema"
        ),
    ),
}

NO_OPS = {
    "alternatives that have the property": _either("{propertyName: kind}"),
    "the property beside the alternatives": _schemas(
        f"{{{_EITHER}, required: [kind], properties: {{kind: {{}}}}, discriminator: {{propertyName: kind}}}}",
        cat=_OTHER,
        dog=_OTHER,
    ),
    "the property in a base of an alternative": _either(
        "{propertyName: kind}",
        cat="{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {name: {}}}]}",
        more=f"    Base: {_KIND}\n",
    ),
    "an alternative that may have any property": _either(
        "{propertyName: kind}", dog=_OTHER[:-1] + ", additionalProperties: true}"
    ),
    "an alternative that is null": _schemas(
        "{oneOf: [{$ref: '#/components/schemas/Cat'}, {type: 'null'}], discriminator: {propertyName: kind}}"
    ),
    "alternatives in an alternative": _schemas(
        "{oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Wild'}], "
        "discriminator: {propertyName: kind, mapping: {fox: Fox}}}",
        more=f"    Wild: {{oneOf: [{{$ref: '#/components/schemas/Fox'}}]}}\n    Fox: {_KIND}\n",
    ),
    "a base with heirs": _schemas(
        _KIND[:-1] + ", discriminator: {propertyName: kind}}", cat="{allOf: [{$ref: '#/components/schemas/Pet'}]}"
    ),
    "a base in Swagger 2.0": (
        HEAD_2_0
        + "paths: {}\ndefinitions:\n  Pet: {type: object, required: [kind], properties: {kind: {type: string}}, "
        "discriminator: kind}\n  Cat: {allOf: [{$ref: '#/definitions/Pet'}]}\n"
    ),
    "a base whose heirs are no alternatives of its own": _schemas(
        _KIND[:-1] + ", discriminator: {propertyName: kind, mapping: {cat: Cat}}}",
        cat="{allOf: [{$ref: '#/components/schemas/Pet'}]}",
    ),
    "a mapping by name and by pointer": _either(
        "{propertyName: kind, mapping: {cat: Cat, dog: '#/components/schemas/Dog'}}"
    ),
    "a mapping to an heir of an alternative": _either(
        "{propertyName: kind, mapping: {lion: Lion}}", more="    Lion: {allOf: [{$ref: '#/components/schemas/Cat'}]}\n"
    ),
    "a mapping to a file that nobody may read": _either("{propertyName: kind, mapping: {cat: cats.yaml#/Cat}}"),
    "an optional property with a default in OpenAPI 3.2": (
        HEAD_3_2 + _either("{propertyName: kind, defaultMapping: Cat}", cat=_OPTIONAL)
    ),
    "a property that is called discriminator": _schemas("{type: object, properties: {discriminator: {type: string}}}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text) == []
