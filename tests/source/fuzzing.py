"""What holds for every bytes there are: a description or a refusal, each place inside the text. No test framework."""

from __future__ import annotations

from contractctl.core.failures import UnloadableDescription
from contractctl.core.locations import Place, Pointer
from contractctl.source.encodings import Undecodable, decode
from contractctl.source.parse import parse_document

SEEDS = (
    b'{"openapi": "3.1.0", "a": [1, 2.5, -1e3, true, null, "\\ud83d\\ude00"], "a": {}}',
    b"openapi: 3.1.0\ninfo: {title: 'a', version: \"1\\n\"}\nlist:\n  - a\n  - b: |\n      text\n    c: >-\n      it\n",
    b"a: &a {x: 1, y: [2, 3]}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [*a, {z: 1}]}\n&k k: *k\n",
    b"a: !!str 1\nb: !own {x: 1}\nc: !!int x\n? d\n: e\n'f': no\n200: 012\n\"200\": .nan\n",
    b"%YAML 1.2\n---\n# comment\na: 1e999\nb: 2020-01-01\n...\n",
    'a: é\u2028😀\x85b\r\nc: "\\ud83d\\ude00\u2029"\rd: \\ud83d\\ude00\n'.encode(),
    "\ufeffa: é\n".encode("utf-16-le"),
    '{"a": "é"}'.encode("utf-32-be"),
    b"a: caf\xe9\n",
    b"[[[[[[[[[[{a: [",
)
ROOT = Pointer()
NAMES = ("a.json", "a.yaml", "openapi")


def check(data: bytes) -> None:
    """Read `data` under every name. Raise what comes of a fault that is not dealt with, AssertionError among it."""
    for name in NAMES:
        try:
            document = parse_document(name, data)
        except UnloadableDescription as refusal:
            problems, lines = refusal.findings, text_lines(data)
        else:
            problems, lines = document.problems, lines_of(document.text)
            locate_everything(document, lines)
        for problem in problems:
            for location in (problem.location, *(one.location for one in problem.related)):
                check_span(location.span, lines)


def lines_of(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def text_lines(data):
    """Return the lines of what is text in `data`; of the rest there is nothing to be placed in."""
    try:
        return lines_of(decode(data))
    except Undecodable as error:
        return lines_of(error.before)


def locate_everything(document, lines):
    marks = document.marks()
    for node in range(min(len(marks.sizes), 300)):
        check_span(document.locate(Place(document.uri, marks.pointer(node))), lines)
    for pointer in list(pointers(document.root)):
        check_span(document.locate(Place(document.uri, pointer)), lines)
    check_span(document.locate(Place(document.uri, Pointer(("no", "such", "0")))), lines)


def pointers(value, pointer=ROOT, limit=3):
    yield pointer
    if limit and isinstance(value, (dict, list)):
        for token, child in list(value.items() if isinstance(value, dict) else enumerate(value))[:30]:
            yield from pointers(child, pointer / token, limit - 1)


def check_span(span, lines):
    assert span is not None
    assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
    assert span.end_line <= len(lines)
    assert span.column <= len(lines[span.line - 1]) + 1
    assert span.end_column <= len(lines[span.end_line - 1]) + 1
