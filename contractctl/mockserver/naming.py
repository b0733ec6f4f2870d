"""Requests that equal a named request example of the contract: they get the response example of the same name."""

from __future__ import annotations

from contractctl.mockserver.bodies import Unreadable, read_body
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Json, NamedRequest, Operation
from contractctl.mockserver.parameters import Misread, Names, Sources, read_parameter

_DEEPEST = 200


class NamedRequests:
    """Knows the named request examples of one contract again."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._names: dict[Operation, Names] = {}

    def equal(self, exchange: Exchange) -> list[str]:
        """Return the names of the request examples that a request equals, those that say most of it first.

        Raise BadTarget for a target that cannot be read.
        """
        operation = exchange.operation
        if operation not in self._names:
            self._names[operation] = Names.of(operation, self._bundle.index.schemes)
        given = _Given(exchange, self._names[operation], self._bundle)
        equal = [named for named in operation.named if given.equals(named)]
        return [named.name for named in sorted(equal, key=lambda named: -named.conditions)]


class _Given:
    """What a request gives, read when it is compared."""

    def __init__(self, exchange: Exchange, names: Names, bundle: Bundle) -> None:
        request = exchange.request
        self._bundle = bundle
        self._exchange = exchange
        target, head = Sources.of_target(request, exchange.match, names), Sources.of_head(request, names)
        self._sources = Sources(request, target.path, target.query, head.cookies, names)
        self._parameters = {(one.location, one.name): one for one in exchange.operation.parameters}
        self._bodies: tuple[Json, ...] | None = None

    def equals(self, named: NamedRequest) -> bool:
        """Tell whether everything that an example says is what the request says."""
        if not all(self._has(location, name, value) for location, name, value in named.parameters):
            return False
        if named.media is None:
            return True
        content = self._exchange.body_content
        if content is None or content.media != named.media:
            return False
        if self._bodies is None:
            self._bodies = _bodies(self._exchange, self._bundle)
        return any(is_same(value, named.body) for value in self._bodies)

    def _has(self, location: str, name: str, value: Json) -> bool:
        parameter = self._parameters.get((location, name))
        if parameter is None:
            return False
        try:
            given = read_parameter(parameter, self._sources)
        except Misread:
            return False
        return given is not None and any(is_same(one, value) for one in given.values)


def is_same(one: Json, other: Json, depth: int = 0) -> bool:
    """Tell whether two values are one in JSON: `1` is `1.0`, no number is a truth value, members have no order."""
    if depth > _DEEPEST or isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name], depth + 1) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(is_same(mine, theirs, depth + 1) for mine, theirs in pairs)
    return one == other


def _bodies(exchange: Exchange, bundle: Bundle) -> tuple[Json, ...]:
    """Return the values that the body stands for; none where it cannot be read."""
    content, data = exchange.body_content, exchange.request.body
    content_type = exchange.request.header("content-type") or ""
    if content is None or not data:
        return ()
    try:
        read = read_body(content, content_type, data, bundle.xml)
    except Unreadable:
        return ()
    # An example that is a text may be the body as it travels.
    return (*read.values, data.decode("utf-8", "replace"))
