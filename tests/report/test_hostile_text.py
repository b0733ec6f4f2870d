"""Descriptions are foreign text: whatever they hold, a terminal line stays a line and a table stays a table."""

from __future__ import annotations

import json as standard_json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt  # comes with rich

from contractctl.core.changes import Impact, Message
from contractctl.core.findings import Related
from contractctl.core.locations import Excerpt, Location, Place, Pointer, Span
from contractctl.core.reports import DiffReport, LintReport, Report, VersionAdvice
from contractctl.report import html, json, junit, markdown, markup, sarif, text
from contractctl.report.words import visible
from tests.report.samples import BUILD, CI, DRIFT, KIND, LINT, REQUIRED, UNDECLARED
from tests.report.schemas import VALIDATOR

HOSTILE = {
    "control characters": "a\x00b\x07c\x08\x7fd",
    "line ends": "a\nb\rc\r\nd\x0be\x0cf\x85g\u2028h\u2029i",
    "ANSI sequences": "\x1b[2J\x1b[31mred\x1b]0;title\x07\x9b1m",
    "a direction override": "a\u202egnp.exe\u2066b",
    "a zero width joiner": "a\u200bb\ufeffc",
    "table cells": "a | b || c \\| d",
    "backticks": "`a` ``b`` ```c``` ` d",
    "code with a bar": "`a|b` and `c",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)><!-- & &lt; -->",
    "a mention and an issue": "@octocat #1 acme/mock#2",
    "a link": "](https://evil.example) [a](https://evil.example) ![b](//evil.example/x.png) <https://evil.example>",
    "bare addresses": "https://evil.example http://a.b www.evil.example WWW.evil.example mailto:a@b.example",
    "workflow expressions": "${{ secrets.TOKEN }} ::set-output name=a::b\n::error::c",
    "headings and rules": "# a\n## b\n---\n===\n* c\n1. d\n> e",
    "half a character": "a\ud800b",
    "an unclosed fold": "</details></td></table>",
    "backslashes": "\\ \\\\ \\` \\n \\",
    "blanks": "  a   b\t\tc  ",
    "the end of character data": "a]]>b <![CDATA[ c",
    "the end of a script": "</script><script>alert(1)</script></style>",
    "attributes": '" onclick="alert(1)" \' x=\'y',
    "no characters of XML": "a\ufffe\uffff\x00\x1fb",
}


def poisoned(words: str, sent: str | None = None) -> tuple[Report, ...]:
    """Every report with the words wherever text of others can come; `sent` is what a witness sends instead."""
    sent = words if sent is None else sent
    at = Location(Place(words, Pointer((words,))), Span(1, 1, 1, 2, Excerpt("." + words, 1)))
    finding = replace(
        UNDECLARED, message=words, hint=words, location=at, operations=(words, words), related=(Related(words, at),)
    )
    change = replace(REQUIRED.change, message=words, operations=(words, words), base=at, revision=at, before=words)
    assert REQUIRED.witness is not None
    message = Message(words, ((words, words), ("Content-Type", "text/plain")), sent, has_body=True)
    shown = replace(REQUIRED.witness, value={sent: sent}, because=words, part=sent, message=message)
    verdict = replace(REQUIRED, change=change, reason=words, witness=shown, excused=words)
    alone = replace(verdict, witness=replace(shown, message=None))
    advice = VersionAdvice(words, words, None, is_enough=False, message=words)
    return (
        replace(LINT, findings=(finding,), files=(words,)),
        DiffReport(
            words,
            words,
            (verdict, alone, replace(verdict, impact=Impact.WARNING), replace(verdict, impact=Impact.COMPATIBLE)),
            diagnostics=(finding,),
            excused=(verdict,),
            notes=(words,),
            version=advice,
            read_kinds=lambda: {KIND.code: KIND},
        ),
        replace(DRIFT, message=words, hint=words, spec=words, verdicts=(verdict,)),
        replace(BUILD, delivered=(words,), findings=(finding,), base=words),
        replace(CI, reports=(), undone=(replace(CI.undone[0], message=words, hint=words),), notes=(words,)),
    )


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_text_has_as_many_lines_as_with_harmless_words_and_no_control_character(words: str) -> None:
    for hostile, harmless in zip(poisoned(words, "x"), poisoned("x"), strict=True):
        lines = text.render(hostile).split("\n")
        assert len(lines) == text.render(harmless).count("\n") + 1
        assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_what_a_witness_sends_has_few_lines_and_no_control_character(words: str) -> None:
    for hostile in poisoned(words):
        assert all(line.isprintable() for line in text.render(hostile).split("\n"))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_json_gives_the_words_back(words: str) -> None:
    for report in poisoned(words):
        assert standard_json.loads(json.render(report)) == json.as_json(report)
        json.render(report).encode()


