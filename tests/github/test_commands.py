"""Workflow commands: escaping, and that no text of a spec is ever obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.github.commands import without_commands, workflow_command
from tests.github.runner import Obeyed, Runner

HOSTILE = [
    "::set-output name=a::b",
    "x\n::set-output name=a::b",
    "x\r::add-mask::GET",
    "##[add-path]/tmp/evil",
    "x ##[set-env name=PATH]/tmp",
    "100 %0A::warning::x",
    "]]>",
    "${{ secrets.GITHUB_TOKEN }}",
    "::stop-commands::x",
    "\x1b]0;title\x07",
    "a,b:c=d",
    "\u2028::error::x",
    "\x85::error::x\x0b::error::y",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_inside_its_command(text: str) -> None:
    line = workflow_command("error", text, {"file": text, "line": 3, "title": text})
    assert "\n" not in line
    [obeyed] = Runner().read(line)
    assert (obeyed.name, set(obeyed.properties), obeyed.properties["line"]) == ("error", {"file", "line", "title"}, "3")


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))), st.text(alphabet="%0aA:,\r\n=x"))
def test_the_runner_reads_what_was_meant(printable: str, title: str) -> None:
    message = f"a{printable if printable.isprintable() else ''}\n{title}"
    [obeyed] = Runner().read(workflow_command("notice", message, {"title": f"t{title}"}))
    assert obeyed == Obeyed("notice", {"title": f"t{title}"}, message)


def test_the_documented_form() -> None:
    line = workflow_command("error", "50 %\nno", {"file": "a,b:c.yaml", "line": 1, "endLine": None, "title": ""})
    assert line == "::error file=a%2Cb%3Ac.yaml,line=1::50 %25%0Ano"


def test_control_characters_are_spelled_out() -> None:
    assert workflow_command("error", "a\x1b[31m\tb\u2028") == "::error::a\\x1b[31m\tb\\u2028"


@pytest.mark.parametrize("text", [*HOSTILE, "", "ends\n", "\n".join(HOSTILE)])
def test_nothing_in_foreign_text_is_obeyed_and_the_runner_listens_again_afterwards(text: str) -> None:
    log = without_commands(text) + workflow_command("notice", "after")
    assert Runner().read(log) == [Obeyed("notice", {}, "after")]


def test_the_token_cannot_be_known() -> None:
    tokens = {without_commands("x").splitlines()[0] for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == len("::stop-commands::") + 32 for token in tokens)


def test_a_test_may_name_the_token() -> None:
    assert without_commands("a", token="t") == "::stop-commands::t\na\n::t::\n"
