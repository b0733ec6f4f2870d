"""Compare where operations are served: clients that call what base documents must still be served.

One server of several that is gone may be a place that nobody calls, and another host may be the other stage of one
API: both are warnings, for a description does not say that the old one is switched off. Where no server is left at any
base path of base, the URLs that clients call are gone, and that breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contractctl.contract.model import Operation, ServerVariable
from contractctl.core.changes import Direction
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.exchanges.addresses import Site, is_said, site_of
from contractctl.diff.exchanges.exchange import Exchange, Places
from contractctl.diff.exchanges.matching import wire_path
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import EQUAL, INCOMPARABLE, MAY_NARROW, MAY_WIDEN, UNKNOWN, Relation


@dataclass(frozen=True, slots=True)
class _Difference:
    """What differs between the servers of two operations, whichever these are."""

    kind: str
    relation: Relation
    text: str
    places: Places
    values: tuple[Json, Json]


class ServerComparison:
    """The comparison of the servers in effect, which most operations share."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, str, str], tuple[_Difference, ...]] = {}

    def facts(self, exchange: Exchange) -> Iterator[Fact]:
        """Yield what differs in where an operation is served."""
        base, revision = exchange.base, exchange.revision
        before, after = _moved(base, revision)
        if before == after and _urls(base) == _urls(revision):
            return
        # The operations keep these tuples alive, so that their identities stand for them.
        key = id(base.servers), id(revision.servers), before, after
        if key not in self._known:
            sides = [site_of(one, before) for one in base.servers], [site_of(one, after) for one in revision.servers]
            self._known[key] = tuple(_differences(*sides))
        for found in self._known[key]:
            yield exchange.fact(
                found.kind,
                found.relation,
                subject="",
                text=found.text,
                places=found.places,
                values=found.values,
                direction=Direction.NEITHER,
                law=Law.OFFER,
            )


def _moved(base: Operation, revision: Operation) -> tuple[str, str]:
    """Return what either path has before the part that both have; mostly nothing."""
    before, after = (wire_path(side.path) for side in (base, revision))
    if before.endswith(after):
        return before.removesuffix(after), ""
    return ("", after.removesuffix(before)) if after.endswith(before) else (before, after)


def _urls(operation: Operation) -> list[tuple[str, tuple[ServerVariable, ...]]]:
    return [(server.url, server.variables) for server in operation.servers]


def _differences(base: Sequence[Site], revision: Sequence[Site]) -> Iterator[_Difference]:
    lost = [_without(site, revision) for site in base]
    won = [_without(site, base) for site in revision]
    if not all(is_said(site.server) for site in (*base, *revision)):
        yield from _told(base, revision)
    elif base and revision and _are_all(base, lost) and _are_all(revision, won):
        yield _replaced(base, revision)
    else:
        yield from (_offer("removed", site, gone) for site, gone in zip(base, lost, strict=True) if gone)
        yield from (_offer("added", site, come) for site, come in zip(revision, won, strict=True) if come)
    yield from _variables(base, revision)


def _without(site: Site, others: Sequence[Site]) -> list[str]:
    """Return the URLs of a server that no other side's server has."""
    gone = (one for one in site.addresses if not any(other.has(one) for other in others))
    return [f"{one.scheme}:" * bool(one.scheme) + f"//{one.host}" * bool(one.host) + (one.path or "/") for one in gone]


def _are_all(sites: Sequence[Site], gone: Sequence[list[str]]) -> bool:
    return all(len(lost) == len(site.addresses) for site, lost in zip(sites, gone, strict=True))


def _told(base: Sequence[Site], revision: Sequence[Site]) -> Iterator[_Difference]:
    """Yield the servers of the side that says where the API lives, where the other leaves it open."""
    if not all(is_said(site.server) for site in base):
        said = [site for site in revision if is_said(site.server)]
        yield from (_offer("added", site, [site.server.url]) for site in said)
    else:
        yield from (_offer("removed", site, [site.server.url]) for site in base)


def _offer(what: str, site: Site, urls: list[str]) -> _Difference:
    gone = what == "removed"
    is_whole = len(urls) >= len(site.addresses)
    kind = f"server-{what}" if is_whole else f"server-variable-value-{what}"
    shown = f"`{site.server.url}`" if is_whole else ", ".join(f"`{url}`" for url in urls[:3])
    places: tuple[Place | None, Place | None] = (site.server.at, None) if gone else (None, site.server.at)
    url: Json = site.server.url
    relation = MAY_NARROW if gone else MAY_WIDEN
    return _Difference(kind, relation, f"server {shown} was {what}", places, (url, None) if gone else (None, url))


def _replaced(base: Sequence[Site], revision: Sequence[Site]) -> _Difference:
    """Return the difference of servers that are all others now; the same base paths may be another host of one API."""
    before, after = ({one.path for site in side for one in site.addresses} for side in (base, revision))
    was, now = (", ".join(site.server.url for site in side) for side in (base, revision))
    kind, relation = ("server-replaced", UNKNOWN) if before & after else ("server-base-path-changed", INCOMPARABLE)
    places = base[0].server.at, revision[0].server.at
    return _Difference(kind, relation, f"served at `{now}` now, and no longer at `{was}`", places, (was, now))


def _variables(base: Sequence[Site], revision: Sequence[Site]) -> Iterator[_Difference]:
    """Yield what differs in the variables of servers with one URL, as far as their URLs do not show it."""
    after = {site.server.url: site.server for site in revision}
    for site in base:
        other = after.get(site.server.url)
        counterparts = {variable.name: variable for variable in other.variables} if other else {}
        for variable in site.server.variables:
            counterpart = counterparts.get(variable.name)
            if other is not None and counterpart is not None:
                places = site.server.at / "variables" / variable.name, other.at / "variables" / variable.name
                yield from _of_variable(variable, counterpart, places)


def _of_variable(base: ServerVariable, revision: ServerVariable, places: tuple[Place, Place]) -> Iterator[_Difference]:
    name = f"variable `{base.name}` of the server"
    if base.default != revision.default:
        was, now = base.default, revision.default
        text = f"{name} was `{was}` by default, is `{now}` now"
        yield _Difference("server-variable-default-changed", EQUAL, text, places, (was, now))
    if revision.enum and not base.enum:
        text = f"{name} may no longer be anything"
        yield _Difference("server-variable-value-removed", MAY_NARROW, text, (places[0], None), (base.name, None))
    elif base.enum and not revision.enum:
        text = f"{name} may be anything now"
        yield _Difference("server-variable-value-added", MAY_WIDEN, text, (None, places[1]), (None, base.name))