def test_json_holds_integers_of_any_size() -> None:
    change = replace(REQUIRED.change, before=2**64, after=-(10**30))
    report = DiffReport("a", "b", (replace(REQUIRED, change=change),))
    assert standard_json.loads(json.render(report)) == json.as_json(report)


class Page(HTMLParser):
    """The tags of a page, and the text of each cell of its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag == "br" and self.cells:
            self.cells[-1] += "\n"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.cells:
            self.cells[-1] += data


def page(report: Report) -> Page:
    return Page(MarkdownIt("commonmark").enable("table").render(markdown.render(report)))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_markdown_has_the_same_elements_as_with_harmless_words(words: str) -> None:
    for hostile, harmless in zip(poisoned(words), poisoned("x"), strict=True):
        markdown.render(hostile).encode()
        tags = [tag for tag in page(hostile).tags if tag != "code"]
        assert tags == [tag for tag in page(harmless).tags if tag != "code"]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_markdown_outside_of_code_has_no_address_mention_or_issue(words: str) -> None:
    for report in poisoned(words):
        prose = re.sub(r"(?ms)^(`{3,})\w+$.*?^\1$", "", markdown.render(report)).replace(f"]({KIND.docs})", "")
        plain = re.sub(r"`[^`]*`", "", prose.replace("\\`", ""))
        assert not re.search(r"(?<!\\)[@#](?=\w)|(?<!\\)://|(?i:www\.)|\$\{\{", plain)


def shown(words: str) -> str:
    """What a reader should see of a text: one line, control characters written out, code without its marks."""
    flat = visible(" ".join(words.split()))
    return re.sub(r"(?<!`)`([^`|]+)`(?!`)", r"\1", flat)


def elements(page: str) -> list[str]:
    """The tags of a page, without those that only show code."""
    return [tag for tag in Page(page).tags if tag not in {"code", "mark"}]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_page_has_the_same_elements_as_with_harmless_words(words: str) -> None:
    for hostile, harmless in zip(poisoned(words), poisoned("x"), strict=True):
        assert elements(html.render(hostile)) == elements(html.render(harmless))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_xml_gives_the_words_back(words: str) -> None:
    report = replace(LINT, findings=(replace(UNDECLARED, message=words),))
    failure = ET.fromstring(junit.render(report).encode()).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == visible(words)
    for other in poisoned(words):
        ET.fromstring(junit.render(other).encode())


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_sarif_is_valid_whatever_the_words(words: str) -> None:
    for report in poisoned(words):
        VALIDATOR.validate(standard_json.loads(sarif.render(report)))


@given(st.text(st.sampled_from("`|\\<>&*_[]()!#@~$:/.wW \n\t{}ab\x1b-+=1'\"")))
def test_a_cell_shows_the_words_as_they_are(words: str) -> None:
    finding = replace(UNDECLARED, message=words, hint="", location=Location(Place("a")))
    cells = page(LintReport((finding,), ("a",))).cells
    assert len(cells) == 6
    assert cells[-1].strip().removesuffix("path-parameter-undeclared").strip() == shown(words).strip()


@given(st.text())
def test_no_text_gets_a_control_character_into_a_line(words: str) -> None:
    assert visible(words).isprintable()
    assert markup.escaped(words).isprintable()
