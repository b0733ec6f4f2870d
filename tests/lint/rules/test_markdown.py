"""Rules about scripts in Markdown: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.lint.rules.markdown import RULES
from tests.lint.cases import HEAD_2_0, findings, operation, pointed

_ALL = {rule.code: rule.severity for rule in RULES}


def _tag(description: str) -> str:
    return f"tags: [{{name: a, description: {description}}}]\npaths: {{}}\n"


HITS = {
    "a script": (
        _tag("»'Pets <script>a()</script>'"),
        "markdown-script: `description` has a script element: `<script`",
    ),
    "a script in other letters, with attributes": (
        _tag("""»'<SCRIPT src="https://a.io/b.js">'"""),
        "markdown-script: `description` has a script element: `<SCRIPT`",
    ),
    "a script in the title of a schema": (
        "paths: {}\ncomponents: {schemas: {A: {title: »'<script>'}}}",
        "markdown-script: `title` has a script element: `<script`",
    ),
    "a script in the summary of an operation": (
        operation("summary: »'<script/>'"),
        "markdown-script: `summary` has a script element: `<script`",
    ),
    "a script in a parameter of Swagger 2.0": (
        HEAD_2_0 + operation("parameters: [{name: a, in: query, type: string, description: »'<script >'}]"),
        "markdown-script: `description` has a script element: `<script`",
    ),
    "an event handler": (
        _tag("""»'<img src="x" onerror="a()">'"""),
        """markdown-script: `description` has an element with an event handler: `<img src="x" onerror=`""",
    ),
    "an event handler behind a long attribute": (
        _tag(f"""»'<a title="{"b" * 50}" OnMouseOver = c>'"""),
        (
            "markdown-script: `description` has an element with an event handler: "
            """`<a title="bbbbbbbbbb…bbbb" OnMouseOver =`"""
        ),
    ),
    "a link that runs a script": (
        _tag("»'[a](javascript:b())'"),
        "markdown-script: `description` has a link that runs a script: `](javascript:`",
    ),
    "a link by reference that runs a script": (
        _tag('»"[a]: JavaScript:b()"'),
        "markdown-script: `description` has a link that runs a script: `]: JavaScript:`",
    ),
    "a link in HTML that runs a script": (
        _tag("""»'<a href="vbscript:b">'"""),
        """markdown-script: `description` has a link that runs a script: `href="vbscript:`""",
    ),
    "a script behind code": (
        _tag("»'`a` <script> `b`'"),
        "markdown-script: `description` has a script element: `<script`",
    ),
    "a backtick that opens no code": (
        _tag("»'` <script> ``'"),
        "markdown-script: `description` has a script element: `<script`",
    ),
    "a call of eval": (_tag("»'call eval(a)'"), "markdown-eval: `description` has `eval(` outside of code"),
}
NO_OPS = {
    "a script in code": _tag("'Put `<script>a()</script>` into your page'"),
    "a script in code with backticks": _tag("'``a ` <script> ``'"),
    "a script in a block of code": _tag('"a\\n```html\\n<script src=`b`>\\n```\\nc"'),
    "a script in a block of tildes": _tag('"~~~\\n<script>\\n~~~"'),
    "a link in code": _tag("'`[a](javascript:b)`'"),
    "another element of a like name": _tag("'<scripture>'"),
    "an element with attributes": _tag("""'<a href="b?once=1" title="c" data-on=d>e</a> on click = f'"""),
    "words that look like handlers": _tag("'a < b and onclick=c'"),
    "JavaScript is spoken of": _tag("'JavaScript: see [a](https://a.io/javascript:b) <b>'"),
    "another word with eval": _tag("'retrieval(a), eval (b), `eval(c)`'"),
    "example data is not rendered": operation(
        "requestBody: {content: {text/html: {example: {description: '<script>', summary: '<script>'}}}}"
    ),
    "an extension is not rendered": operation("x-a: {description: '<script>'}"),
    "a property of this name": "paths: {}\ncomponents: {schemas: {A: {properties: {title: {enum: ['<script>']}}}}}",
    "texts of the wrong type are another fault": _tag("{a: '<script>'}"),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []
