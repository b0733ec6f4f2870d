"""Takes in each request with its answer, at next to no cost, and writes what follows from it to the memory later.

`note` runs for every answer: it counts, and keeps what the journal will want. `take` hands over what came together, in
the loop; `write` makes entries and numbers of it, where the memory may be asked. An own endpoint that reads does both
before it answers.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.clock import Clock
from contractctl.mockserver.control.endpoints import OwnExchange
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.memory.interface import Memory, MemoryFull, MemoryUnreachable
from contractctl.mockserver.messages import Pending
from contractctl.mockserver.model import Operation
from contractctl.mockserver.observing.cells import FAST, OVER, Cell, Label
from contractctl.mockserver.observing.entries import (
    NO_MARKS,
    Delivery,
    EntryWriter,
    Key,
    Marks,
    Noted,
    Subject,
    delivery_entry,
    encoded,
    size_of,
)
from contractctl.mockserver.observing.secrets import Secrets
from contractctl.mockserver.observing.spaces import (
    BOUNDS,
    COUNTERS,
    COVERAGE,
    EPOCH,
    JOURNAL,
    METRICS,
    MOST_LABELS,
    OTHERS,
    key_of,
)
from contractctl.mockserver.observing.watching import Use, Watch
from contractctl.mockserver.requests import Request

_LEAST_BYTES: Final = 16 << 20
_MOST_BYTES: Final = 256 << 20
_USUAL_BYTES: Final = 2048
"""What a request takes while it waits to be written, and the bounds of all together; they are kept once a second."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "CONNECT"})
_LONGEST_METHOD: Final = 64


@dataclass(slots=True)
class Batch:
    """What came together since the last one. `uses` are by prefix and title of an operation, `events` by metric."""

    cells: dict[Key, Cell] = field(default_factory=dict)
    uses: list[tuple[str, str, Use]] = field(default_factory=list)
    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[Noted | Delivery] = field(default_factory=list)


