"""Security schemes: what a client has to do for each, and how two of one name differ."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from contractctl.contract.model import Flow, SecurityScheme
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.diff.relation import INCOMPARABLE, MAY_NARROW, MAY_WIDEN, NARROWS, UNKNOWN, WIDENS, Relation

_DISCOVERY = ("openIdConnectUrl", "oauth2MetadataUrl")
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


@dataclass(frozen=True, slots=True)
class SchemeEdit:
    """One difference between two schemes of one name. `what` is the end of its kind."""

    what: str
    relation: Relation
    text: str
    places: tuple[Place, Place]


def identity(scheme: SecurityScheme) -> Hashable:
    """Return what a client has to do for the scheme; its name and texts do not matter."""
    return _kind(scheme), _discovery(scheme), frozenset(map(_of_flow, scheme.flows))


def edits(base: SecurityScheme, revision: SecurityScheme) -> Iterator[SchemeEdit]:
    """Yield how two schemes differ in what a client has to do.

    Where tokens are had from may move while the old address stays: a description does not say.
    """
    places = base.at, revision.at
    if _kind(base) != _kind(revision):
        text = f"`{base.name}` changed from {_described(base)} to {_described(revision)}"
        yield SchemeEdit("changed", INCOMPARABLE, text, places)
        return
    yield from _of_urls(f"`{base.name}`", _DISCOVERY, (_discovery(base), _discovery(revision)), places)
    yield from _of_flows(base, revision)


def _of_flows(base: SecurityScheme, revision: SecurityScheme) -> Iterator[SchemeEdit]:
    before, after = ({flow.kind: flow for flow in scheme.flows} for scheme in (base, revision))
    for kind in dict.fromkeys((*before, *after)):
        one, other = before.get(kind), after.get(kind)
        name = f"flow `{kind}` of `{base.name}`"
        if other is None and one is not None:
            yield SchemeEdit("flow-removed", NARROWS, f"{name} was removed", (one.at, revision.at))
        elif one is None and other is not None:
            yield SchemeEdit("flow-added", WIDENS, f"{name} was added", (base.at, other.at))
        elif one is not None and other is not None:
            yield from _of_one_flow(one, other, name)


def _of_one_flow(base: Flow, revision: Flow, name: str) -> Iterator[SchemeEdit]:
    places = base.at, revision.at
    yield from _of_urls(name, _URLS, (_urls(base), _urls(revision)), places)
    came, went = _scopes(revision) - _scopes(base), _scopes(base) - _scopes(revision)
    if went:
        yield SchemeEdit("scopes-removed", MAY_NARROW, f"{name} no longer has {_listed(went)}", places)
    if came:
        yield SchemeEdit("scopes-added", MAY_WIDEN, f"{name} has {_listed(came)} now", places)


def _of_urls(
    name: str, fields: tuple[str, ...], sides: tuple[tuple[str, ...], tuple[str, ...]], places: tuple[Place, Place]
) -> Iterator[SchemeEdit]:
    """Yield the addresses that differ; clients did without one that came."""
    for field, before, after in zip(fields, *sides, strict=True):
        if before != after:
            relation = UNKNOWN if before and after else MAY_NARROW if before else MAY_WIDEN
            was, now = (f"`{url}`" if url else "none" for url in (before, after))
            yield SchemeEdit("url-changed", relation, f"`{field}` of {name} was {was}, is {now} now", places)


def _kind(scheme: SecurityScheme) -> Hashable:
    name = scheme.parameter_name.lower() if scheme.location == "header" else scheme.parameter_name
    return scheme.type, scheme.scheme, scheme.location, name


def _of_flow(flow: Flow) -> Hashable:
    return flow.kind, *_urls(flow), _scopes(flow)


def _discovery(scheme: SecurityScheme) -> tuple[str, ...]:
    return scheme.open_id_url, scheme.metadata_url


def _urls(flow: Flow) -> tuple[str, ...]:
    return flow.authorization_url, flow.token_url, flow.refresh_url, flow.device_authorization_url


def _scopes(flow: Flow) -> frozenset[str]:
    return frozenset(name for name, _ in flow.scopes)


def _listed(scopes: frozenset[str]) -> str:
    return f"the scope{'s' if len(scopes) > 1 else ''} " + ", ".join(f"`{scope}`" for scope in sorted(scopes))


def _described(scheme: SecurityScheme) -> str:
    words = (scheme.type, scheme.scheme, scheme.location, scheme.parameter_name)
    return f"`{' '.join(word for word in words if word)}`"
