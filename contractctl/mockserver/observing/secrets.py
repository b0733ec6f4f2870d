"""Credentials in a request, by their place and name: nothing that people read or that is kept has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from contractctl.mockserver.model import Scheme
from contractctl.mockserver.queries import decode_query
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import BadTarget

HIDDEN = "***"

_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-forwarded-client-cert", "authentication-info")
)
_QUERY = frozenset(("code", "assertion", "saml_response", "samlresponse", "signature", "sig", "code_challenge"))
_LOOKS_SECRET = re.compile(
    r"token|secret|passw|pwd|api[-_]?key|credential|authori[sz]ation|assertion|code_verifier", re.IGNORECASE
)
_NESTED = re.compile(r"(?:token|secret|passw\w*|code|key|assertion)\W{0,3}[=:]", re.IGNORECASE)
"""What a value has inside that is a URL, a form or JSON with a credential of its own."""
_USER = re.compile(r"//[^/?#]*@")
_MATRIX = re.compile(r";([^;=/?#]+)=([^;/?#]*)")
_SCHEMES = frozenset(("basic", "bearer", "digest", "negotiate", "hmac", "dpop", "hoba", "mutual", "scram-sha-256"))
_WITH_TARGETS = frozenset(
    ("referer", "location", "content-location", "x-original-url", "x-forwarded-uri", "destination")
)


@record
class Secrets:
    """The names, in lower case, of the headers and of the query's parameters that hold credentials."""

    headers: frozenset[str] = _HEADERS
    query: frozenset[str] = _QUERY

    @classmethod
    def of(cls, schemes: Iterable[Scheme]) -> Secrets:
        """Return what is secret where these schemes are used, beside what is always."""
        keys = [(scheme.location, scheme.parameter.lower()) for scheme in schemes if scheme.type == "apiKey"]
        return cls(
            _HEADERS | {name for location, name in keys if location not in {"query", "cookie"}},
            _QUERY | {name for location, name in keys if location == "query"},
        )

    def joined(self, other: Secrets) -> Secrets:
        """Return what is secret here or there."""
        return Secrets(self.headers | other.headers, self.query | other.query)

    def is_secret(self, name: str) -> bool:
        """Tell whether a parameter or member of this name holds a credential; one that cannot be read may."""
        try:
            decoded = decode_query(name).lower()
        except BadTarget:
            return True
        return decoded.partition("[")[0] in self.query or _LOOKS_SECRET.search(decoded) is not None

    def is_told(self, where: str, pointer: str, message: str) -> bool:
        """Tell whether a violation's message may show a credential: it often shows the value that is at fault."""
        steps = pointer.lower().split("/")
        if where != "body" and any(step in self.headers or self.is_secret(step) for step in steps if step):
            return True
        return any(map(_LOOKS_SECRET.search, steps)) or _NESTED.search(message) is not None

    # What people read

    def path(self, path: str) -> str:
        """Return a path, or whatever came in its place, without credentials."""
        if path.isalnum():
            return path
        if not path.startswith("/"):
            # A target in absolute or authority form, or of no form: the user comes before the last `@`.
            before, at, host = path.rpartition("@")
            path = f"{before[: before.find('//') + 2] if '//' in before else ''}{HIDDEN}@{host}" if at else path
        elif "@" in path:
            path = _USER.sub(f"//{HIDDEN}@", path)
        if ";" in path:
            path = _MATRIX.sub(self._matrix, path)
        before, mark, _ = path.partition("#")
        return f"{before}#{HIDDEN}" if mark else path

    def query_text(self, query: str) -> str:
        """Return a query as it was sent, with `***` for the values of credentials."""
        return "&".join(map(self._part, query.split("&"))) if query else ""

    def header(self, name: str, value: str) -> str:
        """Return the value of a header (its name in lower case) without credentials."""
        if name in {"cookie", "set-cookie"}:
            return "; ".join(_cookie(part) for part in value.split(";"))
        if name in self.headers or _LOOKS_SECRET.search(name):
            scheme, space, _ = value.partition(" ")
            return f"{scheme} {HIDDEN}" if space and scheme.lower() in _SCHEMES else HIDDEN
        if name in _WITH_TARGETS or "://" in value:
            path, mark, query = value.partition("?")
            return self.path(path) + (mark and mark + self.query_text(query.partition("#")[0]))
        is_plain = name == "prefer" or not ("=" in value or ":" in value)
        return value if is_plain or not _NESTED.search(value) else HIDDEN

    def _part(self, part: str) -> str:
        name, equals, value = part.partition("=")
        if not equals:
            return HIDDEN if _NESTED.search(part) else part
        if self.is_secret(name) or _has_nested(value):
            return f"{name}={HIDDEN}"
        first, *others = part.split(";")
        return ";".join(chain([first], (self._part(one) for one in others))) if others else part

    def _matrix(self, found: re.Match[str]) -> str:
        return f";{found[1]}={HIDDEN}" if self.is_secret(found[1]) else found[0]


def _has_nested(value: str) -> bool:
    if not value or value.isalnum():
        return False
    try:
        return _NESTED.search(decode_query(value)) is not None
    except BadTarget:
        return _NESTED.search(value) is not None


def _cookie(part: str) -> str:
    name, equals, _ = part.strip().partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN
