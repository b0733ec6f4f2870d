"""Mode `token`: the best of the alternatives that an operation allows decides, by what the token grants."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation, Scheme
from contractctl.mockserver.record import record
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import Request
from contractctl.mockserver.security import is_present, reads_tokens
from contractctl.mockserver.tokens.jwts import InvalidToken
from contractctl.mockserver.tokens.tokens import Tokens


@record
class _Alternative:
    """Schemes that are needed together: those that a credential is enough for, and those that read the token."""

    present: tuple[Scheme, ...]
    reading: tuple[str, ...]
    scopes: tuple[str, ...]


class Guard:
    """The stage that lets requests of one operation pass, or refuses them with 401 or 403."""

    def __init__(self, operation: Operation, schemes: Mapping[str, Scheme], tokens: Tokens, refusals: Refusals) -> None:
        self._operation = operation
        self._tokens = tokens
        self._refusals = refusals
        self._alternatives = tuple(
            _alternative([schemes[name] for name in uses], scopes)
            for uses, scopes in zip(operation.security, operation.scopes, strict=True)
        )
        # What a token alone is enough for: most requests need no closer look.
        self._by_token = tuple(frozenset(one.scopes) for one in self._alternatives if one.reading and not one.present)

    def __call__(self, exchange: Exchange) -> Answer | None:
        """See `Stage`."""
        granted: frozenset[str] | None = None
        fault = ""
        try:
            grant = self._tokens.judge(exchange.request)
            if grant is not None:
                granted = grant.scopes
                for scopes in self._by_token:
                    if scopes <= granted:
                        return None
        except InvalidToken as error:
            fault = str(error)
        return self._weigh(exchange.request, granted, fault)

    def _weigh(self, request: Request, granted: frozenset[str] | None, fault: str) -> Answer | None:
        """Look at all alternatives; `fault` is what is wrong with the token, empty where nothing is."""
        open_to = [one for one in self._alternatives if _is_met(one, request, granted)]
        if any(granted is None or granted.issuperset(one.scopes) for one in open_to):
            return None
        accept = request.header("accept")
        if not open_to or granted is None:
            return self._refusals.unauthenticated(self._operation, accept, fault)
        best = min(open_to, key=lambda one: sum(scope not in granted for scope in one.scopes))
        return self._refusals.forbidden(self._operation, best.reading, best.scopes, accept)


def _alternative(schemes: list[Scheme], scopes: tuple[tuple[str, ...], ...]) -> _Alternative:
    asked = [name for scheme, names in zip(schemes, scopes, strict=True) if reads_tokens(scheme) for name in names]
    return _Alternative(
        tuple(scheme for scheme in schemes if not reads_tokens(scheme)),
        tuple(scheme.name for scheme in schemes if reads_tokens(scheme)),
        tuple(dict.fromkeys(asked)),
    )


def _is_met(alternative: _Alternative, request: Request, granted: frozenset[str] | None) -> bool:
    """Tell whether all credentials of an alternative are there and good, whatever their scopes."""
    if alternative.reading and granted is None:
        return False
    return all(is_present(request, scheme) for scheme in alternative.present)
