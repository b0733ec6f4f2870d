"""Rules about regular expressions: what they hit and what they leave."""

from __future__ import annotations

import json

import pytest

from contractctl.lint.engine import lint_document
from contractctl.lint.schemas.ecmascript import flaw
from tests.lint.cases import HEAD_2_0, document, findings, operation, pointed, schema

_NOT = "pattern-invalid: the pattern is not a regular expression of ECMA-262:"
_DELIMITED = "pattern-delimited: the pattern stands between slashes, which are part of it, so that it matches nothing"

HITS = {
    "flags in the pattern": (
        schema("{pattern: »'(?i)^a$'}"),
        f"{_NOT} `(?i)` sets flags, which is not ECMA-262",
    ),
    "a group named as in Python": (
        schema("{pattern: »'(?P<year>[0-9]{4})'}"),
        f"{_NOT} `(?P<` names a group in Python",
    ),
    "the beginning as in Perl": (
        schema(r"{pattern: »'\Aa$'}"),
        rf"{_NOT} `\A` is not an escape of ECMA-262",
    ),
    "the end as in Perl": (
        schema(r"{pattern: »'^a\Z'}"),
        rf"{_NOT} `\Z` is not an escape of ECMA-262",
    ),
    "a class of POSIX": (
        schema(r"{pattern: »'^[[:alpha:]_]+$'}"),
        f"{_NOT} `[:alpha:]` is a class of POSIX",
    ),
    "a class of Java": (
        schema(r"{pattern: »'\p{Alnum}+'}"),
        rf"{_NOT} `\p{{Alnum}}` is a class of Java",
    ),
    "a possessive quantifier": (
        schema(r"{pattern: »'a++b'}"),
        f"{_NOT} `++` is a possessive quantifier of Java",
    ),
    "an atomic group": (
        schema(r"{pattern: »'(?>a|b)c'}"),
        f"{_NOT} `(?>` is an atomic group of Perl and Java",
    ),
    "a bracket without its like": (
        schema("{pattern: »'^[a-z$'}"),
        f"{_NOT} unbalanced bracket",
    ),
    "a property of Unicode beside an escape that forbids the flag": (
        schema(r"{pattern: »'^[\p{L}]\_$'}"),
        rf"{_NOT} `\p{{L}}` needs the flag `u`, and with that another part of it is an error",
    ),
    "a pattern of names": (
        schema("{patternProperties: {»'(?i)^x-': {}}}"),
        f"{_NOT} `(?i)` sets flags, which is not ECMA-262",
    ),
    "a parameter of Swagger 2.0": (
        HEAD_2_0 + operation("parameters: [{name: a, in: query, type: string, pattern: »'(?i)a'}]"),
        f"{_NOT} `(?i)` sets flags, which is not ECMA-262",
    ),
    "slashes around, and flags": (schema("{pattern: »'/^[a-z]+$/i'}"), _DELIMITED),
    "slashes around": (schema("{pattern: »'/^[a-z]+$/'}"), _DELIMITED),
    "slashes around what is not ECMA-262 either": (schema("{pattern: »'/^(?P<a>b)$/'}"), _DELIMITED),
}

NO_OPS = {
    "a plain pattern": "^[a-z]+$",
    "an empty pattern": "",
    "a group named as in JavaScript": "(?<year>[0-9]{4})",
    "what stands before and after": "(?<=a)b(?!c)(?<!d)",
    "a property of Unicode": r"^\p{L}[\p{Script=Latin}\p{Nd}]*$",
    "escapes that need none": r"^[\w\-\.]+\@[\_]+\/$",
    "a backslash before a letter that means something elsewhere": r"^C:\\Anna\\Zoe$",
    "a letter in a class": r"^[AZ\d]$",
    "a colon in a class": "[:alpha:]",
    "quantifiers in a class": "[*+?}+]",
    "a lazy quantifier": "a+?b*?c{1,2}?",
    "a brace that counts nothing": "^{id}$",
    "a path": "/api/v1/",
    "a path to its end": "^/api/v1/$",
    "a number of characters": r"\u0041\x41\cA\0",
    "more alternatives than can be compiled": "a|" * 60_000,
    "groups in each other that are deeper than can be compiled": "(" * 1_000 + ")" * 1_000,
    "a reference to a group": r"(a)\1(?<b>c)\k<b>",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("pattern", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(pattern: str) -> None:
    assert flaw(pattern) is None
    assert findings(schema(f"{{pattern: {json.dumps(pattern)}}}")) == []


HINTS = {
    "flags": ("(?i)^a$", "take it out; to ignore case, write both cases, as in `[Aa]`"),
    "a name as in Python": ("(?P<a>b)", "write `(?<name>`"),
    "the end as in Perl": (r"^a\Z", "write `$`"),
    "a class of Java": (r"\p{Alnum}", "write `A-Za-z0-9` in brackets"),
    "a script": (r"\p{Han}", r"name one as in `\p{L}` or `\p{Script=Latin}`"),
    "slashes and a flag": ("/^a$/i", "write `^a$`; patterns have no flags such as `i`"),
    "slashes": ("/^a$/", "write `^a$`"),
}


@pytest.mark.parametrize(("pattern", "expected"), HINTS.values(), ids=HINTS)
def test_the_hint_says_what_to_write(pattern: str, expected: str) -> None:
    text = schema(f"{{pattern: {json.dumps(pattern)}}}")
    assert [one.hint for one in lint_document(document(text))] == [expected]
