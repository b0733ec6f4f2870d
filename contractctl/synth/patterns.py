r"""ECMA-262 regular expressions read into a tree, as far as texts can be made from them.

Unicode properties are read by a few of their characters, a back-reference as the group that it repeats, and what other
dialects add (`(?i)`, `\A`) as far as the validator takes it: a text that is made may break them, and the validator
tells. Raises GaveUp for what is not known at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

from contractctl.synth.characters import DIGITS, EVERY, SPACES, WORDS, Ranges, others, single, union
from contractctl.synth.failures import GaveUp
from contractctl.synth.matching import matches

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = "0123456789"
# What complements and dots are made of: printable ASCII, letters first.
ALPHABET: Final = _LETTERS + _LETTERS.upper() + _DIGITS + "-_ .,:;!?@#$%&*+=/()[]{}<>'\"\\^`|~"
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_MOST_OF_PROPERTY: Final = 64
_REPEAT: Final = re.compile(r"\{(\d+)(,?)(\d*)\}")
_PROPERTY: Final = re.compile(r"\{\^?[\w=:&. -]+\}|[A-Z]")
_FLAGS: Final = re.compile(r"\?[ism]*-?[ism]*(:|\))")
_NUMBER: Final = re.compile(r"[1-9]\d*")
_NAME: Final = re.compile(r"P?<(\w+)>")
_AROUND: Final = {"?=": (True, False), "?!": (True, True), "?<=": (False, False), "?<!": (False, True)}


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of `choices`, which is not empty; `ranges` are all that there are, which may be many more."""

    choices: str
    ranges: Ranges


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


@dataclass(frozen=True, slots=True)
class Look:
    """What the text goes on with (`ahead`) or ended with so far; with `negated`, what it does not."""

    node: Node
    ahead: bool
    negated: bool


_CLASSES: Final = {
    "d": Characters(_DIGITS, DIGITS),
    "w": Characters(_LETTERS + _LETTERS.upper() + _DIGITS + "_", WORDS),
    "s": Characters(" \t\n\r", SPACES),
}
Node: TypeAlias = Characters | Series | Choice | Repeat | Edge | Look


@dataclass(frozen=True, slots=True)
class Pattern:
    """An expression that was read. `regular` tells that `node` says all of it, and the validator reads it the same."""

    node: Node
    regular: bool


@lru_cache(maxsize=1024)
def parse_pattern(pattern: str) -> Pattern:
    """Read an expression. Raise GaveUp for one that is malformed or beyond this reader."""
    reader = _Reader(pattern)
    node = reader.choice()
    if reader.more():
        raise GaveUp(f"the pattern {pattern!r} has an unexpected `{reader.peek()}`")
    return Pattern(node, reader.regular)


