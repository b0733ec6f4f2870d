"""ECMA-262 regular expressions read into a tree, as far as texts can be made from them.

Look-around and word boundaries are read over: a text that is made may break them, and the validator tells. Raises
GaveUp for what is not known at all (back-references, most Unicode properties).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from contractctl.synth.failures import GaveUp

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = "0123456789"
# What complements and dots are made of: printable ASCII, letters first.
ALPHABET: Final = _LETTERS + _LETTERS.upper() + _DIGITS + "-_ .,:;!?@#$%&*+=/()[]{}<>'\"\\^`|~"
_CLASSES: Final = {"d": _DIGITS, "w": _LETTERS + _LETTERS.upper() + _DIGITS + "_", "s": " \t\n\r"}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_PROPERTIES: Final = {
    "L": _LETTERS + _LETTERS.upper(),
    "Letter": _LETTERS + _LETTERS.upper(),
    "Lu": _LETTERS.upper(),
    "Ll": _LETTERS,
    "N": _DIGITS,
    "Nd": _DIGITS,
    "P": "-_.,:;!?",
    "Z": " ",
    "Zs": " ",
    "S": "+=<>$",
    "M": "\u0301",
    "Mn": "\u0301",
    "Alphabetic": _LETTERS + _LETTERS.upper(),
    "IsAlphabetic": _LETTERS + _LETTERS.upper(),
}
_REPEAT: Final = re.compile(r"\{(\d+)(,?)(\d*)\}")


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of `choices`, which is not empty."""

    choices: str


@dataclass(frozen=True, slots=True)
class Series:
    """Parts that follow each other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, at least `least` and at most `most` times (None: without end)."""

    part: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """The begin (`^`) or the end (`$`) of the text."""

    end: bool


Node: TypeAlias = Characters | Series | Choice | Repeat | Edge


def parse_pattern(pattern: str) -> Node:
    """Read an expression. Raise GaveUp for one that is malformed or beyond this reader."""
    reader = _Reader(pattern)
    node = reader.choice()
    if reader.more():
        raise GaveUp(f"the pattern {pattern!r} has an unexpected `{reader.peek()}`")
    return node


class _Reader:
    """A recursive descent over the text of one expression."""

    __slots__ = ("_at", "_pattern")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._pattern)

    def peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def take(self) -> str:
        if not self.more():
            raise self._unknown()
        self._at += 1
        return self._pattern[self._at - 1]

    def skip(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _unknown(self) -> GaveUp:
        return GaveUp(f"no text is made for the pattern {self._pattern!r}")

    def choice(self) -> Node:
        branches = [self._series()]
        while self.skip("|"):
            branches.append(self._series())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _series(self) -> Node:
        parts: list[Node] = []
        while self.more() and self.peek() not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _repeated(self, atom: Node) -> Node:
        least, most = 1, 1
        if self.skip("*"):
            bounds: tuple[int, int | None] = (0, None)
        elif self.skip("+"):
            bounds = (1, None)
        elif self.skip("?"):
            bounds = (0, 1)
        elif found := _REPEAT.match(self._pattern, self._at):
            self._at = found.end()
            least = int(found[1])
            most = int(found[3]) if found[3] else least
            bounds = (least, None if found[2] and not found[3] else most)
        else:
            return atom
        self.skip("?")
        if isinstance(atom, Edge):
            return Series(())
        return Repeat(atom, *bounds)

    def _atom(self) -> Node:
        character = self.take()
        match character:
            case "^" | "$":
                return Edge(end=character == "$")
            case "(":
                return self._group()
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case ".":
                return Characters(ALPHABET)
            case "*" | "+" | "?":
                raise self._unknown()
            case _:
                return Characters(character)

    def _group(self) -> Node:
        is_around = any(self.skip(opening) for opening in ("?=", "?!", "?<=", "?<!"))
        if not is_around and not self.skip("?:") and self.skip("?"):
            if not self.skip("<"):
                raise self._unknown()
            while self.take() != ">":
                pass
        node = self.choice()
        if not self.skip(")"):
            raise self._unknown()
        return Series(()) if is_around else node

    def _escape(self) -> Node:
        if self.skip("b") or self.skip("B"):
            return Series(())
        return Characters(self._escaped())

    def _escaped(self) -> str:
        """Read what follows a backslash: the characters that it stands for."""
        letter = self.take()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter.lower() in _CLASSES:
            return _others(_CLASSES[letter.lower()])
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in "xu":
            return self._code_point(2 if letter == "x" else 4)
        if letter in "pP":
            return self._property(negated=letter == "P")
        if letter.isalnum():
            raise self._unknown()
        return letter

    def _code_point(self, digits: int) -> str:
        if self.skip("{"):
            end = self._pattern.find("}", self._at)
            code, self._at = self._pattern[self._at : end], end + 1
        else:
            code = self._pattern[self._at : self._at + digits]
            self._at += digits
        try:
            return chr(int(code, 16))
        except (ValueError, OverflowError):
            raise self._unknown() from None

    def _property(self, *, negated: bool) -> str:
        found = re.compile(r"\{(?:\w+=)?(\w+)\}").match(self._pattern, self._at)
        if found is None or found[1] not in _PROPERTIES:
            raise self._unknown()
        self._at = found.end()
        return _others(_PROPERTIES[found[1]]) if negated else _PROPERTIES[found[1]]

    def _class(self) -> Node:
        negated = self.skip("^")
        choices: list[str] = []
        while not self.skip("]"):
            low = self._member()
            if len(low) == 1 and self.peek() == "-" and self._pattern[self._at + 1 : self._at + 2] != "]":
                self.take()
                high = self._member()
                choices.append(_between(low, high) if len(high) == 1 else f"{low}-{high}")
            else:
                choices.append(low)
        found = "".join(dict.fromkeys("".join(choices)))
        found = _others(found) if negated else found
        if not found:
            raise self._unknown()
        return Characters(found)

    def _member(self) -> str:
        character = self.take()
        if character != "\\":
            return character
        if self.skip("b"):
            return "\b"
        return self._escaped()


def _between(low: str, high: str) -> str:
    # Long ranges of ideographs say nothing more than their beginning.
    last = min(ord(high), ord(low) + 255)
    return "".join(map(chr, range(ord(low), last + 1)))


def _others(excluded: str) -> str:
    return "".join(character for character in ALPHABET if character not in excluded) or "".join(
        character for character in map(chr, range(0xA1, 0x250)) if character not in excluded
    )
