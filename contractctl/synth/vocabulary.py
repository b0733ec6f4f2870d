"""The words and numbers that values are made of: names of persons and places, prices, hosts that nobody owns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

FIRST: Final = ("Ada", "Grace", "Alan", "Katherine", "Edsger", "Barbara", "Donald", "Radia", "Tim", "Margaret")
LAST: Final = (
    "Lovelace", "Hopper", "Turing", "Johnson", "Dijkstra", "Liskov", "Knuth", "Perlman", "Berners", "Hamilton",
)  # fmt: skip

_CITIES: Final = ("Berlin", "Lisbon", "Oslo", "Vienna", "Dublin", "Prague", "Porto", "Turin", "Ghent", "Graz")
_COUNTRIES: Final = ("DE", "PT", "NO", "AT", "IE")
_CURRENCIES: Final = ("EUR", "USD", "GBP")
_STREETS: Final = ("1 Main Street", "22 Park Lane", "7 Mill Road", "14 Station Road", "3 Church Street")
_ZIPS: Final = ("10115", "1100-148", "0150", "1010", "D02 AF30")
_PHONES: Final = ("+49 30 901820", "+351 21 0001234", "+47 22 000000")
_MOBILES: Final = ("+49 151 00000001", "+351 91 0000002", "+47 900 00 003")
_LANGUAGES: Final = ("en", "de", "pt")
_COMPANIES: Final = ("Acme Ltd", "Globex", "Initech")
_MEDIA_TYPES: Final = ("application/json", "text/plain", "image/png")
_HOSTS: Final = ("www.example.com", "api.example.com")
_FILES: Final = ("report.pdf", "notes.txt")
_ADDRESSES: Final = ("192.0.2.10", "192.0.2.11")
_IMAGES: Final = ("https://example.com/images/1.png", "https://example.com/images/2.png")

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("city", "town", "cities"), _CITIES),
    **dict.fromkeys(("street", "address", "address1", "line1"), _STREETS),
    **dict.fromkeys(("country", "countries", "nationality"), _COUNTRIES),
    **dict.fromkeys(("currency", "currencies"), _CURRENCIES),
    **dict.fromkeys(("language", "lang", "languages"), _LANGUAGES),
    **dict.fromkeys(("locale", "locales"), ("en-GB", "de-DE", "pt-PT")),
    **dict.fromkeys(("timezone", "tz"), ("Europe/Berlin", "Europe/Lisbon")),
    **dict.fromkeys(("color", "colour", "colors", "colours"), ("green", "blue", "red")),
    **dict.fromkeys(("status", "state"), ("active", "pending", "closed")),
    **dict.fromkeys(("company", "organization", "organisation", "employer"), _COMPANIES),
    **dict.fromkeys(("phone", "telephone", "tel"), _PHONES),
    **dict.fromkeys(("mobile", "cell", "cellphone"), _MOBILES),
    **dict.fromkeys(("zip", "postcode", "zipcode"), _ZIPS),
    **dict.fromkeys(("host", "hostname"), _HOSTS),
    **dict.fromkeys(("filename", "file"), _FILES),
    **dict.fromkeys(("ip", "ipaddress"), _ADDRESSES),
    **dict.fromkeys(("mimetype", "mime"), _MEDIA_TYPES),
    **dict.fromkeys(("avatar", "photo", "picture", "thumbnail"), _IMAGES),
    **dict.fromkeys(
        ("sha", "sha1"), ("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    ),
    "title": ("First title", "Second title", "Third title"),
    "description": ("A short description", "Another description", "One more description"),
    "summary": ("A short summary", "Another summary"),
    "message": ("All is well", "Done", "Please try again"),
    "comment": ("Looks good", "Please check"),
    "fax": ("+49 30 901821", "+351 21 0001235"),
    "region": ("Europe", "North America", "Asia"),
    "version": ("1.0.0", "1.1.0", "2.0.0"),
    "key": ("key-1", "key-2", "key-3"),
    "code": ("A100", "B200", "C300"),
    "type": ("standard", "basic", "extended"),
    "gender": ("female", "male", "diverse"),
    "role": ("admin", "editor", "viewer"),
    "department": ("Engineering", "Sales", "Support"),
    "category": ("Books", "Music", "Garden"),
    "domain": ("example.com", "example.org"),
    "path": ("/a", "/b"),
    "hash": ("9f86d081884c7d65", "60303ae22b998861"),
    "slug": ("first-entry", "second-entry", "third-entry"),
    "sku": ("SKU-1001", "SKU-1002", "SKU-1003"),
    "iban": ("DE89370400440532013000", "GB29NWBK60161331926819", "NO9386011117947"),
    "bic": ("DEUTDEFF", "NEDSZAJJ", "DABAIE2D"),
    "isbn": ("9780306406157", "9783161484100"),
    "time": ("09:30:00", "10:30:00", "11:30:00"),
}
"""By the last word of a name."""
PAIRS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("country", "code"): _COUNTRIES,
    ("currency", "code"): _CURRENCIES,
    ("language", "code"): _LANGUAGES,
    ("postal", "code"): _ZIPS,
    ("zip", "code"): _ZIPS,
    ("post", "code"): _ZIPS,
    ("phone", "number"): _PHONES,
    ("telephone", "number"): _PHONES,
    ("mobile", "number"): _MOBILES,
    ("mobile", "phone"): _MOBILES,
    ("time", "zone"): ("Europe/Berlin", "Europe/Lisbon"),
    ("content", "type"): _MEDIA_TYPES,
    ("media", "type"): _MEDIA_TYPES,
    ("mime", "type"): _MEDIA_TYPES,
    ("mac", "address"): ("00:00:5e:00:53:01", "00:00:5e:00:53:02"),
    ("user", "agent"): ("Mozilla/5.0", "curl/8.5.0"),
    ("country", "name"): ("Germany", "Portugal", "Norway", "Austria", "Ireland"),
    ("job", "title"): ("Engineer", "Analyst", "Manager"),
    ("avatar", "url"): _IMAGES,
    ("image", "url"): _IMAGES,
}
"""By the last two words of a name, which go before the last one alone."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that fit a name: `first`, then on by `step`, `count` of them before they begin again."""

    first: Fraction
    step: Fraction = Fraction(0)
    count: int = 1

    def at(self, pick: int) -> Fraction:
        """Return one, by a number from 0."""
        return self.first + self.step * (pick % self.count)


