"""Which scopes a client gets (RFC 6749 §3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contractctl.mockserver.tokens.forms import Refused

_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_TOLD = 10
"""How many scopes an error names."""
OPENID = ("openid", "profile", "email", "address", "phone", "offline_access")
"""What OpenID Connect Core (§5.4, §11) adds to any contract's."""


class Scopes:
    """The scopes of a contract, in its order; one that documents none has any."""

    def __init__(self, documented: Iterable[str]) -> None:
        self.documented = tuple(dict.fromkeys(documented))
        self.offered = tuple(dict.fromkeys((*self.documented, *OPENID)))
        self._known = frozenset(self.offered)

    def granted(self, asked: str | None) -> str:
        """Return the scopes that a client gets, all where it asks for none; raise Refused for an unknown one."""
        if asked is None:
            return " ".join(self.documented)
        wanted = _split(asked)
        unknown = [scope for scope in wanted if scope not in self._known] if self.documented else []
        if unknown:
            known = ", ".join(self.documented[:_TOLD]) + (", ..." if len(self.documented) > _TOLD else "")
            raise Refused("invalid_scope", f"the contract has no scope {unknown[0][:100]}; it has {known}")
        return " ".join(wanted)


def narrowed(granted: str, asked: str | None) -> str:
    """Return what of granted scopes a client asks for again; raise Refused where it asks for more (RFC 6749 §6)."""
    if asked is None:
        return granted
    wanted, known = _split(asked), frozenset(granted.split())
    more = [scope for scope in wanted if scope not in known]
    if more:
        raise Refused("invalid_scope", f"the scope {more[0][:100]} was not granted before")
    return " ".join(wanted)


def _split(asked: str) -> list[str]:
    wanted = list(dict.fromkeys(scope for scope in asked.split(" ") if scope))
    if not wanted or not all(map(_SCOPE.fullmatch, wanted)):
        raise Refused("invalid_scope", "scope is a list of names between spaces")
    return wanted
