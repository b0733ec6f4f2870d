"""URLs as text: which ones can be fetched, and what of them may be shown."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern

_SECRET_NAME = pattern(r"token|secret|passw|signature|credential|api_?-?key|^(sig|key|auth|code)$", re.IGNORECASE)


def presentable(url: str) -> str:
    """Return a URL that may be shown and committed: no userinfo, and *** for query values named like secrets."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "a malformed URL"
    query = parts.query
    if any(_SECRET_NAME.search(name) for name, _ in pairs):
        query = urlencode([(name, "***" if _SECRET_NAME.search(name) else value) for name, value in pairs], safe="*")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def fetchable(url: str) -> str:
    """Return the URL without userinfo and fragment. Raise UsageFailure for what is no http or https URL."""
    refusal = UsageFailure(f"not an http or https URL: {presentable(url)}", hint="give a URL, or the path of a file")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise refusal from None
    if not usable:
        raise refusal
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))


def userinfo(url: str) -> tuple[str, str] | None:
    """Return name and password that a URL carries, decoded, or None."""
    parts = urlsplit(url)
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def shares_credentials(first: str, other: str) -> bool:
    """Tell whether what may be sent to `first` may be sent to `other`: one origin, or its move from http to https."""
    before, after = urlsplit(first), urlsplit(other)
    if before.hostname != after.hostname:
        return False
    if before.scheme == after.scheme:
        return port_of(first) == port_of(other)
    return after.scheme == "https" and (port_of(first), port_of(other)) == (80, 443)


def port_of(url: str) -> int:
    """Return the port that a URL leads to."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)
