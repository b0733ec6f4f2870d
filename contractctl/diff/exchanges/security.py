"""Compare what credentials two operations ask for: an OR of requirements, each an AND of schemes with scopes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from contractctl.contract.model import Contract, SchemeUse, SecurityRequirement, SecurityScheme
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.exchanges.exchange import Exchange, Places
from contractctl.diff.exchanges.lifecycle import compare_deprecation, term_of
from contractctl.diff.exchanges.schemes import edits, identity
from contractctl.diff.facts import Fact
from contractctl.diff.relation import NARROWS, WIDENS, Relation, related

_SUBJECT = "security"


@dataclass(frozen=True, slots=True)
class _Alternative:
    """One requirement: by what schemes are, not by their names, the scopes that each asks for."""

    at: Place | None
    text: str
    asks: Mapping[Hashable, frozenset[str]]

    def suffices(self, other: _Alternative) -> bool:
        """Tell whether who meets this meets the other too."""
        return all(scheme in self.asks and scopes <= self.asks[scheme] for scheme, scopes in other.asks.items())


@dataclass(frozen=True, slots=True)
class _Difference:
    """What differs between the credentials that two operations ask for. `what` is the end of its kind."""

    what: str
    relation: Relation
    text: str
    places: Places


class SecurityComparison:
    """The comparison of what operations ask for, with the schemes of both sides told apart once."""

    def __init__(self, base: Contract, revision: Contract) -> None:
        self._base = {scheme.name: scheme for scheme in base.security_schemes}
        self._revision = {scheme.name: scheme for scheme in revision.security_schemes}
        self._edited = {
            name
            for name, scheme in self._base.items()
            if name in self._revision and identity(scheme) != identity(self._revision[name])
        }
        self._known: dict[tuple[int, int], tuple[_Difference, ...]] = {}

    def facts(self, exchange: Exchange) -> Iterator[Fact]:
        """Yield what differs in the credentials that an operation asks for."""
        yield from self._of_schemes(exchange)
        base, revision = exchange.base.security, exchange.revision.security
        # Most operations share what the description asks for; they keep these tuples alive.
        key = id(base), id(revision)
        if key not in self._known:
            before, after = self._alternatives(base, self._base), self._alternatives(revision, self._revision)
            self._known[key] = tuple(_differences(before, after))
        for found in self._known[key]:
            yield _fact(exchange, found.what, found.relation, found.text, found.places)

    def _alternatives(
        self, security: Sequence[SecurityRequirement], schemes: Mapping[str, SecurityScheme]
    ) -> list[_Alternative]:
        if not security:
            return [_Alternative(None, "nothing", {})]
        return [self._alternative(requirement, schemes) for requirement in security]

    def _alternative(self, requirement: SecurityRequirement, schemes: Mapping[str, SecurityScheme]) -> _Alternative:
        asks: dict[Hashable, frozenset[str]] = {}
        for use in requirement.uses:
            scheme = None if use.name in self._edited else schemes.get(use.name)
            known = identity(scheme) if scheme else ("by name", use.name)
            asks[known] = asks.get(known, frozenset()) | frozenset(use.scopes)
        return _Alternative(requirement.at, " and ".join(map(_text, requirement.uses)) or "nothing", asks)

    def _of_schemes(self, exchange: Exchange) -> Iterator[Fact]:
        """Yield what differs in the schemes that both sides use under one name."""
        sides = exchange.base, exchange.revision
        used = [dict.fromkeys(use.name for one in side.security for use in one.uses) for side in sides]
        for name in used[0]:
            base, revision = self._base.get(name), self._revision.get(name)
            if name not in used[1] or base is None or revision is None:
                continue
            for edit in edits(base, revision) if name in self._edited else ():
                yield _fact(exchange, f"scheme-{edit.what}", edit.relation, edit.text, edit.places)
            places, subject = (base.at, revision.at), f"{_SUBJECT}, scheme `{name}`"
            terms, way = (term_of(base), term_of(revision)), exchange.inbound
            yield from compare_deprecation(
                exchange, "security-scheme", terms, subject=subject, places=places, direction=way
            )


def _differences(before: list[_Alternative], after: list[_Alternative]) -> Iterator[_Difference]:
    lost = [one for one in before if not any(one.suffices(other) for other in after)]
    won = [one for one in after if not any(one.suffices(other) for other in before)]
    places = _written(before), _written(after)
    if lost and any(not one.asks for one in lost):
        asked = " or ".join(one.text for one in after)
        yield _Difference("added", NARROWS, f"credentials are asked for now ({asked}); base asked for none", places)
    elif won and any(not one.asks for one in won):
        asked = " or ".join(one.text for one in before)
        text = f"credentials are no longer asked for; base asked for {asked}"
        yield _Difference("removed", WIDENS, text, places)
    else:
        yield from _gone(lost, after)
        yield from _come(won, before)


def _gone(lost: list[_Alternative], after: list[_Alternative]) -> Iterator[_Difference]:
    """Yield the alternatives that no longer suffice; those of which only the scopes differ say so."""
    counterparts = {frozenset(one.asks): one for one in after}
    for one in lost:
        other = counterparts.get(frozenset(one.asks))
        if other is None:
            yield _Difference("alternative-removed", NARROWS, f"{one.text} no longer suffices", (one.at, None))
        else:
            relation = related(forward=False, backward=other.suffices(one))
            yield _Difference("scopes-changed", relation, f"{one.text} became {other.text}", (one.at, other.at))


def _come(won: list[_Alternative], before: list[_Alternative]) -> Iterator[_Difference]:
    """Yield the alternatives that suffice now; a change of scopes that loses something was told by what it loses."""
    counterparts = {frozenset(one.asks): one for one in before}
    for other in won:
        one = counterparts.get(frozenset(other.asks))
        if one is None:
            yield _Difference("alternative-added", WIDENS, f"{other.text} suffices now", (None, other.at))
        elif one.suffices(other):
            yield _Difference("scopes-changed", WIDENS, f"{one.text} became {other.text}", (one.at, other.at))


def _text(use: SchemeUse) -> str:
    scopes = f" ({', '.join(use.scopes)})" if use.scopes else ""
    return f"`{use.name}`{scopes}"


def _written(alternatives: list[_Alternative]) -> Place | None:
    return next((one.at for one in alternatives if one.at is not None), None)


def _fact(exchange: Exchange, what: str, relation: Relation, text: str, places: Places) -> Fact:
    return exchange.fact(f"security-{what}", relation, subject=_SUBJECT, text=text, places=places)
