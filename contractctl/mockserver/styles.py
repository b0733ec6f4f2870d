"""Parameter styles undone: the text of a request becomes one text, a list or a mapping (OpenAPI 3.1.1 §4.8.12.2).

Delimiters are looked for before escapes are undone, so that an escaped one stays inside its value (RFC 6570 §3.2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from contractctl.mockserver.model import Parameter

_DEEPEST = 32
"""Levels of a `deepObject`; whoever reads it goes down one by one."""

Shape: TypeAlias = "str"
"""`array`, `object`, or anything else for one text."""

Members: TypeAlias = "dict[str, Pieces]"
Pieces: TypeAlias = "str | list[Pieces] | Members"
"""A value taken apart, its texts decoded."""

Decode: TypeAlias = "Callable[[str], str]"


class StyleError(ValueError):
    """Text that is not in its style; says what was expected."""


def undo_simple(text: str, shape: Shape, *, explode: bool, decode: Decode) -> Pieces:
    """Read `a,b` · `k,v,k,v` or, exploded, `k=v,k=v`: path and header parameters."""
    return _delimited(text, ",", shape, explode=explode, decode=decode)


def undo_label(text: str, shape: Shape, *, explode: bool, decode: Decode) -> Pieces:
    """Read `.a` · `.a,b` or, exploded, `.a.b` · `.k,v` or `.k=v.k=v`."""
    if not text.startswith("."):
        raise StyleError("a value in style label, which begins with `.`")
    rest = text[1:]
    delimiter = "." if explode or (shape in {"array", "object"} and "," not in rest) else ","
    return _delimited(rest, delimiter, shape, explode=explode, decode=decode)


def undo_matrix(text: str, name: str, shape: Shape, *, explode: bool, decode: Decode) -> Pieces:
    """Read `;n=a` · `;n=a,b` or, exploded, `;n=a;n=b` · `;n=k,v` or `;k=v;k=v`."""
    if not text.startswith(";"):
        raise StyleError(f"a value in style matrix, which begins with `;{name}`")
    pairs = [part.partition("=")[::2] for part in text[1:].split(";")]
    if explode and shape == "object":
        return {decode(key): decode(value) for key, value in pairs}
    values = [value for key, value in pairs if decode(key) == name]
    if len(values) != len(pairs):
        raise StyleError(f"a value in style matrix, which begins with `;{name}`")
    if explode and shape == "array":
        return [decode(value) for value in values]
    if len(values) != 1:
        raise StyleError(f"`{name}` once")
    return _delimited(values[0], ",", shape, explode=False, decode=decode)


def undo_form(
    parameter: Parameter, values: Sequence[str], shape: Shape, *, delimiters: Sequence[str] = (",",), decode: Decode
) -> Pieces:
    """Read `n=a` · `n=a&n=b` or, not exploded, `n=a,b` · `n=k,v`; other query styles have other delimiters."""
    if parameter.explode and shape == "array":
        return [decode(value) for value in values]
    if len(values) != 1:
        raise StyleError(f"`{parameter.name}` once, not {len(values)} times")
    text = values[0]
    if shape == "object" and delimiters == (",",) and "," not in text:
        # A name has a value beside it: a client that knows of no objects escaped what is between them.
        delimiters = (",", "%2C", "%2c")
    for other in delimiters[1:]:
        text = text.replace(other, delimiters[0])
    return _delimited(text, delimiters[0], shape, explode=False, decode=decode)


def undo_exploded_object(values: Mapping[str, Sequence[str]], *, decode: Decode) -> Members:
    """Read `k=v&k=v`: each member is a query parameter of its own; one that comes again is a list."""
    return {
        name: decode(texts[0]) if len(texts) == 1 else [decode(text) for text in texts]
        for name, texts in values.items()
    }


def undo_deep_object(name: str, values: Mapping[str, Sequence[str]], *, decode: Decode) -> Members | None:
    """Read `n[k]=v&n[k][l]=v`; None when no member is there."""
    members: Members = {}
    for key, texts in values.items():
        if key.startswith(name + "[") and key.endswith("]"):
            decoded: list[Pieces] = [decode(text) for text in texts]
            path = key[len(name) + 1 : -1].split("][")
            if len(path) > _DEEPEST:
                raise StyleError(f"an object of at most {_DEEPEST} levels")
            _place(members, path, decoded[0] if len(decoded) == 1 else decoded)
    return members or None


def _place(members: Members, path: Sequence[str], value: Pieces) -> None:
    *above, last = path
    for step in above:
        inner = members.setdefault(step, {})
        if not isinstance(inner, dict):
            raise StyleError(f"`[{step}]` either with a value or with members, not both")
        members = inner
    if last in members:
        raise StyleError(f"`[{last}]` either with a value or with members, not both")
    members[last] = value


def _delimited(text: str, delimiter: str, shape: Shape, *, explode: bool, decode: Decode) -> Pieces:
    if shape == "array":
        return [decode(piece) for piece in text.split(delimiter)] if text else []
    if shape != "object":
        return decode(text)
    pieces = text.split(delimiter) if text else []
    if explode:
        return {decode(key): decode(value) for key, _, value in (piece.partition("=") for piece in pieces)}
    if len(pieces) % 2:
        raise StyleError(f"names and values in turn, with `{delimiter}` between them")
    return {decode(key): decode(value) for key, value in zip(pieces[::2], pieces[1::2], strict=True)}
