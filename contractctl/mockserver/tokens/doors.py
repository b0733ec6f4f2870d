"""Where the issuer stands among the paths of a contract: at those that its flows name, and at the well-known ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, make_answer
from contractctl.mockserver.control.endpoints import OwnExchange
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.model import Index
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import Request
from contractctl.mockserver.routing import decoded_segments
from contractctl.mockserver.tokens.forms import LARGEST_FORM
from contractctl.mockserver.tokens.issuer import Issuer
from contractctl.mockserver.tokens.tokens import Tokens

_Methods: TypeAlias = "Mapping[str, Callable[[Request], Answer]]"
WELL_KNOWN = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
"""Where an issuer is described; the path in its name goes before (OpenID Connect) or behind (RFC 8414 §3.1)."""


@record
class _Door:
    """What stands at a path. `yields` says that an operation of the contract goes before."""

    path: str
    methods: _Methods
    yields: bool = False

    def beside(self, other: _Door) -> _Door:
        """Return both at once; where both have a method this one's is taken."""
        return _Door(self.path, {**other.methods, **self.methods}, self.yields and other.yields)


class Doors:
    """Leads to the issuer what is asked for at its paths."""

    def __init__(self, index: Index, tokens: Tokens, *, cors: bool) -> None:
        self._cors = cors
        self._doors: dict[tuple[str, ...], _Door] = {}
        for door in _doors(index, tokens):
            segments = decoded_segments(door.path)
            known = self._doors.get(segments)
            self._doors[segments] = door if known is None else known.beside(door)
        self._templates = [one for one in self._doors.items() if any(map(_is_variable, one[0]))]

    def open(self, request: Request, documented: Collection[str]) -> Opened | Answer | None:
        """Return what the issuer answers, None where it is not asked.

        `documented` are the methods that the contract has at the path; the issuer goes before with those that it has
        itself. Raise BadTarget for a bad escape.
        """
        door = self._find(request.path)
        if door is None or (door.yields and documented):
            return None
        own = [*door.methods, *(["HEAD"] if "GET" in door.methods else [])]
        methods = list(dict.fromkeys([*own, *documented, "OPTIONS"]))
        if self._cors and is_preflight(request):
            return preflight_answer(request, methods)
        answer = door.methods.get("GET" if request.method == "HEAD" else request.method)
        if answer is not None:
            return OwnExchange(request, answer, waits=True, name=door.path, limit=LARGEST_FORM)
        if request.method in documented:
            return None
        if request.method == "OPTIONS":
            return make_answer(204, headers=[("Allow", ", ".join(methods))])
        return refusals.method_unknown(request.path, request.method, methods)

    def _find(self, path: str) -> _Door | None:
        segments = decoded_segments(path)
        found = self._doors.get(segments)
        if found is None:
            for template, door in self._templates:
                if len(template) == len(segments) and all(map(_fits, template, segments)):
                    return door
        return found


def _doors(index: Index, tokens: Tokens) -> Iterator[_Door]:
    """Yield where a contract's issuers are, the most wanted first."""
    scopes, oauth = index.issuer.get("scopes") or (), f"{index.control}/oauth"
    main = Issuer(tokens, scopes, place="", oauth=oauth)
    for path in index.issuer.get("discovery") or ():
        place = next((path.removesuffix(end) for end in WELL_KNOWN if path.endswith(end)), "")
        if place and "{" not in place:
            # Before the paths of flows, which may be the same: who discovers an issuer is answered in its name.
            yield from _issuer_at(place, Issuer(tokens, scopes, place=place, oauth=f"{place}/oauth"))
        yield _Door(path, {"GET": main.metadata})
    for path in index.issuer.get("token") or ():
        yield _Door(path, {"POST": main.token})
    for path in index.issuer.get("authorize") or ():
        yield _Door(path, {"GET": main.authorize, "POST": main.authorize})
    for path in WELL_KNOWN:
        yield _Door(path, {"GET": main.metadata}, yields=True)


def _issuer_at(place: str, issuer: Issuer) -> Iterator[_Door]:
    """Yield where an issuer is that a contract names: its name is where it is discovered (RFC 8414 §3.3)."""
    for end in WELL_KNOWN:
        yield _Door(place + end, {"GET": issuer.metadata})
        yield _Door(end + place, {"GET": issuer.metadata}, yields=True)
    yield _Door(f"{place}/oauth/token", {"POST": issuer.token}, yields=True)
    yield _Door(f"{place}/oauth/authorize", {"GET": issuer.authorize, "POST": issuer.authorize}, yields=True)
    yield _Door(f"{place}/oauth/revoke", {"POST": issuer.revoke}, yields=True)
    yield _Door(f"{place}/oauth/jwks", {"GET": issuer.keys}, yields=True)


def _is_variable(segment: str) -> bool:
    return segment[:1] == "{" and segment[-1:] == "}"


def _fits(template: str, segment: str) -> bool:
    return segment == template or (_is_variable(template) and segment != "")
