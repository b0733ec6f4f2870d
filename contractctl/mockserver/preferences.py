"""What a client prefers of an answer: `Prefer` (RFC 7240), the query's `__code` and the like, `x-mock-response-…`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from contractctl.mockserver.queries import decode_query, parse_query
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import Request

MARK = "__"
"""What a preference's name begins with in a query."""
_MARK: Final = MARK.encode()

SHAPES = ("min", "max", "null", "edge")
LONGEST_WAIT = 60
MOST_ITEMS = 1000

_HEADERS = (b"prefer", b"x-mock-response-code", b"x-mock-response-name")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
# One preference with its parameters, up to the next comma that no quotes hold.
_ITEM = re.compile(rf"(?:{_QUOTED}|[^,\"]|\")+")
_PREFERENCE = re.compile(rf"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:{_QUOTED}|([^;\"]*)))?\s*(?:;|$)")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LONGEST_NUMBER = 18
_LONGEST_PREFER = 2048
_LONGEST_REMEMBERED = 256


class UnreadablePreference(ValueError):
    """A preference whose value makes no sense; says which."""


@record
class Preference:
    """What a client asks for; None and empty where it does not. `wait` is in seconds, at most a minute."""

    code: int | None = None
    example: str = ""
    media: str = ""
    dynamic: bool | None = None
    seed: int | None = None
    items: int | None = None
    shape: str = ""
    wait: float | None = None

    @property
    def synthesises(self) -> bool:
        """Tell whether only a value that is made while serving can be meant."""
        return self.dynamic is True or self.items is not None or bool(self.shape)

    def words(self) -> Iterator[str]:
        """Yield the names of what is asked for."""
        for name in _READERS:
            if getattr(self, name) not in {None, ""}:
                yield name

    def applied(self, *, synthesised: bool) -> str:
        """Return the value of Preference-Applied; what asks of a value is honoured where it was `synthesised`."""
        made = (("dynamic", self.dynamic), ("seed", self.seed), ("items", self.items), ("shape", self.shape or None))
        told = [
            ("code", self.code),
            ("example", self.example or None),
            ("media", self.media or None),
            *(made if synthesised else (("dynamic", False if self.dynamic is False else None),)),
            ("wait", self.wait),
        ]
        return ", ".join(f"{name}={_word(value)}" for name, value in told if value is not None)


NO_PREFERENCE = Preference()


def may_prefer(request: Request) -> bool:
    """Tell at a glance whether a request may prefer anything."""
    headers = request.headers
    return (
        _MARK in request.target
        or b"prefer" in headers
        or b"x-mock-response-code" in headers
        or b"x-mock-response-name" in headers
    )


def read_preference(request: Request) -> Preference:
    """Read what a request prefers, the headers' words over those of the query; what is not known is passed over.

    Raise UnreadablePreference for a value that cannot be meant, BadTarget for a query that cannot be read.
    """
    if not may_prefer(request):
        return NO_PREFERENCE
    prefer, code, name = (request.headers.get(header, b"") for header in _HEADERS)
    query = request.query if MARK in request.query else ""
    # Longer ones prefer nothing that is known here, and reading quotes takes time that grows with their square.
    told = (prefer[:_LONGEST_PREFER], code, name, query)
    return _remembered(*told) if sum(map(len, told)) <= _LONGEST_REMEMBERED else _read(*told)


def _read(prefer: bytes, code: bytes, name: bytes, query: str) -> Preference:
    asked = _from_query(query)
    asked |= {word: text for word, value in (("code", code), ("example", name)) if (text := _text_of(value))}
    # The first of a preference that is given twice counts (RFC 7240 §2).
    asked |= dict(reversed(list(_preferences(_text_of(prefer)))))
    if not asked:
        return NO_PREFERENCE
    chosen = Preference(**{name: _READERS[name](value) for name, value in asked.items()})
    if chosen.example and chosen.synthesises:
        raise UnreadablePreference(f"example={chosen.example} names an example, and the other preferences none at all")
    return chosen


_remembered = lru_cache(maxsize=1024)(_read)


def _from_query(query: str) -> dict[str, str]:
    if not query:
        return {}
    values = parse_query(query)
    return {name: decode_query(values[MARK + name][0]) for name in _READERS if MARK + name in values}


def _text_of(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()


def _preferences(header: str) -> Iterator[tuple[str, str]]:
    """Yield the known preferences; parameters after a `;` belong to the one before them and say nothing here."""
    for item in _ITEM.finditer(header):
        found = _PREFERENCE.match(item.group())
        if found is None or (name := found.group(1).lower()) not in _READERS:
            continue
        _, quoted, plain = found.groups()
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (plain or "").strip()
        # An empty value is the same as none (RFC 7240 §2). `wait` alone belongs to other APIs.
        if value or name != "wait":
            yield name, value


def _code(text: str) -> int:
    if len(text) == 3 and text.isascii() and text.isdigit() and "200" <= text <= "599":
        return int(text)
    raise UnreadablePreference(f"code={text} is not a status that can be sent: 200 to 599")


def _text(text: str) -> str:
    return text


def _media(text: str) -> str:
    if "/" in text and text.isascii() and text.isprintable():
        return text
    raise UnreadablePreference(f"media={text} is not a media type")


def _switch(text: str) -> bool:
    if text.lower() in {"", "true"}:
        return True
    if text.lower() == "false":
        return False
    raise UnreadablePreference(f"dynamic={text} is neither true nor false")


def _seed(text: str) -> int:
    if re.fullmatch(rf"[+-]?[0-9]{{1,{_LONGEST_NUMBER}}}", text):
        return int(text)
    raise UnreadablePreference(f"seed={text} is not a whole number of at most {_LONGEST_NUMBER} digits")


def _items(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= MOST_ITEMS:
        return int(text)
    raise UnreadablePreference(f"items={text} is not a number of items: 0 to {MOST_ITEMS}")


def _shape(text: str) -> str:
    if text.lower() in SHAPES:
        return text.lower()
    raise UnreadablePreference(f"shape={text} is none of {', '.join(SHAPES)}")


def _wait(text: str) -> float:
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return min(float(text), float(LONGEST_WAIT))
    raise UnreadablePreference(f"wait={text} is not a number of seconds")


_READERS: Mapping[str, Callable[[str], Any]] = {
    "code": _code,
    "example": _text,
    "media": _media,
    "dynamic": _switch,
    "seed": _seed,
    "items": _items,
    "shape": _shape,
    "wait": _wait,
}


def _word(value: object) -> str:
    """Write a value as RFC 7240 has it: a token where it is one, else in quotes; 2.0 seconds are 2."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if _TOKEN.fullmatch(text) else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
