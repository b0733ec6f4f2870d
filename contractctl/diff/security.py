"""Compare what credentials two operations ask for: an OR of requirements, each an AND of schemes with scopes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from contractctl.contract.model import Contract, Operation, SchemeUse, SecurityRequirement, SecurityScheme
from contractctl.core.changes import Direction
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import INCOMPARABLE, NARROWS, WIDENS, Relation, related

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


class SecurityComparison:
    """The comparison of what operations ask for, with the schemes of both sides told apart once."""

    def __init__(self, base: Contract, revision: Contract) -> None:
        self._base = {scheme.name: scheme for scheme in base.security_schemes}
        self._revision = {scheme.name: scheme for scheme in revision.security_schemes}
        self._edited = {
            name
            for name, scheme in self._base.items()
            if name in self._revision and _identity(scheme) != _identity(self._revision[name])
        }

    def facts(self, base: Operation, revision: Operation) -> Iterator[Fact]:
        """Yield what differs in the credentials that an operation asks for."""
        title = base.title
        before = self._alternatives(base, self._base)
        after = self._alternatives(revision, self._revision)
        yield from self._edited_schemes(base, revision)
        lost = [one for one in before if not any(one.suffices(other) for other in after)]
        won = [one for one in after if not any(one.suffices(other) for other in before)]
        places = _written(before), _written(after)
        if lost and any(not one.asks for one in lost):
            asked = " or ".join(one.text for one in after)
            yield _fact(
                "added", NARROWS, title, f"credentials are asked for now ({asked}); base asked for none", places
            )
        elif won and any(not one.asks for one in won):
            asked = " or ".join(one.text for one in before)
            text = f"credentials are no longer asked for; base asked for {asked}"
            yield _fact("removed", WIDENS, title, text, places)
        else:
            yield from _gone(lost, after, title)
            yield from _come(won, before, title)

    def _alternatives(self, operation: Operation, schemes: Mapping[str, SecurityScheme]) -> list[_Alternative]:
        if not operation.security:
            return [_Alternative(None, "nothing", {})]
        return [self._alternative(requirement, schemes) for requirement in operation.security]

    def _alternative(self, requirement: SecurityRequirement, schemes: Mapping[str, SecurityScheme]) -> _Alternative:
        asks: dict[Hashable, frozenset[str]] = {}
        for use in requirement.uses:
            scheme = None if use.name in self._edited else schemes.get(use.name)
            identity = _identity(scheme) if scheme else ("by name", use.name)
            asks[identity] = asks.get(identity, frozenset()) | frozenset(use.scopes)
        return _Alternative(requirement.at, " and ".join(map(_text, requirement.uses)) or "nothing", asks)

    def _edited_schemes(self, base: Operation, revision: Operation) -> Iterator[Fact]:
        """Yield a fact for each scheme that both sides use under one name and that asks for something else now."""
        used = [{use.name for one in side.security for use in one.uses} for side in (base, revision)]
        for name in sorted(used[0] & used[1] & self._edited):
            one, other = self._base[name], self._revision[name]
            text = f"`{name}` changed from {_described(one)} to {_described(other)}"
            yield _fact("scheme-changed", INCOMPARABLE, base.title, text, (one.at, other.at))


def _gone(lost: list[_Alternative], after: list[_Alternative], title: str) -> Iterator[Fact]:
    """Yield the alternatives that no longer suffice; those of which only the scopes differ say so."""
    counterparts = {frozenset(one.asks): one for one in after}
    for one in lost:
        other = counterparts.get(frozenset(one.asks))
        if other is None:
            yield _fact("alternative-removed", NARROWS, title, f"{one.text} no longer suffices", (one.at, None))
        else:
            relation = related(forward=False, backward=other.suffices(one))
            yield _fact("scopes-changed", relation, title, f"{one.text} became {other.text}", (one.at, other.at))


def _come(won: list[_Alternative], before: list[_Alternative], title: str) -> Iterator[Fact]:
    """Yield the alternatives that suffice now; a change of scopes that loses something was told by what it loses."""
    counterparts = {frozenset(one.asks): one for one in before}
    for other in won:
        one = counterparts.get(frozenset(other.asks))
        if one is None:
            yield _fact("alternative-added", WIDENS, title, f"{other.text} suffices now", (None, other.at))
        elif one.suffices(other):
            yield _fact("scopes-changed", WIDENS, title, f"{one.text} became {other.text}", (one.at, other.at))


def _identity(scheme: SecurityScheme) -> Hashable:
    """Return what a client has to do for the scheme; its name and texts do not matter."""
    name = scheme.parameter_name.lower() if scheme.location == "header" else scheme.parameter_name
    flows = frozenset(flow.kind for flow in scheme.flows)
    return (scheme.type, scheme.scheme, scheme.location, name, scheme.open_id_url, flows)


def _described(scheme: SecurityScheme) -> str:
    words = (scheme.type, scheme.scheme, scheme.location, scheme.parameter_name, scheme.open_id_url)
    flows = (flow.kind for flow in scheme.flows)
    return f"`{' '.join(word for word in (*words, *flows) if word)}`"


def _text(use: SchemeUse) -> str:
    scopes = f" ({', '.join(use.scopes)})" if use.scopes else ""
    return f"`{use.name}`{scopes}"


def _written(alternatives: list[_Alternative]) -> Place | None:
    return next((one.at for one in alternatives if one.at is not None), None)


def _fact(what: str, relation: Relation, title: str, text: str, places: tuple[Place | None, Place | None]) -> Fact:
    return Fact(
        kind=f"request-security-{what}",
        direction=Direction.REQUEST,
        law=Law.WIDEN,
        relation=relation,
        operations=(title,),
        subject=_SUBJECT,
        text=text,
        base=places[0],
        revision=places[1],
    )
