"""Runtime expressions: `$request.body#/url` stands for a part of a message (OpenAPI 3.1.1 §4.8.20.4).

They are the keys of callbacks and the values of links: a text that is one, or that has some in braces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Part: TypeAlias = Literal["url", "method", "statusCode", "header", "query", "path", "body"]

_START: Final = re.compile(r"\$[A-Za-z]")
_INNER: Final = re.compile(r"\{(\$[A-Za-z][^{}]*)\}?")
_WHOLE: Final[dict[str, Part]] = {"$url": "url", "$method": "method", "$statusCode": "statusCode"}
_SOURCE: Final = re.compile(r"\$(request|response)\.(?:(header|query|path)\.(.*)|body(#.*)?)", re.DOTALL)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NAME: Final = re.compile(r'(?:[^\x00-\x1f"\\]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*')
"""`char` of RFC 8259 §7: what may stand in a JSON string."""
_POINTER: Final = re.compile(r"(?:/(?:[^/~]|~[01])*)*", re.DOTALL)


class NotAnExpression(ValueError):
    """A text that looks like an expression and is none. The message is the text."""


@dataclass(slots=True, match_args=False)
class Expression:
    """One expression. `message` is `request` or `response`, empty for what is of both.

    `name` is that of a header, parameter or variable, as it is written; `pointer` the tokens of a body's pointer, None
    where there is none.
    """

    part: Part
    message: str = ""
    name: str = ""
    pointer: tuple[str, ...] | None = None

    @property
    def meant(self) -> str:
        """The name, with the escapes of a JSON string undone."""
        if "\\" not in self.name:
            return self.name
        name: str = json.loads(f'"{self.name}"')
        return name

    def __str__(self) -> str:
        if not self.message:
            return f"${self.part}"
        start = f"${self.message}.{self.part}"
        if self.part != "body":
            return f"{start}.{self.name}"
        return start if self.pointer is None else start + "#" + "".join(f"/{_escaped(one)}" for one in self.pointer)


@dataclass(slots=True, match_args=False)
class Template:
    """A text with the expressions in it. `is_whole` where it is one expression, whose value keeps its type."""

    parts: tuple[str | Expression, ...]
    is_whole: bool = False

    @property
    def expressions(self) -> Iterator[Expression]:
        """Yield the expressions in order."""
        return (part for part in self.parts if isinstance(part, Expression))

    def __str__(self) -> str:
        if self.is_whole:
            return str(self.parts[0])
        return "".join(part if isinstance(part, str) else f"{{{part}}}" for part in self.parts)


def parse_template(text: str) -> Template:
    """Read a text that begins with `$` and a letter, or has `{$…}` in it; any other is a constant.

    Raise NotAnExpression.
    """
    if _START.match(text):
        return Template((parse_expression(text),), is_whole=True)
    parts: list[str | Expression] = []
    end = 0
    for found in _INNER.finditer(text):
        parts.append(text[end : found.start()])
        if not found.group().endswith("}"):
            raise NotAnExpression(found.group())
        parts.append(parse_expression(found[1]))
        end = found.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""))


def parse_expression(text: str) -> Expression:
    """Read one expression, as the grammar has it to the letter; raise NotAnExpression."""
    if text in _WHOLE:
        return Expression(_WHOLE[text])
    found = _SOURCE.fullmatch(text)
    if found is None:
        raise NotAnExpression(text)
    message, part, name, pointer = found.groups()
    match part:
        case "header" if _TOKEN.fullmatch(name):
            return Expression("header", message, name)
        case "query" | "path" if _NAME.fullmatch(name):
            return Expression(part, message, name)
        case None if pointer is None or _POINTER.fullmatch(pointer[1:]):
            return Expression("body", message, pointer=_tokens(pointer))
    raise NotAnExpression(text)


def _tokens(pointer: str | None) -> tuple[str, ...] | None:
    if pointer is None:
        return None
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")[1:])


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")
