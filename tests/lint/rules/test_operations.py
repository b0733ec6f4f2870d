"""Rules about operationIds, and what operations say of themselves: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document
from contractctl.lint.rules import operation_texts, operations
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, findings, pointed

_RULES = {rule.code: rule for rule in (*operations.RULES, *operation_texts.RULES)}
_DEFAULT = {code: rule.severity for code, rule in _RULES.items() if rule.profile is not Profile.STRICT}
_ANSWER = "responses: {'200': {description: a}}"


def _operations(*fields: str) -> str:
    """Paths `/0`, `/1` and so on with a GET that has these fields."""
    return "paths:\n" + "".join(f"  /{index}: {{get: {{{one}, {_ANSWER}}}}}\n" for index, one in enumerate(fields))


def _ids(*names: str) -> str:
    return _operations(*(f"operationId: {name}" for name in names))


HITS = {
    "a blank in an operationId": (
        _ids("»List pets"),
        "operation-id-unsafe: operationId `List pets` has a blank, which does not belong in a URL",
    ),
    "a brace in an operationId": (
        _ids("»'get-/pets/{id}'"),
        "operation-id-unsafe: operationId `get-/pets/{id}` has `{`, which does not belong in a URL",
    ),
    "a letter beyond ASCII": (
        _ids("»größe"),
        "operation-id-unsafe: operationId `größe` has `ö`, which does not belong in a URL",
    ),
    "a control character": (
        _ids('»"a\\tb"'),
        "operation-id-unsafe: operationId `a\tb` has U+0009, which does not belong in a URL",
    ),
    "a percent sign": (
        _ids("»a%20b"),
        "operation-id-unsafe: operationId `a%20b` has `%`, which does not belong in a URL",
    ),
    "an operationId of a webhook": (
        f"webhooks: {{sold: {{post: {{operationId: »a b, {_ANSWER}}}}}}}\n",
        "operation-id-unsafe: operationId `a b` has a blank, which does not belong in a URL",
    ),
    "an operationId of Swagger 2.0": (
        HEAD_2_0 + _ids("»a b"),
        "operation-id-unsafe: operationId `a b` has a blank, which does not belong in a URL",
    ),
}
NO_OPS = {
    "camel case": _ids("listPets"),
    "slashes, dots, hyphens, underscores": _ids("pets/list-all_of.them"),
    "what URLs reserve": _ids("'a:b(c)!$&*+,;=@~?#[]'"),
    "an empty operationId is a missing one": _ids("a", "b"),
    "an operationId of the wrong type is another fault": _ids("[a b]").replace("[a b]", "7"),
    "operationIds that differ in case are for strict teams": _ids("listPets", "ListPets"),
}
STRICT_HITS = {
    "operationIds that differ in case": (
        _ids("listPets", "»ListPets"),
        "operation-id-collision: operationId `ListPets` becomes one name with `listPets` of `GET /0`",
    ),
    "operationIds that differ in punctuation": (
        _ids("list-pets", "»list_pets"),
        "operation-id-collision: operationId `list_pets` becomes one name with `list-pets` of `GET /0`",
    ),
    "an operationId of a callback": (
        _operations("operationId: a, callbacks: {b: {$url: {post: {operationId: »A, " + _ANSWER + "}}}}"),
        "operation-id-collision: operationId `A` becomes one name with `a` of `GET /0`",
    ),
    "no summary": (
        _operations("a: b").replace("{get", "{»get"),
        "operation-summary-missing: `GET /0` has no summary",
    ),
    "a summary of blanks": (
        _operations("summary: ' '").replace("{get", "{»get"),
        "operation-summary-missing: `GET /0` has no summary",
    ),
    "no summary in a webhook": (
        f"webhooks: {{sold: {{»post: {{{_ANSWER}}}}}}}\n",
        "operation-summary-missing: `POST sold` has no summary",
    ),
    "no description": (
        HEAD_3_0 + _operations("summary: a").replace("{get", "{»get"),
        "operation-description-missing: `GET /0` has no description",
    ),
    "an empty description": (
        HEAD_2_0 + _operations("description: ''").replace("{get", "{»get"),
        "operation-description-missing: `GET /0` has no description",
    ),
    "no tags": (_operations("summary: a").replace("{get", "{»get"), "operation-tags-missing: `GET /0` has no tags"),
    "an empty list of tags": (
        _operations("tags: []").replace("{get", "{»get"),
        "operation-tags-missing: `GET /0` has no tags",
    ),
    "two tags": (_operations("»tags: [a, b]"), "operation-tags-several: `GET /0` has 2 tags"),
    "three tags of an additional operation": (
        HEAD_3_2 + f"paths: {{/0: {{additionalOperations: {{COPY: {{»tags: [a, b, c], {_ANSWER}}}}}}}}}\n",
        "operation-tags-several: `COPY /0` has 3 tags",
    ),
}
STRICT_NO_OPS = {
    "operationIds of other words": ("operation-id-collision", _ids("listPets", "listPet")),
    "equal operationIds are another fault": ("operation-id-collision", _ids("listPets", "listPets")),
    "operationIds without letters": ("operation-id-collision", _ids("'-'", "'_'")),
    "no operationIds": ("operation-id-collision", _operations("summary: a", "summary: a")),
    "a summary": ("operation-summary-missing", _operations("summary: a")),
    "a summary of the path item": ("operation-summary-missing", f"paths: {{/0: {{summary: a, get: {{{_ANSWER}}}}}}}\n"),
    "a summary of the wrong type is another fault": ("operation-summary-missing", _operations("summary: null")),
    "a description": ("operation-description-missing", _operations("description: a")),
    "a description of the path item": (
        "operation-description-missing",
        f"paths: {{/0: {{description: a, get: {{{_ANSWER}}}}}}}\n",
    ),
    "a tag": ("operation-tags-missing", _operations("tags: [a]")),
    "tags of the wrong type are another fault": ("operation-tags-missing", _operations("tags: a")),
    "a callback is not grouped": (
        "operation-tags-missing",
        _operations("tags: [a], callbacks: {b: {$url: {post: {" + _ANSWER + "}}}}"),
    ),
    "one tag": ("operation-tags-several", _operations("tags: [a]")),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules={**_DEFAULT, "operation-id-missing": "off"}) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_misses_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    code = expected.partition(":")[0]
    assert findings(plain, profiles=(), rules={code: _RULES[code].severity}) == [f"{position} {expected}"]


@pytest.mark.parametrize(("code", "text"), STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_lacks_nothing_is_left_alone(code: str, text: str) -> None:
    assert findings(text, profiles=(), rules={code: _RULES[code].severity}) == []


PROPOSALS = {
    "a blank": ("/pets", "operationId: List pets", "write `ListPets`"),
    "braces and an escape": ("/pets", "operationId: 'get {pet}%20all'", "write `getPet20all`"),
    "letters that are not English": ("/pets", "operationId: größe", "use letters, digits, `-`, `_` and `.`"),
    "no name": ("/pets", "summary: a", "add one, such as `getPets`"),
    "no name, for one pet": ("/pets/{id}", "summary: a", "add one, such as `getPetsById`"),
    "no name, for one toy of one pet": (
        "/pets/{pet-id}/toys/{toy}",
        "summary: a",
        "add one, such as `getPetsToysByPetIdAndToy`",
    ),
}


@pytest.mark.parametrize(("path", "field", "hint"), PROPOSALS.values(), ids=PROPOSALS)
def test_a_name_is_proposed(path: str, field: str, hint: str) -> None:
    text = f"paths: {{'{path}': {{get: {{{field}, {_ANSWER}}}}}}}\n"
    found = lint_document(document(text), profiles=(), rules=_DEFAULT)
    assert [one.hint for one in found] == [hint]


def test_that_none_of_many_operations_has_a_name_is_told_once() -> None:
    found = lint_document(document(_operations(*["summary: a"] * 10)), profiles=(), rules=_DEFAULT)
    assert [(str(one.location.place.pointer), one.message) for one in found] == [
        ("/paths", "none of the 10 operations has an operationId")
    ]


def test_where_few_operations_have_no_name_or_one_of_many_has_each_is_told() -> None:
    few, many = _operations(*["summary: a"] * 9), _operations("operationId: a", *["summary: a"] * 9)
    for text in (few, many):
        assert len(lint_document(document(text), profiles=(), rules=_DEFAULT)) == 9
