"""The contracts of one server, each with its pipeline. Whoever serves them does not know how many there are."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer
from contractctl.mockserver.banner import Mounted, banner
from contractctl.mockserver.bundle import Bundle, BundleError, file_stamp
from contractctl.mockserver.control import own_endpoint
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.pipeline import Pipeline
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.routing import decoded_segments
from contractctl.mockserver.security import secret_query_names
from contractctl.mockserver.settings import SERVER_SETTINGS, SettingError, Settings, resolve_settings


class _Contract:
    """One contract as it is served now: its Bundle, how it is set up, and what answers for it."""

    def __init__(self, prefix: str, bundle: Bundle, settings: Settings) -> None:
        self.prefix = prefix
        self.segments = decoded_segments(prefix)
        self.bundle = bundle
        self.settings = settings
        self.pipeline = Pipeline(bundle, settings)

    def health(self) -> dict[str, object]:
        index = self.bundle.index
        return {"prefix": self.prefix, "title": index.title, "version": index.version, "digest": index.digest}


class Contracts:
    """Leads each request to the pipeline of its contract.

    `settings` are the server's own, the same for its life. `control` is the prefix of its own endpoints: a contract
    without a prefix says where they are, else the first.
    """

    begin: Callable[[Request], Exchange | Answer]
    """Find the operation and check what needs no body; the answer when that settles it."""

    def __init__(
        self, bundles: Sequence[tuple[str, Bundle]], flags: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        """Serve bundles below their prefixes; raise SettingError for a setting or prefix that cannot be used."""
        self._flags, self._environment = flags, environment
        self.settings = resolve_settings(flags, environment, _first_set([bundle for _, bundle in bundles]))
        self._contracts = tuple(self._contract(prefix, bundle) for prefix, bundle in bundles)
        self._serve()
        self._asked = 0
        self._refuse_control_prefixes()

    @classmethod
    def open(
        cls, bundles: Sequence[tuple[str, str]], flags: Mapping[str, str], environment: Mapping[str, str]
    ) -> Contracts:
        """Open the bundles of pairs of prefix and path; raise BundleError or SettingError."""
        return cls([(prefix, Bundle(path)) for prefix, path in bundles], flags, environment)

    def allows_origins(self, request: Request | None) -> bool:
        """Tell whether the answer to a request lets other origins read it."""
        if self._origins is not None:
            return self._origins
        found = self._find(request.prefix) if request and request.prefix else None
        return found is None or found.settings.cors

    def secret_names(self) -> frozenset[str]:
        """Return the names of the query's parameters that hold credentials."""
        return frozenset().union(*(secret_query_names(one.bundle.index.schemes.values()) for one in self._contracts))

    def banner(self, port: int) -> str:
        """Return what is said once the port is bound."""
        mounted = [Mounted(one.prefix, one.bundle.index, one.settings) for one in self._contracts]
        return banner(mounted, self.settings, port, self.control)

    def reload(self) -> None:
        """Serve the bundles that are there now, from the next request on; those that began end with what they had.

        A bundle that cannot be read is told on stderr, and the earlier one stays. Called while it runs, by a signal, it
        begins again when it is done.
        """
        self._asked += 1
        if self._asked > 1:
            return
        while self._asked:
            self._asked = 1
            self._reload()
            self._asked -= 1

    def _reload(self) -> None:
        renewed = tuple(map(self._renewed, self._contracts))
        if all(one is other for one, other in zip(renewed, self._contracts, strict=True)):
            return
        # What is frozen is never freed: it has to thaw for the old bundle, and its validators, to go.
        gc.unfreeze()
        self._contracts = renewed
        self._serve()
        del renewed
        gc.collect()
        gc.freeze()

    def _renewed(self, contract: _Contract) -> _Contract:
        path = contract.bundle.path
        if file_stamp(path) == contract.bundle.stamp:
            return contract
        try:
            return self._contract(contract.prefix, Bundle(path))
        except (BundleError, SettingError) as error:
            sys.stderr.write(f"error: {error}; the earlier one is still served\n")
            return contract

    def _contract(self, prefix: str, bundle: Bundle) -> _Contract:
        return _Contract(prefix, bundle, resolve_settings(self._flags, self._environment, bundle.index.settings))

    def _serve(self) -> None:
        first, *others = self._contracts
        self.control = next((one for one in self._contracts if not one.prefix), first).bundle.index.control
        self._deepest_first = sorted(self._contracts, key=lambda one: -len(one.segments))
        self._depth = len(self._deepest_first[0].segments)
        crossing = {one.settings.cors for one in self._contracts}
        self._origins = crossing.pop() if len(crossing) == 1 else None
        self.begin = self._lead if others or first.prefix else first.pipeline.begin

    def _refuse_control_prefixes(self) -> None:
        own = decoded_segments(self.control)
        for one in self._contracts:
            if one.prefix and one.segments[: len(own)] == own:
                raise SettingError(f"the prefix {one.prefix} is of the server's own endpoints; choose another")

    # Several contracts, or one below a prefix

    def _lead(self, request: Request) -> Exchange | Answer:
        path, control = request.path, self.control
        if not path.startswith("/"):
            return self._contracts[0].pipeline.begin(request)
        if path.startswith(control) and path[len(control) :][:1] in {"", "/"}:
            return self._own_endpoint(request)
        try:
            contract = self._find(path)
        except BadTarget as error:
            return refusals.unreadable(str(error))
        if contract is None:
            return refusals.prefix_unknown(path, {one.prefix: one.bundle.index.title for one in self._contracts})
        before, after = _split(path, len(contract.segments))
        if not after:
            return refusals.path_unknown(path, None)
        request.prefix, request.path = before, after
        return contract.pipeline.begin(request)

    def _find(self, path: str) -> _Contract | None:
        """Return the contract whose prefix a path begins with, segment by segment; the longest wins."""
        segments = decoded_segments("/".join(path.split("/", self._depth + 1)[: self._depth + 1]))
        for contract in self._deepest_first:
            if segments[: len(contract.segments)] == contract.segments:
                return contract
        return None

    def _own_endpoint(self, request: Request) -> Answer:
        health: dict[str, object] = {"status": "ok", "contracts": [one.health() for one in self._contracts]}
        crossing = any(one.settings.cors for one in self._contracts)
        return own_endpoint(request, self.control, health, cors=crossing)


def _first_set(bundles: Sequence[Bundle]) -> dict[str, Any]:
    """Return what the first bundle says of the server itself, of those that say something."""
    chosen: dict[str, Any] = {}
    for bundle in bundles:
        for name in SERVER_SETTINGS:
            chosen.setdefault(name, bundle.index.settings.get(name))
            if chosen[name] is None:
                del chosen[name]
    return chosen


def _split(path: str, segments: int) -> tuple[str, str]:
    """Return the first segments of a path, and what comes after them."""
    position = 0
    for _ in range(segments):
        position = path.find("/", position + 1)
        if position < 0:
            return path, ""
    return path[:position], path[position:]


def complete(exchange: Exchange) -> Answer:
    """Answer a request that has come in whole, by the pipeline that it began with."""
    return exchange.stages.complete(exchange)


def too_large(exchange: Exchange) -> Answer:
    """Refuse a body that turned out to be over its limit while it came in."""
    return exchange.stages.too_large(exchange)
