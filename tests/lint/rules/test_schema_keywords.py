"""The rule about misspelt keywords: what it hits and what it leaves."""

from __future__ import annotations

import pytest

from contractctl.lint.engine import lint_document
from contractctl.lint.rules.schema_keywords import RULES
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, findings, pointed, schema

_RULES = {rule.code: rule.severity for rule in RULES}

WORDS = {
    "a letter that is missing": ("proprties", "properties"),
    "a letter too many": ("requirred", "required"),
    "two letters that changed places": ("requried", "required"),
    "a plural of one's own": ("propertys", "properties"),
    "a singular": ("item", "items"),
    "another case": ("maxlength", "maxLength"),
    "a hyphen": ("max-length", "maxLength"),
    "an underline": ("min_items", "minItems"),
    "a reference without its sign": ("ref", "$ref"),
    "a long one": ("additionalPropertys", "additionalProperties"),
}

HITS = {
    name: (schema(f"{{»{word}: {{}}}}"), f"keyword-misspelt: `{word}` is no keyword of schemas, and has no effect")
    for name, (word, _) in WORDS.items()
}

NO_OPS = {
    "an extension": schema("{x-proprties: {}}"),
    "a keyword with more to it": schema("{title_de: Tier, example2: a}"),
    "a word of one's own": schema("{type: object, animal: cat, unit: metres, options: {}, comment: a}"),
    "a word beside the keyword that it looks like": schema("{type: object, items: {}, item: a}"),
    "every keyword of a schema": schema(
        "{$id: a, $comment: a, $defs: {}, type: string, title: a, minLength: 1, contentEncoding: base64, not: {}}"
    ),
    "a property of that name": schema("{type: object, properties: {proprties: {}, ref: {}}}"),
    "an older keyword": schema("{definitions: {}, dependencies: {}, nullable: true}"),
    "data": schema("{type: object, example: {proprties: {}}, default: {ref: a}}"),
    "OpenAPI 3.0, where it is no field": HEAD_3_0 + schema("{proprties: {}}"),
    "OpenAPI 2.0, where it is no field": HEAD_2_0 + "paths: {}\ndefinitions: {Pet: {proprties: {}}}\n",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_RULES) == [f"{position} {expected}"]


@pytest.mark.parametrize("head", ["", HEAD_3_2], ids=["3.1", "3.2"])
@pytest.mark.parametrize(("word", "meant"), WORDS.values(), ids=WORDS)
def test_a_misspelt_keyword_is_told_with_the_one_that_was_meant(head: str, word: str, meant: str) -> None:
    found = lint_document(document(head + schema(f"{{{word}: {{}}}}")), profiles=(), rules=_RULES)
    assert [(one.location.place.pointer.tokens[-1], one.location.of_key, one.hint) for one in found] == [
        (word, True, f"did you mean `{meant}`?")
    ]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_may_be_meant_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_RULES) == []
