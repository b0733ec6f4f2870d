"""Laws of ignores: whatever is found can be ignored where it is told, and nothing else changes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document, lint_with_ignores, located
from contractctl.lint.rules import RULES, ignores, texts
from contractctl.source.document import Document
from contractctl.source.parse import parse_document
from tests.lint import rules as tables
from tests.lint.cases import document


def _at(line: int, codes: Iterable[str]) -> str:
    return f"# contractctl: ignore[{', '.join(sorted(set(codes)))}] why"


def _lines_of(found: Iterable[Finding], read: Document) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for one in located(found, read):
        assert one.location.span is not None
        lines.setdefault(one.location.span.line, []).append(one.rule)
    return lines


_NOT_IGNORED = (*texts.RULES, *ignores.RULES)


def _tables() -> Iterator[tuple[str, str]]:
    """Every description of a table of hits, with its name."""
    names = [f"{tables.__name__}.{found.name}" for found in pkgutil.iter_modules(tables.__path__)]
    for name in ("tests.lint.test_rules", "tests.lint.test_structure", *names):
        for title, hit in getattr(importlib.import_module(name), "HITS", {}).items():
            text = hit[0] if isinstance(hit, tuple) else hit
            if isinstance(text, str):
                yield f"{name.rpartition('_')[2]}: {title}", text.replace("»", "")
    for rule in RULES:
        if rule not in _NOT_IGNORED:
            yield f"manual: {rule.code}", rule.manual.bad


_TEXTS = dict(_tables())


@pytest.mark.parametrize("text", _TEXTS.values(), ids=_TEXTS)
def test_ignoring_every_finding_leaves_nothing(text: str) -> None:
    profiles = (Profile.STRICT, Profile.OWASP)
    read = document(text)
    found = lint_document(read, profiles=profiles)
    lines = read.text.splitlines()
    for line, codes in sorted(_lines_of(found, read).items(), reverse=True):
        lines.insert(line - 1, _at(line, codes))
    ignoring = parse_document("openapi.yaml", ("\n".join(lines) + "\n").encode())
    linted = lint_with_ignores(ignoring, profiles=profiles)
    assert [(one.rule, one.message) for one in linted.findings] == []
    assert sorted(one.rule for one in linted.ignored) == sorted(one.rule for one in found)


_BLOCKS = """\
openapi: 3.1.0
info:
  title: Zoo
  version: "1"
security:
  - token: []
paths:
  /a/{id}:
    summary: |
      # A literal
      sumary: none
    get:
      sumary: "no
        # comment"
      parameters:
        -
          name: ide
          in: path
          schema: {type: strng, default: [1,
            2]}
        - $ref: "#/nowhere"
      responses: {}
  /b:
    get: &get
      responses:
        "200":
          description: >-
            Folded

            # text
          content:
            application/json:
              example: {a: 1}
              schema: {required: [b], type: string}
    put: *get
components:
  schemas:
    A: {enum: [a, a]}
"""
_CODES = st.sampled_from([rule.code for rule in RULES] + ["no-rule", "*"])
_SAID = st.builds(
    "# contractctl: {}[{}] why".format,
    st.sampled_from(["ignore", "ignore", "ignore", "igonre"]),
    st.lists(_CODES, min_size=1, max_size=60).map(", ".join),
)


@settings(max_examples=30, deadline=None)
@given(comments=st.dictionaries(st.integers(0, _BLOCKS.count("\n")), _SAID, min_size=1, max_size=4))
def test_comments_hide_findings_and_change_none(comments: dict[int, str]) -> None:
    lines = _BLOCKS.splitlines()
    for line in sorted(comments, reverse=True):
        lines.insert(line, comments[line])
    plain = lint_document(parse_document("openapi.yaml", _BLOCKS.encode()), profiles=(Profile.STRICT,))
    text = ("\n".join(lines) + "\n").encode()
    try:
        read = parse_document("openapi.yaml", text)
    except UnloadableDescription:  # a comment in the midst of a plain scalar is no YAML
        reject()
    assume(read.root == parse_document("openapi.yaml", _BLOCKS.encode()).root)  # some are in a literal
    linted = lint_with_ignores(read, profiles=(Profile.STRICT,))
    told = [one for one in (*linted.findings, *linted.ignored) if not one.rule.startswith("ignore-")]
    assert sorted(map(_key, told)) == sorted(map(_key, plain))
    named = {code for comment in comments.values() for code in comment[comment.index("[") + 1 : -5].split(", ")}
    assert {one.rule for one in linted.ignored} <= named


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, str(finding.location.place), finding.subject