class _Reader:
    """A recursive descent over the text of one expression."""

    __slots__ = ("_at", "_groups", "_names", "_pattern", "regular")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._groups: list[Node] = []
        self._names: dict[str, int] = {}
        self.regular = True

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
        if not self.skip("?") and self.skip("+"):
            self.regular = False
        if isinstance(atom, (Edge, Look)):
            self.regular = False
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
                return Characters(ALPHABET, others(single("\n")))
            case "*" | "+" | "?":
                raise self._unknown()
            case _:
                # What looks like a repetition that is none is read one way here and another there.
                self.regular = self.regular and character != "{"
                return Characters(character, single(character))

    def _group(self) -> Node:
        around = next((found for opening, found in _AROUND.items() if self.skip(opening)), None)
        if around is not None:
            return Look(self._closed(), *around)
        if self.skip("?:"):
            return self._closed()
        if self.peek() == "?" and (flags := _FLAGS.match(self._pattern, self._at)):
            self._at = flags.end()
            self.regular = False
            return self._closed() if flags[1] == ":" else Series(())
        if self.skip("?"):
            name = _NAME.match(self._pattern, self._at)
            if name is None:
                raise self._unknown()
            self._at = name.end()
            self._names[name[1]] = len(self._groups)
        number = len(self._groups)
        self._groups.append(Series(()))
        self._groups[number] = self._closed()
        return self._groups[number]

    def _closed(self) -> Node:
        node = self.choice()
        if not self.skip(")"):
            raise self._unknown()
        return node

    def _escape(self) -> Node:
        if self.peek() in ("b", "B"):
            # For ECMA-262 a word is ASCII; the validator finds letters of all scripts in one.
            self.regular = False
            return _boundary(negated=self.take() == "B")
        if self.peek() in ("A", "z"):
            self.regular = False
            return Edge(end=self.take() == "z")
        if self.skip("k"):
            name = _NAME.match(self._pattern, self._at)
            if name is None or name[1] not in self._names:
                raise self._unknown()
            return self._again(self._names[name[1]], name.end())
        if number := _NUMBER.match(self._pattern, self._at):
            return self._again(int(number[0]) - 1, number.end())
        return self._escaped()

    def _again(self, group: int, after: int) -> Node:
        """Read a reference back to a group as what the group holds."""
        if group >= len(self._groups):
            raise self._unknown()
        self._at = after
        self.regular = False
        return self._groups[group]

    def _escaped(self) -> Characters:
        """Read what follows a backslash: the characters that it stands for."""
        letter = self.take()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter.lower() in _CLASSES:
            return _complement(_CLASSES[letter.lower()])
        if letter in _CONTROLS:
            return _character(_CONTROLS[letter])
        if letter == "c" and self.peek().isalpha():
            return _character(chr(ord(self.take()) % 32))
        if letter in "xu":
            return _character(self._code_point(2 if letter == "x" else 4))
        if letter in "pP":
            self.regular = False
            return self._property(letter)
        if letter.isalnum():
            raise self._unknown()
        return _character(letter)

    def _code_point(self, digits: int) -> str:
        if self.skip("{"):
            end = self._pattern.find("}", self._at)
            code, self._at = self._pattern[self._at : end], end + 1
        else:
            code = self._pattern[self._at : self._at + digits]
            self._at += digits
        try:
            character = chr(int(code, 16))
        except (ValueError, OverflowError):
            raise self._unknown() from None
        # Half of a pair stands for no character that a text could hold.
        if "\ud800" <= character <= "\udfff":
            raise self._unknown()
        return character

    def _property(self, letter: str) -> Characters:
        found = _PROPERTY.match(self._pattern, self._at)
        if found is None:
            raise self._unknown()
        self._at = found.end()
        choices = _of_property(f"\\{letter}{found[0]}")
        if not choices:
            raise self._unknown()
        return Characters(choices, single(choices))

    def _class(self) -> Node:
        negated = self.skip("^")
        choices: list[Characters] = []
        while not self.skip("]"):
            low = self._member()
            if len(low.choices) == 1 and self.peek() == "-" and self._pattern[self._at + 1 : self._at + 2] != "]":
                self.take()
                choices.append(_between(low, self._member()))
            else:
                choices.append(low)
        found = _either(choices)
        found = _complement(found) if negated else found
        if not found.choices:
            raise self._unknown()
        return found

    def _member(self) -> Characters:
        character = self.take()
        if character != "\\":
            return _character(character)
        if self.skip("b"):
            return _character("\b")
        return self._escaped()


@lru_cache(maxsize=256)
def _of_property(escape: str) -> str:
    """Return some characters that a Unicode property has, as the validator knows it; none for one that it does not."""
    for usual in (ALPHABET, map(chr, range(0xA1, 0x250))):
        found = "".join(one for one in usual if matches(one, pattern=f"^{escape}$"))
        if found:
            return found
    later = (chr(code) for first, last in EVERY for code in range(first, min(last + 1, 0x10000)))
    return "".join(islice((one for one in later if matches(one, pattern=f"^{escape}$")), _MOST_OF_PROPERTY))


def _boundary(*, negated: bool) -> Node:
    r"""Return what `\b` stands for: on one side a character of a word, on the other one that is none, or no more."""
    within, without = ((True, True), (False, False)) if negated else ((True, False), (False, True))
    word = _CLASSES["w"]
    return Choice(
        tuple(
            Series((Look(word, ahead=False, negated=not before), Look(word, ahead=True, negated=not after)))
            for before, after in (within, without)
        )
    )


def _character(character: str) -> Characters:
    return Characters(character, single(character))


def _either(several: Sequence[Characters]) -> Characters:
    choices = "".join(dict.fromkeys("".join(one.choices for one in several)))
    return Characters(choices, union(part for one in several for part in one.ranges))


def _between(low: Characters, high: Characters) -> Characters:
    if len(high.choices) != 1:
        return _either((low, _character("-"), high))
    first, end = ord(low.choices), ord(high.choices)
    # Long ranges of ideographs say nothing more than their beginning.
    choices = "".join(map(chr, range(first, min(end, first + 255) + 1)))
    return Characters(choices, ((first, end),) if first <= end else ())


def _complement(excluded: Characters) -> Characters:
    choices = "".join(character for character in ALPHABET if character not in excluded.choices) or "".join(
        character for character in map(chr, range(0xA1, 0x250)) if character not in excluded.choices
    )
    return Characters(choices, others(excluded.ranges))
