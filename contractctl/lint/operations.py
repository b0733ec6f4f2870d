"""All operations of a contract: those of paths, of webhooks, and of callbacks, which stand inside operations."""

from __future__ import annotations

from contractctl.contract.model import Contract, Operation
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
