"""What `explain` shows: manual pages, or the list of all rules, as text, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from contractctl import __version__
from contractctl.core.json import Json
from contractctl.core.reports import OtherCode, RuleHelp
from contractctl.report import rule_page

Renderings: TypeAlias = Mapping[str, Callable[[bool], str]]
"""A text by the name of its format. It is asked for with True where colours are wanted; only text has some."""

FORMATS = ("text", "json", "markdown")


def pages(explained: Sequence[RuleHelp | OtherCode]) -> Renderings:
    """Return the pages in the order given."""
    return {
        "text": lambda color: "\n\n".join(_text(one, color=color) for one in explained),
        "json": lambda _color: _json(explained),
        "markdown": lambda _color: "\n".join(map(_markdown, explained)),
    }


def listing(rules: Sequence[RuleHelp]) -> Renderings:
    """Return the list of these rules."""
    return {
        "text": lambda color: rule_page.text_list(rules, color=color),
        "json": lambda _color: _json(rules),
        "markdown": lambda _color: rule_page.markdown_list(rules),
    }


def _text(one: RuleHelp | OtherCode, *, color: bool) -> str:
    if isinstance(one, RuleHelp):
        return rule_page.text(one, color=color)
    return "\n".join(rule_page.wrapped(f"{one.code}: {one.message}")) + "\n"


def _markdown(one: RuleHelp | OtherCode) -> str:
    return rule_page.markdown(one) if isinstance(one, RuleHelp) else f"## {one.code}\n\n{one.message}\n"


def _json(explained: Iterable[RuleHelp | OtherCode]) -> str:
    rules: list[Json] = []
    others: list[Json] = []
    for one in explained:
        if isinstance(one, RuleHelp):
            rules.append(rule_page.as_json(one))
        else:
            others.append({"code": one.code, "message": one.message})
    head: dict[str, Json] = {"schema_version": 1, "command": "explain"}
    head["tool"] = {"name": "contractctl", "version": __version__}
    return json.dumps({**head, "rules": rules, "others": others}, indent=2, ensure_ascii=False) + "\n"
