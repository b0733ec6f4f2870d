"""What of an operation nobody has used yet: its parameters and the media types of its body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeAlias

from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Operation, Parameter
from contractctl.mockserver.parameters import Misread, Names, Sources, read_parameter
from contractctl.mockserver.preferences import read_preference
from contractctl.mockserver.requests import BadTarget

Use: TypeAlias = "tuple[str, str, str]"
"""What was used: `parameter`, `media`, `preference` or `example`, the location of a parameter, and the name."""

_IN_TARGET = frozenset({"path", "query", "querystring"})
_MOST_EXAMPLES = 100


class Watch:
    """Looks for what an operation's requests use for the first time: once found, nobody looks for it any more.

    `is_left` while something is that the target of a request does not show.
    """

    __slots__ = ("_head", "_media", "_names", "_target", "_used", "_wanted", "is_left")

    def __init__(self, operation: Operation) -> None:
        self._names = _names(operation)
        self._target = [one for one in operation.parameters if one.location in _IN_TARGET]
        self._head = [one for one in operation.parameters if one.location not in _IN_TARGET]
        self._media = {one.media for one in operation.body.content} if operation.body else set[str]()
        self._used: set[Use] = set()
        self._wait()

    def may_use(self, exchange: Exchange) -> bool:
        """Tell whether a request may use something that is left, beside what its target shows."""
        content = exchange.body_content
        is_new = content is not None and content.media in self._media
        return is_new or not self._wanted.isdisjoint(exchange.request.headers)

    def of_target(self, exchange: Exchange) -> Iterator[Use]:
        """Yield what path and query use: the same for every request of a method to a target."""
        if not self._target:
            return
        with suppress(BadTarget):  # it is refused as such
            sources = Sources.of_target(exchange.request, exchange.match, self._names)
            self._target, found = _given(self._target, sources)
            yield from found

    def of_message(self, exchange: Exchange) -> Iterator[Use]:
        """Yield what headers, cookies and body use."""
        found: list[Use] = []
        if self._head:
            self._head, found = _given(self._head, Sources.of_head(exchange.request, self._names))
        content = exchange.body_content
        if content is not None and exchange.request.body and content.media in self._media:
            self._media.discard(content.media)
            found.append(("media", "", content.media))
        if found:
            self._wait()
        yield from found

    def _wait(self) -> None:
        """Note what is left to be used."""
        names = {"cookie" if one.location == "cookie" else one.name.lower() for one in self._head}
        self._wanted = frozenset(name.encode("latin-1", "replace") for name in names)
        self.is_left = bool(self._wanted or self._media)

    def of_preferences(self, exchange: Exchange) -> Iterator[Use]:
        """Yield what a client prefers of its answer, and the example that it asks for by name."""
        with suppress(ValueError):  # it is refused as such
            preference = read_preference(exchange.request)
            named = [("example", "", preference.example)] if preference.example else []
            for use in (*(("preference", "", word) for word in preference.words()), *named):
                if use not in self._used and len(self._used) < _MOST_EXAMPLES:
                    self._used.add(use)
                    yield use


def _names(operation: Operation) -> Names:
    """Return the names of parameters: what has one of them is no member of an object with free keys."""
    own = [(one.location, one.name) for one in operation.parameters]
    return Names(
        query=frozenset(name for location, name in own if location == "query"),
        cookies=frozenset(name for location, name in own if location == "cookie"),
        members=frozenset(),
        beginnings=(),
        is_open=False,
    )


def _given(parameters: Iterable[Parameter], sources: Sources) -> tuple[list[Parameter], list[Use]]:
    """Return the parameters that a request does not have, and those that it has."""
    missing: list[Parameter] = []
    found: list[Use] = []
    for parameter in parameters:
        if _is_given(parameter, sources):
            found.append(("parameter", parameter.location, parameter.name))
        else:
            missing.append(parameter)
    return missing, found


def _is_given(parameter: Parameter, sources: Sources) -> bool:
    try:
        return read_parameter(parameter, sources) is not None
    except (Misread, BadTarget):
        return True  # it is there, if not as it should be
