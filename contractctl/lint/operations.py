"""All operations of a contract: those of paths, of webhooks, and of callbacks, which stand inside operations."""

from __future__ import annotations

from collections.abc import Iterable

from contractctl.contract.model import Callback, Contract, Operation
from contractctl.core.locations import Place


def every_operation(contract: Contract) -> tuple[Operation, ...]:
    """Return the operations of paths and webhooks, then those of callbacks, the ones of a shared callback once."""
    found = [*contract.operations, *contract.webhooks]
    seen: set[Place] = set()
    for operation in found:  # which grows: callbacks may stand in the operations of callbacks
        for callback in operation.callbacks:
            if callback.at not in seen:
                seen.add(callback.at)
                found.extend(callback.operations)
    return tuple(found)


def every_callback(operations: Iterable[Operation]) -> tuple[Callback, ...]:
    """Return the callbacks of operations and of the operations in those, each once."""
    found: dict[Place, Callback] = {}
    waiting = [callback for operation in operations for callback in operation.callbacks]
    while waiting:
        callback = waiting.pop()
        if callback.at not in found:
            found[callback.at] = callback
            waiting.extend(inner for operation in callback.operations for inner in operation.callbacks)
    return tuple(found.values())
