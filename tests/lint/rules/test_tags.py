"""Rules about tags: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.rules.tags import RULES
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed

_ALL = {rule.code: rule.severity for rule in RULES}
_DEFAULT = {rule.code: rule.severity for rule in RULES if rule.profile is not Profile.STRICT}
_PETS = "tags: [{name: pets, description: a}]\n"


def _nested(**parents: str) -> str:
    """Tags of OpenAPI 3.2 by the names of their parents."""
    tags = ", ".join(f"{{name: {name}, parent: {parent}}}" for name, parent in parents.items())
    return f"{HEAD_3_2}tags: [{{name: top}}, {tags}]\npaths: {{}}\n"


HITS = {
    "two tags of one name": (
        "tags: [{name: a, description: b}, {name: c}, {name: »a}]\npaths: {}\n",
        "tag-duplicate: tag `a` is declared twice",
    ),
    "the same tag twice in OpenAPI 3.1": (
        "tags: [{name: a}, {name: »a}]\npaths: {}\n",
        "tag-duplicate: tag `a` is declared twice",
    ),
    "two tags of one name in Swagger 2.0": (
        f"{HEAD_2_0}tags: [{{name: a, description: b}}, {{name: »a}}]\npaths: {{}}\n",
        "tag-duplicate: tag `a` is declared twice",
    ),
    "a tag that is misspelt": (
        _PETS + operation("tags: [»pet]"),
        "tag-undeclared: tag `pet` of `GET /pets` is not declared",
    ),
    "a tag that is not declared, told once": (
        _PETS
        + operation("tags: [pets, »cats]")
        + "  /a: {get: {operationId: a, tags: [cats], responses: {'200': {description: a}}}}\n",
        "tag-undeclared: tag `cats` of `GET /pets` and 1 more is not declared",
    ),
    "a tag of a webhook": (
        _PETS + "webhooks: {a: {post: {tags: [»b], responses: {'200': {description: a}}}}}\n",
        "tag-undeclared: tag `b` of `POST a` is not declared",
    ),
    "a tag of a callback in OpenAPI 3.0": (
        HEAD_3_0
        + _PETS
        + operation("callbacks: {a: {/b: {post: {tags: [»b], responses: {'200': {description: a}}}}}}"),
        "tag-undeclared: tag `b` of `POST /b` is not declared",
    ),
    "a tag twice in one operation": (
        operation("tags: [a, b, »a, a]"),
        "tag-repeated: tag `a` is listed twice in one operation",
    ),
    "a parent that is misspelt": (
        _nested(a="»to"),
        "tag-parent-unknown: the parent `to` of tag `a` is not declared",
    ),
    "a tag that is its own parent": (
        _nested(a="»a"),
        "tag-parent-circular: the tag is nested under itself: a → a",
    ),
    "tags that are each other's parents, one below them, and one above": (
        _nested(d="b", a="top", b="»c", c="b"),
        "tag-parent-circular: the tag is nested under itself: b → c → b",
    ),
    "a long circle, which is shortened": (
        _nested(a="»b", b="c", c="d", d="e", e="f", f="g", g="a"),
        "tag-parent-circular: the tag is nested under itself: a → b → c → d → … → a",
    ),
}
STRICT_HITS = {
    "no tags": (f"»{HEAD_3_0}{operation('tags: [a]')}", "tags-missing: no tags are declared"),
    "an empty list of tags": ("»tags: []\n" + operation(""), "tags-missing: no tags are declared"),
    "a tag that no operation has": (
        "tags: [{name: cats, description: a}, {name: pets, description: a}]\n".replace("{name: cats", "{name: »cats")
        + operation("tags: [pets]"),
        "tag-unused: no operation has the tag `cats`",
    ),
    "a tag without description": (
        "tags: [{name: »pets}]\n" + operation("tags: [pets]"),
        "tag-description-missing: tag `pets` has no description",
    ),
    "a tag with a description of blanks": (
        "tags: [{name: »pets, description: ' '}]\npaths: {}\n",
        "tag-description-missing: tag `pets` has no description",
    ),
    "tags out of order, of which the first is told": (
        (
            "tags: [{name: b, description: a}, {name: C, description: a}, {name: »a, description: a}, "
            "{name: A, description: a}]\npaths: {}\n"
        ),
        "tags-unordered: tag `a` stands after `C`",
    ),
}
NO_OPS = {
    "tags that differ in case": "tags: [{name: a}, {name: A}]\npaths: {}\n",
    "the same tag twice is another fault in OpenAPI 3.0": f"{HEAD_3_0}tags: [{{name: a}}, {{name: a}}]\npaths: {{}}\n",
    "a tag that is declared": _PETS + operation("tags: [pets]"),
    "no tags are declared at all": operation("tags: [pets]"),
    "an empty list of declared tags": "tags: []\n" + operation("tags: [pets]"),
    "an operation without tags": _PETS + operation(""),
    "a tag in two operations": operation("tags: [a]")
    + "  /a: {get: {operationId: a, tags: [a], responses: {'200': {description: a}}}}\n",
    "a tag twice is another fault in Swagger 2.0": HEAD_2_0 + operation("tags: [a, a]"),
    "tags of the wrong type are another fault": _PETS + operation("tags: [1, {}, null, 1]"),
    "tags that are no list are another fault": "tags: {name: a}\n" + operation("tags: pets"),
    "tags without names are another fault": "tags: [{description: a}, {description: b}]\npaths: {}\n",
    "tags below another": _nested(a="top", b="a", c="a"),
    "a parent that comes later": _nested(a="b", b="top"),
    "parents are no fields before OpenAPI 3.2": "tags: [{name: a, parent: a}, {name: b, parent: c}]\npaths: {}\n",
}
STRICT_NO_OPS = {
    "a tag that is used and described": _PETS + operation("tags: [pets]"),
    "the parents of a tag that is used": HEAD_3_2
    + (
        "tags: [{name: a, description: a}, {name: b, description: b, parent: a}, "
        "{name: c, description: c, parent: b}]\n"
    )
    + operation("tags: [c]"),
    "a tag that a callback alone has": _PETS
    + operation("callbacks: {a: {/b: {post: {tags: [pets], responses: {'200': {description: a}}}}}}"),
    "tags of a description without operations": _PETS + "paths: {}\n",
    "tags in order, whatever their case": (
        "tags: [{name: a, description: a}, {name: B, description: a}, {name: c, description: a}]\npaths: {}\n"
    ),
    "a description of the wrong type is another fault": "tags: [{name: a, description: 1}]\npaths: {}\n",
    "components alone need no tags": "paths: {}\ncomponents: {schemas: {A: {}}}\n",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_DEFAULT) == [f"{position} {expected}"]


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_misses_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize("text", STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_lacks_nothing_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []
