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
from contractctl.mockserver.control.clock import clock_endpoint
from contractctl.mockserver.control.coverage import coverage_endpoint
from contractctl.mockserver.control.description import description_endpoints
from contractctl.mockserver.control.endpoints import Control, Endpoint
from contractctl.mockserver.control.health import health_endpoints
from contractctl.mockserver.control.journal import journal_endpoints
from contractctl.mockserver.control.metrics import metrics_endpoint
from contractctl.mockserver.control.reset import reset_endpoint
from contractctl.mockserver.control.webhooks import webhook_endpoints
from contractctl.mockserver.control.worlds import world_endpoints
from contractctl.mockserver.exchange import Opened
from contractctl.mockserver.model import Operation
from contractctl.mockserver.observing.secrets import Secrets
from contractctl.mockserver.pipeline import Pipeline
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.routing import decoded_segments
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.settings import SERVER_SETTINGS, SettingError, Settings, resolve_settings
from contractctl.mockserver.sharing import available, refuse_divided


class _Contract:
    """One contract as it is served now: its Bundle, how it is set up, and what answers for it."""

    def __init__(self, prefix: str, bundle: Bundle, settings: Settings, runtime: Runtime) -> None:
        self.prefix = prefix
        self.segments = decoded_segments(prefix)
        self.bundle = bundle
        self.settings = settings
        self.pipeline = Pipeline(bundle, settings, runtime, prefix)

    @property
    def scopes(self) -> Sequence[str]:
        return self.bundle.index.issuer.get("scopes") or ()

    def told(self) -> dict[str, str]:
        index = self.bundle.index
        return {"title": index.title, "version": index.version, "digest": index.digest}


class Contracts:
    """Leads each request to the pipeline of its contract.

    `settings` are the server's own, the same for its life. `control` is the prefix of its own endpoints: a contract
    without a prefix says where they are, else the first.
    """

    origins: bool | None
    """Whether all answers let other origins read them; None where it depends on the contract."""
    begin: Callable[[Request], Opened | Answer]
    """Find the operation and check what needs no body; the answer when that settles it."""

    def __init__(
        self, bundles: Sequence[tuple[str, Bundle]], flags: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        """Serve bundles below their prefixes; raise SettingError for a setting or prefix that cannot be used."""
        self._flags, self._environment = flags, environment
        self.settings = resolve_settings(flags, environment, _first_set([bundle for _, bundle in bundles]))
        titles = "+".join(bundle.index.title for _, bundle in bundles)
        self.runtime = Runtime(self.settings, titles, environment.get("MOCK_SIGNING_KEY", ""))
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
        if self.origins is not None:
            return self.origins
        found = self._find(request.prefix) if request and request.prefix else None
        return found is None or found.settings.cors

    def operation_of(self, request: Request) -> Operation | None:
        """Return the operation that a request is of, whatever came of it."""
        found = (one for one in self._contracts if one.prefix == request.prefix)
        return next((one.pipeline.operation_of(request) for one in found), None)

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
        self.runtime.is_running = True
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
        settings = resolve_settings(self._flags, self._environment, bundle.index.settings)
        refuse_divided(self.settings, settings, bundle)
        return _Contract(prefix, bundle, settings, self.runtime)

    def _serve(self) -> None:
        self.runtime.observer.renew(self._secrets(), self.operation_of)
        first, *others = self._contracts
        self.control = next((one for one in self._contracts if not one.prefix), first).bundle.index.control
        self._deepest_first = sorted(self._contracts, key=lambda one: -len(one.segments))
        self._depth = len(self._deepest_first[0].segments)
        crossing = {one.settings.cors for one in self._contracts}
        self.origins = crossing.pop() if len(crossing) == 1 else None
        for one in self._contracts:
            one.pipeline.own = self._endpoints(one.bundle.index.control, [one])
        self._own = self._endpoints(self.control, self._contracts)
        self.begin = self._lead if others or first.prefix else first.pipeline.begin

    def _endpoints(self, control: str, contracts: Sequence[_Contract]) -> Control:
        """Return our own endpoints, as far as they are about some of the contracts."""
        memory, observer = self.runtime.memory, self.runtime.observer
        prefix = None if contracts is self._contracts else contracts[0].prefix
        endpoints = available(
            self.settings,
            (
                *journal_endpoints(observer, memory, prefix),
                metrics_endpoint(observer, memory, [{"prefix": one.prefix, **one.told()} for one in self._contracts]),
                *description_endpoints([one.bundle for one in contracts], is_tls=bool(self.settings.tls_cert)),
                coverage_endpoint(observer, memory, [(one.prefix, one.bundle) for one in contracts]),
                *health_endpoints(self._told(contracts), self.runtime.memory),
                clock_endpoint(self.runtime.clock),
                reset_endpoint(self.runtime),
                *world_endpoints(self.runtime.memory),
                *webhook_endpoints([(one.prefix, one.bundle) for one in contracts], self.runtime),
                *self._issuer(control, contracts),
            ),
        )
        return Control(control, endpoints, cors=any(one.settings.cors for one in contracts), settle=observer.settle)

    def _issuer(self, control: str, contracts: Sequence[_Contract]) -> Sequence[Endpoint]:
        asking = [one for one in contracts if one.pipeline.issuer is not None]
        if not asking:
            return ()
        from contractctl.mockserver.tokens.issuer import Issuer

        scopes = [scope for one in asking for scope in one.scopes]
        return Issuer(self.runtime.tokens, scopes, place="", oauth=f"{control}/oauth").endpoints()

    def _secrets(self) -> Secrets:
        """Return what of requests holds credentials."""
        return Secrets.of(scheme for one in self._contracts for scheme in one.bundle.index.schemes.values())

    def _told(self, contracts: Sequence[_Contract]) -> Mapping[str, object]:
        if contracts is self._contracts and (len(contracts) > 1 or contracts[0].prefix):
            return {"contracts": [{"prefix": one.prefix, **one.told()} for one in contracts]}
        return contracts[0].told()

    def _refuse_control_prefixes(self) -> None:
        own = decoded_segments(self.control)
        for one in self._contracts:
            if one.prefix and one.segments[: len(own)] == own:
                raise SettingError(f"the prefix {one.prefix} is of the server's own endpoints; choose another")

    # Several contracts, or one below a prefix

    def _lead(self, request: Request) -> Opened | Answer:
        path, control = request.path, self.control
        if not path.startswith("/"):
            return self._contracts[0].pipeline.begin(request)
        if path.startswith(control) and path[len(control) :][:1] in {"", "/"}:
            return self._own.open(request)
        try:
            contract = self._find(path)
        except BadTarget as error:
            return refusals.unreadable(str(error))
        if contract is None:
            return self._issuer_outside(request) or refusals.prefix_unknown(
                path, {one.prefix: one.bundle.index.title for one in self._contracts}
            )
        before, after = _split(path, len(contract.segments))
        if not after:
            return refusals.path_unknown(path, None)
        request.prefix, request.path = before, after
        return contract.pipeline.begin(request)

    def _issuer_outside(self, request: Request) -> Opened | Answer | None:
        """Return what an issuer answers below no prefix: at paths of its contract, or behind a well-known one."""
        for one in self._contracts:
            if one.pipeline.issuer is not None:
                start = request.path.removesuffix(one.prefix)
                if start != request.path and start.startswith("/.well-known/"):
                    request.prefix, request.path = one.prefix, start
                if (opened := one.pipeline.issuer.open(request, ())) is not None:
                    return opened
        return None

    def _find(self, path: str) -> _Contract | None:
        """Return the contract whose prefix a path begins with, segment by segment; the longest wins."""
        segments = decoded_segments("/".join(path.split("/", self._depth + 1)[: self._depth + 1]))
        for contract in self._deepest_first:
            if segments[: len(contract.segments)] == contract.segments:
                return contract
        return None


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
