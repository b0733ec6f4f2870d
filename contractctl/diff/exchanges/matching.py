"""Which operations of two contracts are the same: by method, and by what their URLs look like on the wire."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from contractctl.contract.model import Operation
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.diff.exchanges.addresses import base_path

_VARIABLE = pattern(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Matches:
    """The operations of two lists: those of both sides, and those of one."""

    both: list[tuple[Operation, Operation]]
    removed: list[Operation]
    added: list[Operation]


def match_operations(base: Sequence[Operation], revision: Sequence[Operation]) -> Matches:
    """Match operations by method and path.

    As they are written first, then by the path without its variables' names, then with the base path of the servers
    before it: what moved between server and path is still at the same URL. Of several at one URL the first counts.
    """
    left = dict(enumerate(revision))
    both: list[tuple[Operation, Operation]] = []
    rest: list[Operation] = list(base)
    for key_of in (_written_key, wire_key, _url_key):
        numbers = {key_of(one): number for number, one in reversed(left.items())}
        waiting, rest = rest, []
        for one in waiting:
            number = numbers.pop(key_of(one), None)
            if number is None:
                rest.append(one)
            else:
                both.append((one, left.pop(number)))
    before, after = set(map(wire_key, base)), set(map(wire_key, revision))
    removed = [one for one in rest if wire_key(one) not in after]
    return Matches(both, removed, [one for one in left.values() if wire_key(one) not in before])


def wire_key(operation: Operation) -> Hashable:
    """Return what tells operations of one server apart on the wire."""
    return operation.method, wire_path(operation.path)


def wire_path(path: str) -> str:
    """Return the path without the names of its variables."""
    return _VARIABLE.sub("{}", path)


def _written_key(operation: Operation) -> Hashable:
    return operation.method, operation.path


def _url_key(operation: Operation) -> Hashable:
    """Return the method and the path as it travels; where the servers differ in theirs, what equals nothing."""
    paths = {base_path(server) for server in operation.servers}
    return (operation.method, paths.pop() + wire_path(operation.path)) if len(paths) == 1 else object()
