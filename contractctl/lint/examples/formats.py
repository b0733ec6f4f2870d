"""Values that plainly are not of a format of JSON Schema or of OpenAPI's registry.

A format that is not in the table, and a value of a type that the format does not speak of, is never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from contractctl.core.json import Json
from contractctl.core.patterns import pattern

_DATE = pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = pattern(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?")
_OFFSET = pattern(r"[Zz]|([+-])([0-9]{2}):([0-9]{2})")
_DURATION = pattern(
    r"P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?)"
)
_UUID = pattern(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = pattern(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_LABEL = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LOCAL = pattern(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|\"(?:[^\"\\\r\n]|\\[ -~])*\"")
_LITERAL = pattern(r"\[(?:IPv6:)?[0-9A-Fa-f:.]+\]|\[[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+\]")
_URI_TEXT = pattern(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_PLAIN_URI = pattern(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/-]*)?")
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AUTHORITY = pattern(r"(?:[^@\[\]]*@)?(?:\[[0-9A-Fa-f:.]+\]|\[[vV][^\[\]]+\]|[^@:\[\]]*)(?::[0-9]*)?")
_BASE64 = pattern(r"[A-Za-z0-9+/_-]*={0,2}")
_BLANKS = pattern(r"[ \t\r\n]+")
_LONGEST_NAME = 253
_LONGEST_LOCAL = 64
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def violates(form: Json, value: Json) -> bool:
    """Tell whether a value is plainly not of a format."""
    if isinstance(value, str):
        holds = _TEXTS.get(form) if isinstance(form, str) else None
        return holds is not None and not holds(value)
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(form, str):
        limit = _INTEGERS.get(form)
        return limit is not None and not -limit <= value < limit
    return False


def form_of(form: str) -> str:
    """Return in words what a value of the format looks like, empty for a format that needs no words."""
    return _FORMS.get(form, "")


def is_date(text: str) -> bool:
    """RFC 3339 §5.6, full-date, with a day that the month has."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] + (month == 2 and is_leap)


def is_time(text: str) -> bool:
    """RFC 3339 §5.6, full-time: it has an offset. Second 60 is that before midnight of UTC (§5.7)."""
    local = _TIME.match(text)
    offset = _OFFSET.fullmatch(text, local.end()) if local else None
    if local is None or offset is None:
        return False
    hour, minute, second = map(int, local.groups())
    sign, hours, minutes = offset.groups()
    ahead = int(hours) * 60 + int(minutes) if sign else 0
    if hour > 23 or minute > 59 or second > 60 or (sign and (int(hours) > 23 or int(minutes) > 59)):
        return False
    in_utc = hour * 60 + minute - (ahead if sign == "+" else -ahead)
    return second < 60 or in_utc % (24 * 60) == 24 * 60 - 1


def is_date_time(text: str) -> bool:
    """RFC 3339 §5.6: date-time. The note there allows a blank in the place of the `T`."""
    return is_date(text[:10]) and text[10:11] in {"T", "t", " "} and is_time(text[11:])


def is_time_local(text: str) -> bool:
    """RFC 3339 §5.6, partial-time."""
    return is_time(text + "Z") and _TIME.fullmatch(text) is not None


def is_date_time_local(text: str) -> bool:
    """RFC 3339 §5.6: full-date and partial-time, with no word of where that is."""
    return is_date(text[:10]) and text[10:11] in {"T", "t", " "} and is_time_local(text[11:])


def is_duration(text: str) -> bool:
    """ISO 8601 as RFC 3339, appendix A, has it; a fraction of a second, which that lacks, is let through."""
    return _DURATION.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """RFC 9562 §4."""
    return _UUID.fullmatch(text) is not None


def is_ipv4(text: str) -> bool:
    """RFC 2673 §3.2: four decimal numbers, none with a zero before it."""
    return _IPV4.fullmatch(text) is not None


