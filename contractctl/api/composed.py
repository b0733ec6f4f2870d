"""Several descriptions as one contract: operations may move from one file to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contractctl.contract.model import Callback, Contract, Operation, SchemeUse, SecurityScheme
from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.locations import Location, Place
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

_VARIABLE = pattern(r"\{[^{}]*\}")
_NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class SchemeNames:
    """Names of security schemes that files use for different ones, on whichever side, and what these are called here.

    Equal schemes have equal names, in whatever file and on whatever side they are.
    """

    schemes: tuple[tuple[SecurityScheme, str], ...] = ()

    def of(self, scheme: SecurityScheme) -> str:
        """Return the name of a scheme here: its own where it is the only one with it."""
        plain = _without_places(scheme)
        return next((name for known, name in self.schemes if known == plain), scheme.name)


def scheme_names(contracts: Iterable[Contract]) -> SchemeNames:
    """Give numbers to the security schemes that share a name and differ, over the files of both sides."""
    known: dict[str, list[SecurityScheme]] = {}
    for contract in contracts:
        for scheme in contract.security_schemes:
            plain = _without_places(scheme)
            if plain not in known.setdefault(scheme.name, []):
                known[scheme.name].append(plain)
    several = (schemes for schemes in known.values() if len(schemes) > 1)
    return SchemeNames(
        tuple((one, f"{one.name} ({number})") for schemes in several for number, one in enumerate(schemes, 1))
    )


def compose(contracts: Sequence[Contract], names: SchemeNames) -> Contract:
    """Put contracts together; each has to be built with a scope of its own.

    What is said of the description as a whole is said by the first.
    """
    renamed = [_with_scheme_names(contract, names) for contract in contracts]
    return replace(
        renamed[0],
        servers=tuple(server for contract in renamed for server in contract.servers),
        operations=tuple(operation for contract in renamed for operation in contract.operations),
        webhooks=tuple(operation for contract in renamed for operation in contract.webhooks),
        definitions={key: schema for contract in renamed for key, schema in contract.definitions.items()},
        security_schemes=tuple(_once(scheme for contract in renamed for scheme in contract.security_schemes)),
        tags=tuple(tag for contract in renamed for tag in contract.tags),
        unread=tuple(place for contract in renamed for place in contract.unread),
    )


def without_duplicates(contract: Contract, other: Contract) -> tuple[Contract, tuple[Finding, ...]]:
    """Return the contract without endpoints that are there again, and a finding for each of those.

    Paths that differ in the names of their variables are one. Of several those stay that the `other` side has by the
    same name, each once; else the first.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[Operation]] = {}
    for operation in contract.operations:
        groups.setdefault(_endpoint(operation), []).append(operation)
    if len(groups) == len(contract.operations):
        return contract, ()
    titles = {operation.title for operation in other.operations}
    kept = {id(operation) for group in groups.values() for operation in _kept(group, titles)}
    findings = (_duplicate(group[0], again) for group in groups.values() for again in group[1:])
    operations = tuple(operation for operation in contract.operations if id(operation) in kept)
    return replace(contract, operations=operations), tuple(findings)


def _kept(group: Sequence[Operation], titles: set[str]) -> Iterable[Operation]:
    by_title = {operation.title: operation for operation in reversed(group) if operation.title in titles}
    return by_title.values() or group[:1]


def _endpoint(operation: Operation) -> tuple[str, str, tuple[str, ...]]:
    servers = tuple(sorted({server.resolved_url for server in operation.servers}))
    return operation.method, _VARIABLE.sub("{}", operation.path), servers


def _duplicate(first: Operation, again: Operation) -> Finding:
    same = first.title == again.title
    message = "is described twice" if same else f"and `{first.title}` are one endpoint: nobody can tell them apart"
    return Finding(
        "endpoint-duplicate",
        Severity.ERROR,
        f"`{again.title}` {message}",
        Location(again.at),
        "describe it once, or give each a server of its own",
        (Related("the other one is here", Location(first.at)),),
        (again.title,),
    )


def _with_scheme_names(contract: Contract, known: SchemeNames) -> Contract:
    names = {scheme.name: known.of(scheme) for scheme in contract.security_schemes}
    if all(name == new for name, new in names.items()):
        return contract
    return replace(
        contract,
        operations=tuple(_renamed(operation, names) for operation in contract.operations),
        webhooks=tuple(_renamed(operation, names) for operation in contract.webhooks),
        security_schemes=tuple(replace(scheme, name=names[scheme.name]) for scheme in contract.security_schemes),
    )


def _renamed(operation: Operation, names: dict[str, str]) -> Operation:
    """Rename the schemes that an operation and those of its callbacks ask for; callbacks do not stand in circles."""
    security = tuple(
        replace(one, uses=tuple(SchemeUse(names.get(use.name, use.name), use.scopes) for use in one.uses))
        for one in operation.security
    )
    return replace(operation, security=security, callbacks=tuple(_callbacks(operation.callbacks, names)))


def _callbacks(callbacks: Iterable[Callback], names: dict[str, str]) -> Iterator[Callback]:
    for callback in callbacks:
        yield replace(callback, operations=tuple(_renamed(operation, names) for operation in callback.operations))


def _once(schemes: Iterable[SecurityScheme]) -> Iterable[SecurityScheme]:
    found: dict[str, SecurityScheme] = {}
    for scheme in schemes:
        found.setdefault(scheme.name, scheme)
    return found.values()


def _without_places(scheme: SecurityScheme) -> SecurityScheme:
    flows = tuple(replace(flow, at=_NOWHERE) for flow in scheme.flows)
    return replace(scheme, at=_NOWHERE, flows=flows, description="")