def _series(first: str, step: str, count: int) -> Series:
    return Series(Fraction(first), Fraction(step), count)


NUMBERS: Final[Mapping[str, Series]] = {
    "price": _series("9.99", "5", 20),
    "amount": _series("49.90", "10", 20),
    "total": _series("49.90", "10", 20),
    "cost": _series("9.99", "5", 20),
    "fee": _series("1.50", "0.25", 20),
    "rate": _series("0.25", "0.05", 10),
    "ratio": _series("0.5", "0.05", 10),
    "percent": _series("50", "1", 50),
    "percentage": _series("50", "1", 50),
    "latitude": _series("52.52", "0.01", 90),
    "lat": _series("52.52", "0.01", 90),
    "longitude": _series("13.4", "0.01", 90),
    "lng": _series("13.4", "0.01", 90),
    "lon": _series("13.4", "0.01", 90),
    "age": _series("34", "1", 40),
    "year": _series("2024", "1", 10),
    "month": _series("6", "1", 7),
    "day": _series("15", "1", 14),
    "hour": _series("9", "1", 12),
    "minute": _series("30", "1", 30),
    "port": _series("8080", "1", 20),
    "width": _series("640", "16", 20),
    "height": _series("480", "12", 20),
    "size": _series("1024", "512", 20),
    "weight": _series("12.5", "0.5", 20),
    "quantity": _series("1", "1", 10),
    "rating": _series("4", "0.5", 3),
    "page": _series("1", "0", 1),
}
"""By the last word of a name."""
