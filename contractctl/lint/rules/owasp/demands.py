"""Whether an operation asks for credentials."""

from __future__ import annotations

from contractctl.contract.model import Operation


def is_closed(operation: Operation) -> bool:
    """Tell whether a request without credentials is refused; requirements of the description count."""
    return bool(operation.security) and all(requirement.uses for requirement in operation.security)
