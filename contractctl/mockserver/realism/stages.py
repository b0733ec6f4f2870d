"""What of latency, faults and limits an operation has: the stages and afterthoughts that the pipeline runs for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from contractctl.encodings.quantities import Rules, parse_faults, parse_latency, parse_rate_limit
from contractctl.mockserver.exchange import Afterthought, Stage
from contractctl.mockserver.model import Operation, Scheme
from contractctl.mockserver.record import record
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.settings import Settings

if TYPE_CHECKING:
    from contractctl.mockserver.realism.draws import Draws

T = TypeVar("T")


@record
class Behaviour:
    """How an operation behaves. `first` runs when a request is complete, `last` before it is answered."""

    first: tuple[Stage, ...] = ()
    last: tuple[Stage, ...] = ()
    after: tuple[Afterthought, ...] = ()


class Realism:
    """Makes the behaviour of the operations of one contract. What an operation says goes before the settings."""

    def __init__(
        self, settings: Settings, runtime: Runtime, prefix: str, schemes: Mapping[str, Scheme], refusals: Refusals
    ) -> None:
        self._settings = settings
        self._runtime = runtime
        self._prefix = prefix
        self._schemes = schemes
        self._refusals = refusals

        self._clients: dict[str, dict[bytes, str]] = {}

    def of(self, operation: Operation) -> Behaviour:
        """Return how an operation behaves. HEAD is answered as the GET that it is."""
        draws = partial(self._draws, operation)
        found = [*self._faults(operation, draws), *self._limit(operation), *self._latency(operation, draws)]
        return Behaviour(
            tuple(stage for one in found for stage in one.first),
            tuple(stage for one in found for stage in one.last),
            tuple(thought for one in found for thought in one.after),
        )

    def _latency(self, operation: Operation, draws: Callable[[], Draws]) -> Iterator[Behaviour]:
        rules = _rules(operation, "latency", parse_latency, self._settings.latency)
        seconds = rules.of(_method(operation)) if rules else None
        if seconds and seconds[1]:
            from contractctl.mockserver.realism.latency import Latency

            yield Behaviour(after=(Latency(seconds, draws()).hold,))

    def _faults(self, operation: Operation, draws: Callable[[], Draws]) -> Iterator[Behaviour]:
        rules = _rules(operation, "faults", parse_faults, self._settings.faults)
        if shares := rules and rules.of(_method(operation)):
            from contractctl.mockserver.realism.faults import Faults

            faults = Faults(shares, draws(), operation, self._refusals)
            yield Behaviour(last=(faults.strike,), after=(faults.spoil,))

    def _limit(self, operation: Operation) -> Iterator[Behaviour]:
        rules = _rules(operation, "rate_limit", parse_rate_limit, self._settings.rate_limit)
        if rate := rules and rules.of(_method(operation)):
            from contractctl.mockserver.realism.limits import Counted, RateLimit

            assert rules is not None
            own = operation.title if "rate_limit" in operation.mock else ""
            name = f"{self._prefix} {own} {rules.place(_method(operation))}"
            counted = Counted(name, rate, self._clients.setdefault(name, {}))
            limit = RateLimit(counted, self._runtime.windows, self._schemes.values(), self._refusals)
            yield Behaviour(first=(limit.count,), after=(limit.tell,))

    def _draws(self, operation: Operation) -> Draws:
        # Imported when it is needed, as all that not every mock has.
        from contractctl.mockserver.realism.draws import Draws

        return Draws(f"{self._prefix} {operation.title}", self._settings.seed, self._runtime.memory)


def _method(operation: Operation) -> str:
    return operation.title.partition(" ")[0].upper()


def _rules(
    operation: Operation, name: str, parse: Callable[[str], Rules[T]], setting: Rules[T] | None
) -> Rules[T] | None:
    own = operation.mock.get(name)
    return setting if own is None else parse(own)
