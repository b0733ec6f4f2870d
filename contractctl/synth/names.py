"""What a member's name says about its value: `email` looks like one, `price` has cents, `created_at` comes first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final

EPOCH: Final = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)

_FIRST: Final = ("Ada", "Grace", "Alan", "Katherine", "Edsger", "Barbara", "Donald", "Radia", "Tim", "Margaret")
_LAST: Final = (
    "Lovelace", "Hopper", "Turing", "Johnson", "Dijkstra", "Liskov", "Knuth", "Perlman", "Berners", "Hamilton",
)  # fmt: skip
_CITIES: Final = ("Berlin", "Lisbon", "Oslo", "Vienna", "Dublin", "Prague", "Porto", "Turin", "Ghent", "Graz")
_STREETS: Final = ("1 Main Street", "22 Park Lane", "7 Mill Road", "14 Station Road", "3 Church Street")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "city": _CITIES,
    "town": _CITIES,
    "street": _STREETS,
    "address": _STREETS,
    "country": ("DE", "PT", "NO", "AT", "IE"),
    "currency": ("EUR", "USD", "GBP"),
    "language": ("en", "de", "pt"),
    "locale": ("en-GB", "de-DE", "pt-PT"),
    "lang": ("en", "de", "pt"),
    "timezone": ("Europe/Berlin", "Europe/Lisbon"),
    "color": ("green", "blue", "red"),
    "colour": ("green", "blue", "red"),
    "status": ("active", "pending", "closed"),
    "state": ("active", "pending", "closed"),
    "company": ("Acme Ltd", "Globex", "Initech"),
    "organization": ("Acme Ltd", "Globex", "Initech"),
    "title": ("First title", "Second title", "Third title"),
    "description": ("A short description", "Another description", "One more description"),
    "summary": ("A short summary", "Another summary"),
    "message": ("All is well", "Done", "Please try again"),
    "comment": ("Looks good", "Please check"),
    "phone": ("+49 30 901820", "+351 21 0001234", "+47 22 000000"),
    "mobile": ("+49 151 00000001", "+351 91 0000002"),
    "fax": ("+49 30 901821", "+351 21 0001235"),
    "zip": ("10115", "1100-148", "0150"),
    "postcode": ("10115", "1100-148", "0150"),
    "version": ("1.0.0", "1.1.0", "2.0.0"),
    "username": ("ada", "grace", "alan"),
    "login": ("ada", "grace", "alan"),
    "key": ("key-1", "key-2", "key-3"),
    "code": ("A100", "B200", "C300"),
    "type": ("standard", "basic", "extended"),
    "gender": ("female", "male", "diverse"),
    "ip": ("192.0.2.10", "192.0.2.11"),
    "host": ("www.example.com", "api.example.com"),
    "domain": ("example.com", "example.org"),
    "filename": ("report.pdf", "notes.txt"),
    "path": ("/a", "/b"),
    "hash": ("9f86d081884c7d65", "60303ae22b998861"),
}
_FORMAT_OF: Final[dict[str, str]] = {
    "email": "email",
    "mail": "email",
    "url": "uri",
    "uri": "uri",
    "href": "uri",
    "link": "uri",
    "uuid": "uuid",
    "guid": "uuid",
    "date": "date",
    "timestamp": "date-time",
    "datetime": "date-time",
    "at": "date-time",
}
_LATER: Final = frozenset(
    ("updated", "modified", "changed", "end", "ends", "ended", "until", "expires", "expiry", "to")
)
_LATEST: Final = frozenset(("deleted", "closed", "completed", "finished", "expires", "expiry"))
_NUMBERS: Final[dict[str, Fraction]] = {
    "price": Fraction("9.99"),
    "amount": Fraction("49.90"),
    "cost": Fraction("9.99"),
    "fee": Fraction("1.50"),
    "rate": Fraction("0.25"),
    "ratio": Fraction("0.5"),
    "percent": Fraction(50),
    "percentage": Fraction(50),
    "latitude": Fraction("52.52"),
    "lat": Fraction("52.52"),
    "longitude": Fraction("13.4"),
    "lng": Fraction("13.4"),
    "lon": Fraction("13.4"),
    "age": Fraction(34),
    "year": Fraction(2024),
    "month": Fraction(6),
    "day": Fraction(15),
    "port": Fraction(8080),
    "width": Fraction(640),
    "height": Fraction(480),
    "size": Fraction(1024),
    "weight": Fraction("12.5"),
    "timestamp": Fraction(int(EPOCH.timestamp())),
    "page": Fraction(1),
}


def words(name: str) -> tuple[str, ...]:
    """Split `createdAt`, `created_at` and `Created-At` into lower-case words."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name))


def named_text(name: str, pick: int) -> str:
    """Return a text that fits a member of this name; `pick` chooses among several."""
    parts = words(name)
    first, last = _FIRST[pick % len(_FIRST)], _LAST[pick % len(_LAST)]
    if parts[-1:] == ("name",) and len(parts) > 1 and parts[-2] in {"first", "given"}:
        return first
    if parts[-1:] == ("name",) and len(parts) > 1 and parts[-2] in {"last", "family", "sur"}:
        return last
    if parts and parts[-1] in {"id", "number", "no"}:
        return str(pick + 1)
    if parts and parts[-1] in _WORDS:
        choices = _WORDS[parts[-1]]
        return choices[pick % len(choices)]
    if parts in {("name",), ("full", "name"), ("display", "name")}:
        return f"{first} {last}"
    return " ".join(parts) if parts and not pick else f"{' '.join(parts) or 'text'} {pick + 1}"


def implied_format(name: str) -> str:
    """Return the format that a name implies (`email` for `contactEmail`), or an empty text."""
    parts = words(name)
    if not parts or (parts[-1] == "at" and len(parts) == 1):
        return ""
    return _FORMAT_OF.get(parts[-1], "")


def named_number(name: str, ordinal: int) -> Fraction:
    """Return the number that fits a member of this name; identifiers count up with `ordinal`, which starts at 1."""
    parts = words(name)
    if "page" in parts and parts[-1] in {"size", "limit"}:
        return Fraction(25)
    if parts and parts[-1] in _NUMBERS:
        return _NUMBERS[parts[-1]]
    return Fraction(ordinal)


def moment(name: str, ordinal: int) -> datetime:
    """Return a date that fits a member of this name: creation before update before deletion."""
    parts = set(words(name))
    days = (ordinal - 1) + (30 if parts & _LATER else 0) + (30 if parts & _LATEST else 0)
    return EPOCH + timedelta(days=days % 10_000)
