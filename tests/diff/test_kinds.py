"""The catalogue of the kinds of changes: every kind that there is has a row, and every row shows what it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contractctl.core.changes import Direction, Impact
from contractctl.diff.kinds.catalogue import FAMILIES, Kind, kind_named, kinds
from contractctl.diff.kinds.example import example_verdicts
from tests.diff.contracts import PAIRS, lines

ROOT = Path(__file__).parents[2]
SOURCES = sorted(file for file in (ROOT / "contractctl" / "diff").rglob("*.py") if file.parent.name != "kinds")
ALL = kinds()
# What a kind says became of a thing.
BECAME = "added|removed|changed|raised|lowered|required|optional|moved|widened|narrowed|closed|opened|(?:un)?declared"
WRITTEN = re.compile(rf"(?:[a-z]+-)+(?:{BECAME})")
SEEN = re.compile(r"\b(?:breaking|warning|compatible) ((?:[a-z]+-)+[a-z]+)\b")


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_the_example_is_judged_as_its_row_says_and_shows_nothing_else(kind: Kind) -> None:
    judged = zip(kind.meanings.values(), kind.codes, strict=True)
    assert lines(example_verdicts(kind)) == sorted(f"{meaning.impact} {code}" for meaning, code in judged)


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_what_breaks_has_a_hint(kind: Kind) -> None:
    breaks = any(meaning.impact is not Impact.COMPATIBLE for meaning in kind.meanings.values())
    assert bool(kind.hint) >= breaks


def test_texts_are_sentences_without_an_end_and_titles_with_one() -> None:
    texts = [meaning.text for kind in ALL.values() for meaning in kind.meanings.values()]
    texts += [kind.hint for kind in ALL.values() if kind.hint]
    assert [text for text in texts if not text or text.endswith(".") or "  " in text or "\n" in text] == []
    assert [kind.name for kind in ALL.values() if not re.fullmatch(r"[`A-Z][^\n]*[^.]\.", kind.title)] == []


def _constants(tree: ast.AST) -> Iterator[str]:
    """Yield the words of a module that read like kinds, or like the end of one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITTEN.fullmatch(node.value):
            yield node.value


def _patterns(tree: ast.AST) -> Iterator[str]:
    """Yield, as patterns, the kinds that a module puts together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.JoinedStr):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"Edit", "fact", "Fact"}:
                parts = node.args[0].values
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z-]+" for part in parts
                )


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_every_kind_that_the_source_names_has_a_row(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"))
    names = [name.removeprefix("request-").removeprefix("response-") for name in _constants(tree)]
    assert [name for name in names if not any(f"-{row}".endswith(f"-{name}") for row in ALL)] == []
    assert [words for words in _patterns(tree) if not any(re.fullmatch(words, row) for row in ALL)] == []


def test_every_kind_in_the_tables_of_pairs_has_a_row() -> None:
    tables = [*PAIRS.rglob("*.yaml"), *Path(__file__).parent.glob("test_*.py")]
    seen = {name for table in tables for name in SEEN.findall(table.read_text("utf-8"))}
    assert sorted(name for name in seen if kind_named(name) is None) == []


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("request-property-became-required", Direction.REQUEST),
        ("response-property-became-required", Direction.RESPONSE),
        ("property-became-required", None),
        ("response-parameter-added", Direction.RESPONSE),
        ("operation-removed", Direction.NEITHER),
    ],
)
def test_a_kind_is_known_by_its_name_and_by_its_code(code: str, direction: Direction | None) -> None:
    known = kind_named(code)
    assert known is not None
    assert (known[0].name, known[1]) == (code.removeprefix("request-").removeprefix("response-"), direction)


@pytest.mark.parametrize(
    "code", ["zebra", "", "request-", "request", "request-operation-removed", "neither-operation-removed"]
)
def test_what_is_no_kind_is_not_known(code: str) -> None:
    assert kind_named(code) is None


def test_every_table_is_of_a_family() -> None:
    folder = ROOT / "contractctl" / "diff" / "kinds"
    assert {file.stem for file in folder.glob("*.toml")} == set(FAMILIES) - {"bounds"}