def is_ipv6(text: str) -> bool:
    """RFC 4291 §2.2; a zone is none of it."""
    from ipaddress import IPv6Address

    try:
        IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def is_hostname(text: str) -> bool:
    """RFC 1123 §2.1; the dot of the root may stand at the end."""
    name = text.removesuffix(".")
    return 0 < len(name) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in name.split("."))


def is_email(text: str) -> bool:
    """RFC 5321 §4.1.2, Mailbox; what is not ASCII is let through (RFC 6531)."""
    local, at, domain = text.rpartition("@")
    local, domain = _ascii(local), _ascii(domain)
    if not at or not local or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return False
    if not local.startswith('"') and (local[0] == "." or local[-1] == "." or ".." in local):
        return False
    return _LITERAL.fullmatch(domain) is not None or (is_hostname(domain) and not domain.endswith("."))


def is_uri(text: str) -> bool:
    """RFC 3986 §3: it has a scheme."""
    if _PLAIN_URI.fullmatch(text):  # as nearly all are
        return True
    return _SCHEME.match(text) is not None and is_uri_reference(text)


def is_uri_reference(text: str) -> bool:
    """RFC 3986 §4.1. Brackets in a query are let through, for all browsers and servers take them."""
    if _URI_TEXT.fullmatch(text) is None or text.count("#") > 1:
        return False
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if not scheme and ":" in re.split(r"[/?#]", rest, maxsplit=1)[0]:
        return False
    authority, rest = _divided(rest)
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    return _AUTHORITY.fullmatch(authority) is not None and "[" not in path and "]" not in path


def is_base64(text: str) -> bool:
    """RFC 4648 §4. The alphabet of §5, line breaks and absent padding are let through, for many readers take them."""
    packed = _BLANKS.sub("", text)
    return _BASE64.fullmatch(packed) is not None and len(packed.rstrip("=")) % 4 != 1


def is_json_pointer(text: str) -> bool:
    """RFC 6901 §3."""
    return (not text or text.startswith("/")) and re.search(r"~(?![01])", text) is None


def _divided(text: str) -> tuple[str, str]:
    """Return the authority of what follows a scheme, and the rest."""
    if not text.startswith("//"):
        return "", text
    end = next((index for index, sign in enumerate(text[2:], 2) if sign in "/?#"), len(text))
    return text[2:end], text[end:]


def _ascii(text: str) -> str:
    """Return a text with a letter in the place of what is not ASCII."""
    return text if text.isascii() else "".join(sign if sign.isascii() else "x" for sign in text)


_TEXTS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date-time": is_date_time,
    "date": is_date,
    "time": is_time,
    "date-time-local": is_date_time_local,
    "time-local": is_time_local,
    "duration": is_duration,
    "uuid": is_uuid,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "hostname": is_hostname,
    "email": is_email,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "byte": is_base64,
    "json-pointer": is_json_pointer,
}
_INTEGERS: Final[Mapping[str, int]] = {"int32": 2**31, "int64": 2**63}
_FORMS: Final[Mapping[str, str]] = {
    "date-time": "a date and time of RFC 3339 such as 2024-05-31T13:45:00Z, with an offset",
    "date": "a date such as 2024-05-31",
    "time": "a time of RFC 3339 such as 13:45:00Z, with an offset",
    "date-time-local": "a date and time such as 2024-05-31T13:45:00, without an offset",
    "time-local": "a time such as 13:45:00, without an offset",
    "duration": "a duration such as P3DT12H",
    "uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "ipv4": "an address such as 192.0.2.1",
    "ipv6": "an address such as 2001:db8::1",
    "hostname": "a host's name such as api.example.com",
    "email": "an address such as tom@example.com",
    "uri": "an absolute URI such as https://example.com/pets",
    "uri-reference": "a URI or a part of one such as /pets",
    "byte": "data in Base64 such as aGVsbG8=",
    "json-pointer": "a pointer such as /pets/0",
    "int32": "a whole number from -2147483648 to 2147483647",
    "int64": "a whole number from -9223372036854775808 to 9223372036854775807",
}
