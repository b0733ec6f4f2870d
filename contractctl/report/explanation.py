"""What `explain` shows: manual pages, or the list of all rules and kinds of changes, as text, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, assert_never

from contractctl import __version__
from contractctl.core.json import Json
from contractctl.core.reports import ChangeHelp, OtherCode, RuleHelp
from contractctl.report import change_page, rule_page

Renderings: TypeAlias = Mapping[str, Callable[[bool], str]]
"""A text by the name of its format. It is asked for with True where colours are wanted; only text has some."""

FORMATS = ("text", "json", "markdown")


def pages(explained: Sequence[RuleHelp | ChangeHelp | OtherCode]) -> Renderings:
    """Return the pages in the order given."""
    return {
        "text": lambda color: "\n\n".join(_text(one, color=color) for one in explained),
        "json": lambda _color: _json(explained),
        "markdown": lambda _color: "\n".join(map(_markdown, explained)),
    }


def listing(rules: Sequence[RuleHelp], changes: Sequence[ChangeHelp] = ()) -> Renderings:
    """Return the list of these rules, and that of kinds of changes below it."""
    return {
        "text": lambda color: _joined(
            rule_page.text_list(rules, color=color), change_page.text_list(changes, color=color)
        ),
        "json": lambda _color: _json((*rules, *changes)),
        "markdown": lambda _color: _joined(
            rule_page.markdown_list(rules), change_page.markdown_list(changes) if changes else ""
        ),
    }


def _joined(*lists: str) -> str:
    return "\n".join(one for one in lists if one)


def _text(one: RuleHelp | ChangeHelp | OtherCode, *, color: bool) -> str:
    match one:
        case RuleHelp():
            return rule_page.text(one, color=color)
        case ChangeHelp():
            return change_page.text(one, color=color)
        case OtherCode():
            return "\n".join(rule_page.wrapped(f"{one.code}: {one.message}")) + "\n"
        case _:
            assert_never(one)


def _markdown(one: RuleHelp | ChangeHelp | OtherCode) -> str:
    match one:
        case RuleHelp():
            return rule_page.markdown(one)
        case ChangeHelp():
            return change_page.markdown(one)
        case OtherCode():
            return f"## {one.code}\n\n{one.message}\n"
        case _:
            assert_never(one)


def _json(explained: Iterable[RuleHelp | ChangeHelp | OtherCode]) -> str:
    rules: list[Json] = []
    changes: list[Json] = []
    others: list[Json] = []
    for one in explained:
        match one:
            case RuleHelp():
                rules.append(rule_page.as_json(one))
            case ChangeHelp():
                changes.append(change_page.as_json(one))
            case OtherCode():
                others.append({"code": one.code, "message": one.message})
            case _:
                assert_never(one)
    whole: dict[str, Json] = {"schema_version": 1, "command": "explain"}
    whole["tool"] = {"name": "contractctl", "version": __version__}
    whole |= {"rules": rules, "changes": changes, "others": others}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
