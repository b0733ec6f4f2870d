"""What libyaml misreads in a text, hidden from it under characters that it takes as they are.

libyaml reads YAML 1.1: it ends lines at U+0085, U+2028 and U+2029, which YAML 1.2 does not (1.2.2 §5.4), and refuses
characters that 1.2 has in quotes for the sake of JSON (§5.1), as well as JSON's way to write a character beyond U+FFFF
as two escapes (RFC 8259 §7). Every stand-in is as long as what it stands for, so that offsets stay true.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.source.faults import FatalFault

_PLAIN_ASCII = bytes([9, 10, 13, *range(0x20, 0x7F)])
_FORBIDDEN = pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MISREAD = pattern(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PAIR = pattern(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
_WRITTEN_OUT = pattern(r"\\U([0-9a-fA-F]{8})")
_PRIVATE = range(0x10_0000, 0x10_FFFE)
_PAIR_LENGTH = len(r"\ud83d\ude00")


@dataclass(frozen=True, slots=True)
class Disguise:
    """A text for libyaml's eyes, and how to read its scalars back.

    `filler` follows each character that stands for a pair of escapes; `pairs` are those as written, `offsets` where.
    """

    text: str
    originals: dict[int, str]
    filler: str
    pairs: list[str]
    offsets: list[int]

    def reveal(self, value: str, style: str, start: int) -> str:
        """Return the scalar that begins at `start` as it would be without the disguise."""
        if self.filler in value:
            value = self._with_pairs(value, style, start)
        return value.translate(self.originals)

    def _with_pairs(self, value: str, style: str, start: int) -> str:
        """Two escapes are one character in double quotes, and everywhere else they are twelve."""
        if style == '"':
            return value.replace(self.filler, "")
        pairs = iter(self.pairs[bisect_left(self.offsets, start) :])
        return re.sub(f".{self.filler}+", lambda _: next(pairs), value, flags=re.DOTALL)


def disguise(text: str) -> Disguise | None:
    """Return the text with stand-ins, or None where it needs none. Raise FatalFault for a control character."""
    # Without what is common the rest is short: the search costs a tenth of one through the whole text.
    rest = text.encode().translate(None, _PLAIN_ASCII).decode()
    if _FORBIDDEN.search(rest):
        found = _FORBIDDEN.search(text)
        assert found is not None
        message, hint = "not YAML: control characters are not allowed", "remove the control character"
        raise FatalFault("yaml-syntax", message, hint, found.start(), found.end())
    misread = sorted(set(_MISREAD.findall(rest)))
    pairs = list(_PAIR.finditer(text)) if "\\u" in text else []
    return _disguised(text, misread, pairs) if misread or pairs else None


def _disguised(text: str, misread: list[str], pairs: list[re.Match[str]]) -> Disguise:
    filler, *stand_ins = _unused(text, 1 + len(misread))
    hidden = text.translate({ord(one): other for one, other in zip(misread, stand_ins, strict=True)})
    if pairs:
        hidden = _PAIR.sub(lambda found: found[1] + _character(found[2]) + filler * (_PAIR_LENGTH - 1), hidden)
    originals = {ord(other): one for one, other in zip(misread, stand_ins, strict=True)}
    return Disguise(hidden, originals, filler, [found[2] for found in pairs], [found.start(2) for found in pairs])


def _character(pair: str) -> str:
    """Return the character of two escapes (RFC 2781 §2.2)."""
    high, low = int(pair[2:6], 16), int(pair[8:], 16)
    return chr(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _unused(text: str, count: int) -> Iterable[str]:
    """Return private-use characters that the text neither holds nor writes as an escape."""
    used = set(text)
    used.update(chr(code) for code in (int(digits, 16) for digits in _WRITTEN_OUT.findall(text)) if code in _PRIVATE)
    free = (chr(code) for code in _PRIVATE if chr(code) not in used)
    return [next(free) for _ in range(count)]
