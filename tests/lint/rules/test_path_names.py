"""Rules about how paths are written: what they hit and what they leave."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractctl.core.profiles import Profile
from contractctl.lint.path_matching import clashes
from contractctl.lint.rules import path_names, paths
from contractctl.lint.subject import examine
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, document, findings, pointed

_ALL = {rule.code: rule.severity for rule in (*paths.RULES, *path_names.RULES)}
_DEFAULT = {
    rule.code: rule.severity for rule in (*paths.RULES, *path_names.RULES) if rule.profile is not Profile.STRICT
}
_ANSWER = "responses: {'200': {description: a}}"


def _paths(*items: str, method: str = "get", **schemas: str) -> str:
    """Paths with an operation each, whose variables are declared; `schemas` are those of variables by name."""
    return "paths:\n" + "".join(_item(path, method, schemas) for path in items)


def _item(path: str, method: str, schemas: dict[str, str]) -> str:
    names = [piece.partition("}")[0] for piece in path.replace("»", "").split("{")[1:] if "}" in piece]
    listed = ", ".join(
        f"{{name: '{name}', in: path, required: true, schema: {schemas.get(name, '{type: string}')}}}"
        for name in dict.fromkeys(names)
        if name
    )
    mark, plain = ("»" if "»" in path else ""), path.replace("»", "")
    return f"  {mark}'{plain}':\n    {method}: {{parameters: [{listed}], {_ANSWER}}}\n"


def _clash(both: str, later: str, earlier: str) -> str:
    return f"path-ambiguous: `{both}` matches both `{later}` and `{earlier}`, and neither is more concrete"


HITS = {
    "a slash at the end of one path": (
        _paths("»/pets/", "/owners"),
        "path-trailing-slash: path `/pets/` ends with a slash",
    ),
    "a slash at the end of the only path": (_paths("»/pets/"), "path-trailing-slash: path `/pets/` ends with a slash"),
    "a slash after a variable": (
        _paths("/a", "»/pets/{id}/"),
        "path-trailing-slash: path `/pets/{id}/` ends with a slash",
    ),
    "two slashes and nothing else": (_paths("/a", "»//"), "path-trailing-slash: path `//` ends with a slash"),
    "a slash at the end of a path of Swagger 2.0": (
        HEAD_2_0 + "paths: {»/pets/: {}}\n",
        "path-trailing-slash: path `/pets/` ends with a slash",
    ),
    "a query": (_paths("»/pets?tag=cat"), "path-query-string: path `/pets?tag=cat` has a query string"),
    "a query with a variable is told once": (
        "paths:\n  »/pets?tag={tag}:\n    get: {" + _ANSWER + "}\n",
        "path-query-string: path `/pets?tag={tag}` has a query string",
    ),
    "a query before a fragment": (_paths("»/pets?a#b"), "path-query-string: path `/pets?a#b` has a query string"),
    "a brace that is not closed": (
        _paths("»/pets/{id"),
        "path-template-malformed: path `/pets/{id` has braces that are not in pairs",
    ),
    "a brace that is not opened": (
        _paths("»/pets/id}"),
        "path-template-malformed: path `/pets/id}` has braces that are not in pairs",
    ),
    "braces in braces": (
        "paths:\n  »/pets/{id{a}}:\n    get: {" + _ANSWER + "}\n",
        "path-template-malformed: path `/pets/{id{a}}` has braces that are not in pairs",
    ),
    "braces the wrong way round": (
        _paths("»/pets/}id{"),
        "path-template-malformed: path `/pets/}id{` has braces that are not in pairs",
    ),
    "a variable without a name": (
        _paths("»/pets/{}"),
        "path-template-malformed: path `/pets/{}` has a variable without a name",
    ),
    "a malformed path with a parameter that belongs there": (
        "paths:\n  »/pets/{id:\n    get: {parameters: [{name: id, in: path, required: true, schema: {}}], "
        + _ANSWER
        + "}\n",
        "path-template-malformed: path `/pets/{id` has braces that are not in pairs",
    ),
    "a variable twice": (
        _paths("»/owners/{id}/pets/{id}"),
        "path-variable-reused: path `/owners/{id}/pets/{id}` has the variable `{id}` twice",
    ),
    "a variable three times": (
        _paths("»/{id}/{id}-{id}"),
        "path-variable-reused: path `/{id}/{id}-{id}` has the variable `{id}` 3 times",
    ),
    "each of two is more concrete somewhere": (
        _paths("/pets/{id}", "»/{kind}/mine"),
        _clash("/pets/mine", "/{kind}/mine", "/pets/{id}"),
    ),
    "two of Swagger 2.0": (
        HEAD_2_0
        + "paths:\n  /pets/{id}:\n    get: {parameters: [{name: id, in: path, required: true, type: string}], "
        + _ANSWER
        + "}\n  »/{kind}/mine:\n    get: {parameters: [{name: kind, in: path, required: true, type: string}], "
        + _ANSWER
        + "}\n",
        _clash("/pets/mine", "/{kind}/mine", "/pets/{id}"),
    ),
    "variables that both have stay": (
        _paths("/{shop}/pets/{id}", "»/{store}/{kind}/mine"),
        _clash("/{store}/pets/mine", "/{store}/{kind}/mine", "/{shop}/pets/{id}"),
    ),
    "a segment with text around its variable": (
        _paths("/files/{name}", "»/{kind}/{id}.json"),
        _clash("/files/{id}.json", "/{kind}/{id}.json", "/files/{name}"),
    ),
    "text that a segment with a variable matches": (
        _paths("/{kind}/today.json", "»/files/{day}.json"),
        _clash("/files/today.json", "/files/{day}.json", "/{kind}/today.json"),
    ),
    "a word that an enum allows": (
        _paths("/pets/{id}", "»/{kind}/mine", kind="{enum: [pets, owners]}"),
        _clash("/pets/mine", "/{kind}/mine", "/pets/{id}"),
    ),
    "a number where numbers are due": (
        _paths("/pets/{id}", "»/{kind}/1", id="{type: integer}"),
        _clash("/pets/1", "/{kind}/1", "/pets/{id}"),
    ),
    "a schema by reference": (
        _paths("/pets/{id}", "»/{kind}/mine", id="{$ref: '#/components/schemas/Id'}")
        + "components: {schemas: {Id: {type: string}}}\n",
        _clash("/pets/mine", "/{kind}/mine", "/pets/{id}"),
    ),
}

NO_OPS = {
    "the root": _paths("/"),
    "all paths end so": _paths("/pets/", "/pets/{id}/"),
    "most paths end so": _paths("/pets/", "/pets/{id}/", "/owners"),
    "a fragment is for those who ask": _paths("/pets#sold", "/pets#all"),
    "a question mark in a variable": _paths("/pets/{?id}"),
    "an extension is no path": "paths: {x-a/: {}, 'x-{': {}}\n",
    "two variables": _paths("/owners/{owner}/pets/{pet}", "/{a}.{b}"),
    "variables that differ in case": _paths("/{id}/{ID}"),
    "one variable in two paths": _paths("/pets/{id}", "/owners/{id}"),
    "a concrete path beside a template": _paths("/pets/mine", "/pets/{id}", "/{kind}/{id}"),
    "a template before a concrete path": _paths("/{kind}/{id}", "/pets/{id}", "/pets/mine"),
    "templates of other lengths": _paths("/pets/{id}", "/{kind}/mine/all"),
    "templates of other words": _paths("/pets/{id}/a", "/{kind}/mine/b"),
    "templates of other methods": _paths("/pets/{id}") + _item("/{kind}/mine", "put", {}),
    "templates on other servers": (
        _paths("/pets/{id}") + "  /{kind}/mine:\n    servers: [{url: https://b.example.com}]\n"
        "    get: {parameters: [{name: kind, in: path, required: true, schema: {}}], " + _ANSWER + "}\n"
    ),
    "a word that no number is": _paths("/pets/{id}", "/{kind}/mine", id="{type: integer}"),
    "a word that is no number of 64 bits in a string": _paths(
        "/pets/{id}", "/{kind}/mine", id="{type: string, format: int64}"
    ),
    "a word that is no date": _paths("/pets/{id}", "/{kind}/mine", id="{type: string, format: date}"),
    "a word that no number or null is": _paths("/pets/{id}", "/{kind}/mine", id="{type: [integer, 'null']}"),
    "a word that is no UUID": _paths("/pets/{id}", "/{kind}/mine", id="{type: string, format: uuid}"),
    "a word that an enum does not allow": _paths("/pets/{id}", "/{kind}/mine", kind="{enum: [owners]}"),
    "a word that a pattern may exclude": _paths("/pets/{id}", "/{kind}/mine", id="{type: string, pattern: '^[0-9]+$'}"),
    "a number by reference": _paths("/pets/{id}", "/{kind}/mine", id="{$ref: '#/components/schemas/Id'}")
    + "components: {schemas: {Id: {type: integer}}}\n",
    "text that a segment with a variable does not match": _paths("/{kind}/today.xml", "/files/{day}.json"),
    "text that leaves nothing for the variable": _paths("/{kind}/.json", "/files/{day}.json"),
    "two segments with text around variables": _paths("/a/{x}.json", "/{y}/b-{z}"),
    "equal paths are another fault": _paths("/pets/{id}"),
    "paths of the wrong type are another fault": "paths: [/pets/]\n",
    "paths without operations": "paths: {'/pets/{id}': {}, '/{kind}/mine': null}\n",
    "webhooks and callbacks are no paths": (
        "webhooks: {'a/{': {}}\ncomponents: {callbacks: {A: {'/b/{$url}/': {}, '/a?b={c}': {}}}}\n"
    ),
}

STRICT_HITS = {
    "a fragment": (_paths("»/pets#sold"), "path-fragment: path `/pets#sold` has a fragment"),
    "a fragment with a question mark": (_paths("»/pets#a?b"), "path-fragment: path `/pets#a?b` has a fragment"),
    "a fragment in OpenAPI 3.0": (
        HEAD_3_0 + "paths: {»'/#Action=A': {}}\n",
        "path-fragment: path `/#Action=A` has a fragment",
    ),
}
STRICT_NO_OPS = {
    "a number sign in a variable": _paths("/pets/{#id}"),
    "no fragment": HEAD_3_2 + _paths("/pets"),
    "a webhook is no path": "webhooks: {'/a#b': {}}\n",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_DEFAULT) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_forbids_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_a_strict_team_allows_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []


def test_a_path_that_clashes_with_two_is_told_once() -> None:
    assert _clashes("/a/{x}/c", "/a/b/{y}", "/{z}/b/c") == [("/a/b/{y}", "/a/{x}/c"), ("/{z}/b/c", "/a/{x}/c")]


_SEGMENTS = st.sampled_from(["a", "b", "{x}", "{y}", "a{x}", "{x}b"])
_TEMPLATES = st.lists(_SEGMENTS, min_size=1, max_size=4).map(lambda segments: "/" + "/".join(segments))


@given(st.lists(_TEMPLATES, min_size=2, max_size=2, unique=True))
def test_two_paths_clash_whichever_comes_first(pair: list[str]) -> None:
    there, back = _clashes(*pair), _clashes(*reversed(pair))
    assert [set(clash) for clash in there] == [set(clash) for clash in back]


@settings(max_examples=40, deadline=None)
@given(st.lists(_TEMPLATES, min_size=1, max_size=6, unique=True))
def test_a_path_clashes_where_one_before_it_does_alone(templates: list[str]) -> None:
    pairs = [(one, other) for index, one in enumerate(templates) for other in templates[:index]]
    alone = {one for one, other in pairs if _clashes(other, one)}
    assert {later for later, _ in _clashes(*templates)} == alone


def _clashes(*templates: str) -> list[tuple[str, str]]:
    return [(clash.later, clash.earlier) for clash in clashes(examine(document(_paths(*templates))).contract)]
