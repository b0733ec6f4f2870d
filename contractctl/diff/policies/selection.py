"""What is compared at all: the operations on the paths that a team named."""

from __future__ import annotations

from dataclasses import replace

from contractctl.contract.model import Contract, Operation
from contractctl.core.policies import DiffPolicy
from contractctl.diff.policies.globs import matches_path


def selected(contract: Contract, policy: DiffPolicy) -> Contract:
    """Return the contract with the operations that are to be compared. Webhooks have no path, and stay."""
    if not policy.include and not policy.exclude:
        return contract
    return replace(contract, operations=tuple(one for one in contract.operations if _is_selected(one, policy)))


def _is_selected(operation: Operation, policy: DiffPolicy) -> bool:
    if policy.include and not matches_path(policy.include, operation.title):
        return False
    return not matches_path(policy.exclude, operation.title)
