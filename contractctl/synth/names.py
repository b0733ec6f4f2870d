"""What a member's name says about its value: `email` looks like one, `price` has cents, `created_at` comes first.

Everything is picked by one number, so that the members of an object fit each other: Ada has Ada's address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from contractctl.synth.vocabulary import FIRST, LAST, NUMBERS, PAIRS, WORDS

FIRST_DAY: Final = date(2024, 1, 15).toordinal()
FIRST_SECOND: Final = 1_705_311_000
"""2024-01-15T09:30:00Z."""

_DAYS: Final = 730
"""So many days a moment varies: what has happened has not happened in fifty years."""
_SECONDS_A_DAY: Final = 86_400
_FORMAT_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("email", "mail"), "email"),
    **dict.fromkeys(("url", "uri", "href", "link", "website", "homepage", "endpoint", "webhook"), "uri"),
    **dict.fromkeys(("uuid", "guid"), "uuid"),
    **dict.fromkeys(("date", "birthday", "birthdate", "dob"), "date"),
    **dict.fromkeys(("timestamp", "datetime", "at"), "date-time"),
    **dict.fromkeys(("created", "updated", "modified", "expires"), "date-time"),
}
_FORMAT_OF_PAIR: Final[Mapping[str, str]] = {"email address": "email", "ip address": "ipv4"}
_LATER: Final = frozenset(
    ("updated", "modified", "changed", "end", "ends", "ended", "until", "expires", "expiry", "to", "due", "finish")
)
_LATEST: Final = frozenset(("deleted", "closed", "completed", "finished", "expires", "expiry", "archived"))
_GREATER: Final = frozenset(("end", "until", "max", "maximum", "upper", "stop", "to", "highest"))
_MOMENTS: Final = frozenset(("at", "timestamp", "created", "updated", "modified", "expires", "expiry"))
_BORN: Final = frozenset(("birth", "birthday", "birthdate", "born", "dob"))
_YEARS_OF_AGE: Final = 34 * 365
_NO_PLURALS: Final = ("ss", "us", "is")
_ALONE: Final = frozenset(("at",))
_GIVEN: Final = frozenset(("firstname", "forename", "givenname"))
_FAMILY: Final = frozenset(("lastname", "surname", "familyname"))
_WHOLE: Final = frozenset((("name",), ("full", "name"), ("display", "name"), ("fullname",), ("author",), ("owner",)))
_NUMERIC: Final = frozenset(("price", "amount", "cost", "fee", "total", "latitude", "lat", "longitude", "lng", "lon"))
_COUNTED: Final = frozenset(("id", "number", "no", "ref", "reference"))


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Split `createdAt`, `created_at` and `Created-At` into lower-case words."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name))


def named_text(name: str, pick: int) -> str:
    """Return a text that fits a member of this name; `pick` chooses among several."""
    return text_writer(name)(pick)


@lru_cache(maxsize=4096)
def text_writer(name: str) -> Callable[[int], str]:
    """Return what writes the texts of a member of this name, by a number from 0."""
    parts = words(name)
    last, before = parts[-1] if parts else "", parts[-2] if len(parts) > 1 else ""
    if last in _GIVEN or (last == "name" and before in {"first", "given"}):
        return first_name
    if last in _FAMILY or (last == "name" and before in {"last", "family", "sur"}):
        return last_name
    choices = PAIRS.get((before, last)) or WORDS.get(before if last == "name" else last)
    if choices:
        return lambda pick: choices[pick % len(choices)]
    if last in {"username", "login", "nickname"} or (before, last) in {("user", "name"), ("login", "name")}:
        return login
    if parts in _WHOLE:
        return lambda pick: f"{first_name(pick)} {last_name(pick)}"
    if last in _COUNTED:
        return lambda pick: str(pick + 1)
    if last in _NUMERIC:
        return lambda pick: _decimal(NUMBERS[last].at(pick))
    label = " ".join(parts)
    return lambda pick: label if label and not pick else f"{label or 'text'} {pick + 1}"


def first_name(pick: int) -> str:
    """Return the given name of the person that is picked."""
    return FIRST[pick % len(FIRST)]


def last_name(pick: int) -> str:
    """Return the family name of the person that is picked; a hundred persons have names of their own."""
    return LAST[(pick + pick // len(FIRST)) % len(LAST)]


def login(pick: int) -> str:
    """Return the name that the person signs in with."""
    first = first_name(pick).lower()
    return first if pick < len(FIRST) else f"{first}{pick // len(FIRST) + 1}"


def singular(name: str) -> str:
    """Return the name of one item of an array of this name: `tag` for `tags`, `category` for `categories`."""
    lower = name.lower()
    if lower.endswith("ies") and len(name) > 4:
        return f"{name[:-3]}y"
    if lower.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if lower.endswith("s") and not lower.endswith(_NO_PLURALS) and len(name) > 2 else name


def implied_format(name: str) -> str:
    """Return the format that a name implies (`email` for `contactEmail`), or an empty text."""
    parts = words(name)
    if not parts or (len(parts) == 1 and parts[0] in _ALONE):
        return ""
    return _FORMAT_OF_PAIR.get(" ".join(parts[-2:])) or _FORMAT_OF.get(parts[-1], "")


def named_number(name: str, ordinal: int) -> Fraction:
    """Return the number that fits a member of this name; identifiers count up with `ordinal`, which starts at 1."""
    parts = words(name)
    last = parts[-1] if parts else ""
    if "page" in parts and last in {"size", "limit"}:
        return Fraction(25)
    if last in _MOMENTS:
        return Fraction(FIRST_SECOND + days_after(name, ordinal) * _SECONDS_A_DAY)
    if last in NUMBERS:
        return NUMBERS[last].at(ordinal - 1)
    return Fraction(ordinal + 10 if _GREATER & set(parts) else ordinal)


def is_counted(name: str) -> bool:
    """Tell whether a number of this name is the ordinal itself, or a constant off it."""
    parts = words(name)
    return not parts or (parts[-1] not in NUMBERS and parts[-1] not in _MOMENTS and "page" not in parts)


def days_after(name: str, ordinal: int) -> int:
    """Return how many days after the first one a moment of this name is: creation before update before deletion."""
    parts = set(words(name))
    if parts & _BORN:
        return (ordinal - 1) % 365 - _YEARS_OF_AGE
    return (ordinal - 1) % _DAYS + (30 if parts & _LATER else 0) + (30 if parts & _LATEST else 0)


def day_writer(name: str) -> Callable[[int], str]:
    """Return what writes the dates (`2024-01-15`) that fit a member of this name, by a number from 0."""
    later = days_after(name, 1)
    if later < 0:
        return lambda pick: date.fromordinal(FIRST_DAY + later + pick % 365).isoformat()
    return lambda pick: date.fromordinal(FIRST_DAY + later + pick % _DAYS).isoformat()


def _decimal(value: Fraction) -> str:
    return f"{float(value):.2f}"