class Observer:
    """What a server knows of its requests.

    `most` is how many requests the journal keeps, 0 for none. `connections` are those that are open, `busy` counts the
    requests that are being answered.
    """

    def __init__(self, memory: Memory, clock: Clock, most: int) -> None:
        self.most = most
        self.secrets = Secrets()
        self._find: Callable[[Request], Operation | None] = _nothing
        self.connections: Sized = ()
        self.busy: Callable[[], int] = int
        self._memory = memory
        self._clock = clock
        self._batch = Batch()
        self._unwritten: deque[Batch] = deque()
        self._notes: deque[Noted | Delivery] = deque(maxlen=most)
        self._keep = self._notes.append
        self._most_bytes = min(max(most * _USUAL_BYTES, _LEAST_BYTES), _MOST_BYTES)
        self._watches: dict[Operation, Watch] = {}
        self._labels: set[Label] = set()
        self._waiting = 0
        self._epoch = 1
        self._mark: bytes | None = None
        self._begins_anew = False

    # In the loop, for each answer

    def note(self, pending: Pending, answer: Answer, began: float) -> None:
        """Take in an answer, which `began` when `perf_counter` said so. It runs for each: every step of it counts."""
        opened = pending.opened
        if not isinstance(opened, Exchange):
            self._note_other(pending, answer, began)
            return
        now = perf_counter()
        seconds = now - began
        request = opened.request
        headers = request.headers
        cell = opened.found.cell
        if cell is None or cell.status != answer.status:
            cell = self._cell_for(opened, answer.status)
        if seconds < FAST:
            cell.fast += 1
        else:
            cell.counts[bisect_right(BOUNDS, seconds)] += 1
        cell.seconds += seconds
        cell.sent += (sent := len(answer.body))
        received = 0
        if request.body:
            cell.received += (received := len(request.body))
        watch = cell.watch
        if b"prefer" in headers or (
            watch is not None and watch.is_left and self._watch(opened.operation).may_use(opened)
        ):
            self._look(opened)
        marks = NO_MARKS
        delivery = answer.delivery
        if opened.violations or opened.fault or opened.remarks or (delivery is not None and delivery.fault):
            marks = self._marks(opened, answer)
        if self.most:
            # No part of it is larger than a head: neither the request nor the answer is kept, for they have bodies.
            self._keep((now, cell, request.target, headers, marks, answer.head, received, sent, seconds))

    def _note_other(self, pending: Pending, answer: Answer, began: float) -> None:
        """Take in what a head was answered with at once, an endpoint of ours, or what was no request."""
        now = perf_counter()
        request, opened = pending.request, pending.opened
        subject: Subject = ""
        method, prefix, received, is_noted = "", "", 0, True
        if request is not None:
            method, prefix, received = request.method, request.prefix, len(request.body)
            if isinstance(opened, OwnExchange):
                subject, is_noted = opened.name, opened.is_noted
            else:
                subject = self._find(request) or ""
        known = method if isinstance(subject, Operation) or method in _METHODS else "(other)" if method else ""
        key = (subject, known, answer.status)
        cell = self._batch.cells.get(key) or self._new_cell(key, prefix, is_noted=is_noted)
        seconds = now - began
        cell.counts[bisect_right(BOUNDS, seconds)] += 1
        cell.seconds += seconds
        cell.sent += (sent := len(answer.body))
        cell.received += received
        if self.most and is_noted:
            target, headers = (b"", {}) if request is None else (request.target, request.headers)
            if cell.key != (subject, method, answer.status):
                cell = Cell((subject, method[:_LONGEST_METHOD], answer.status), prefix, None)
            self._notes.append((now, cell, target, headers, NO_MARKS, answer.head, received, sent, seconds))

    def note_delivery(
        self,
        *,
        callback: str,
        operation: str,
        contract: str,
        method: str,
        url: str,
        status: int | None,
        attempts: int,
        error: str,
        seconds: float,
    ) -> None:
        """Take in a request of ours: a callback that arrived (`status`), was refused or given up (`error`).

        At home in any thread. `contract` is the prefix; of `url` nothing is kept that may be a credential.
        """
        if self.most:
            entry = delivery_entry(self.secrets, method, url)
            entry |= {"callback": callback, "operation": operation, "contract": contract, "status": status}
            entry |= {"attempts": attempts, "error": error or None, "milliseconds": round(seconds * 1000, 3)}
            self._notes.append(entry)

    def _cell_for(self, exchange: Exchange, status: int) -> Cell:
        """Return where a request of an operation is counted, and look at its target where that is new."""
        found, request = exchange.found, exchange.request
        key = (exchange.operation, request.method, status)
        cell = found.cell = self._batch.cells.get(key) or self._new_cell(key, request.prefix)
        if found.noted != self._epoch:
            found.noted = self._epoch
            watch = self._watch(exchange.operation)
            self._keep_uses(exchange, (*watch.of_target(exchange), *watch.of_preferences(exchange)))
        return cell

    def _new_cell(self, key: Key, prefix: str, *, is_noted: bool = True) -> Cell:
        """Return the numbers of requests that none of was here before."""
        if len(self._batch.cells) >= MOST_LABELS and not self._memory.is_shared:
            self.write(self.take())
        watch = self._watch(key[0]) if isinstance(key[0], Operation) else None
        cell = self._batch.cells[key] = Cell(key, prefix, watch, is_noted=is_noted)
        return cell

    def _watch(self, operation: Operation) -> Watch:
        watch = self._watches.get(operation)
        if watch is None:
            watch = self._watches[operation] = Watch(operation)
        return watch

    def _look(self, exchange: Exchange) -> None:
        watch = self._watch(exchange.operation)
        prefers = b"prefer" in exchange.request.headers
        preferred = watch.of_preferences(exchange) if prefers else ()
        self._keep_uses(exchange, (*preferred, *watch.of_message(exchange)))

    def _keep_uses(self, exchange: Exchange, uses: Iterable[Use]) -> None:
        self._batch.uses.extend((exchange.request.prefix, exchange.operation.title, use) for use in uses)

    def _marks(self, exchange: Exchange, answer: Answer) -> Marks:
        fault = exchange.fault or ("" if answer.delivery is None else answer.delivery.fault)
        if fault:
            self._batch.events["faults", fault] += 1
        for violation in exchange.violations:
            self._batch.events["violations", violation.where] += 1
        return exchange.violations, exchange.remarks, fault

    # In the loop, now and then

    def take(self, *, numbers_alone: bool = False) -> Batch:
        """Hand over what came together; what waits for its entry may wait on."""
        batch, self._batch = self._batch, Batch()
        for cell in batch.cells.values():
            cell.status = OVER
        if self.most:
            self._waiting += sum(cell.requests for cell in batch.cells.values() if cell.is_noted)
            kept = sum(isinstance(one, tuple) for one in self._notes)
            if self._waiting > kept:
                batch.events["dropped", ""] += self._waiting - kept
            self._waiting = kept
        if not numbers_alone:
            batch.notes = [self._notes.popleft() for _ in range(len(self._notes))]
            self._waiting = 0
        if self._begins_anew:
            self._begin_anew()
        return batch

    def sweep(self) -> None:
        """Let the oldest requests go where those that wait have too many bytes. Called once a second."""
        sizes = [size_of(one) for one in self._notes]
        total = sum(sizes)
        for size in sizes:
            if total <= self._most_bytes:
                break
            self._notes.popleft()
            total -= size

    def settle(self, numbers_alone: bool = False) -> Callable[[], None]:
        """Take what came together, and return what writes it where the memory may be asked."""
        self._unwritten.append(self.take(numbers_alone=numbers_alone))
        return self._write_all

    def renew(self, secrets: Secrets, find: Callable[[Request], Operation | None]) -> None:
        """Go on with other contracts, and forget the operations of those that are gone.

        What was secret stays so: requests from before are still to be written.
        """
        if not self._memory.is_shared:
            self.write(self.take())
        self._watches.clear()
        self.secrets = self.secrets.joined(secrets)
        self._find = find

    def _begin_anew(self) -> None:
        """Look for everything again, since nothing that was found is known any more. There are no cells then."""
        self._begins_anew = False
        self._epoch += 1
        self._watches.clear()

    # Where the memory may be asked

    def write(self, batch: Batch) -> None:
        """Write a batch to the memory. What it does not take is lost: whoever reads is told that it cannot be asked."""
        with suppress(MemoryUnreachable, MemoryFull):
            for space, key, amount in self._numbers(batch):
                self._memory.add(space, key, amount)
            self._append(batch.notes)
            if self._memory.is_shared:
                self._heed_others()

    def _write_all(self) -> None:
        while self._unwritten:
            self.write(self._unwritten.popleft())

    def clear_journal(self) -> None:
        """Forget all requests."""
        self._memory.clear(JOURNAL)

    def clear_coverage(self) -> None:
        """Forget what was used."""
        if self._memory.is_shared:
            self._begins_anew = True
        else:
            self.write(self.take())
            self._begin_anew()
        self._memory.clear(COVERAGE)

    def _append(self, notes: list[Noted | Delivery]) -> None:
        if not notes:
            return
        writer = EntryWriter(self.secrets, self._clock.ahead)
        entries = [one if isinstance(one, dict) else writer.entry(one) for one in notes]
        last = self._memory.add(COUNTERS, JOURNAL, len(entries))
        first = last - len(entries) + 1
        values = [encoded({"id": number, **entry}) for number, entry in enumerate(entries, first)]
        self._memory.append(JOURNAL, values, self.most)

    def _heed_others(self) -> None:
        """Learn whether another process began the coverage anew."""
        mark = self._memory.get(EPOCH, "mark")
        if mark is None:
            own = str(time.time_ns()).encode()
            mark = own if self._memory.swap(EPOCH, "mark", None, own) else self._memory.get(EPOCH, "mark")
        self._begins_anew = self._begins_anew or mark != self._mark
        self._mark = mark

    def _numbers(self, batch: Batch) -> Iterator[tuple[str, str, int]]:
        """Yield space, key and amount of what a batch adds."""
        for (subject, method, status), cell in batch.cells.items():
            title = subject.title if isinstance(subject, Operation) else subject
            yield from cell.numbers(*self._bounded((cell.prefix, title, method, status)))
            if isinstance(subject, Operation):
                yield COVERAGE, key_of(cell.prefix, title, "requests", "", status), cell.requests
        for (metric, label), count in batch.events.items():
            yield METRICS, key_of(metric, label), count
        for prefix, title, (kind, location, name) in batch.uses:
            yield COVERAGE, key_of(prefix, title, kind, location, name), 1

    def _bounded(self, label: Label) -> Label:
        """Return the labels of a number; beyond a bound, those that all others have."""
        if label not in self._labels:
            if len(self._labels) >= MOST_LABELS:
                return "", OTHERS, "", 0
            self._labels.add(label)
        return label


def _nothing(_: Request) -> None:
    return None
