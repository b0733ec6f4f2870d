"""What the documented answers of an operation cover, and which headers they have."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Operation, Response
from contractctl.core.locations import Location
from contractctl.lint.rule import Defect
from contractctl.lint.subject import Subject


def covers(operation: Operation, *statuses: str) -> bool:
    """Tell whether an answer with one of these codes is documented, by itself, by its range, or by `default`."""
    wanted = {*statuses, *(f"{status[0]}XX" for status in statuses), "default"}
    return any(response.status in wanted for response in operation.responses)


def has_header(response: Response, *names: str) -> bool:
    """Tell whether an answer has one of these headers, which are written in lower case."""
    return any(header.name.lower() in names for header in response.headers)


def operations_lacking(subject: Subject, *headers: str) -> Iterator[Operation | None]:
    """Yield the operations of which no answer has one of these headers; None, once, where no operation has any."""
    lacking = [
        operation
        for operation in subject.contract.operations
        if operation.responses and not any(has_header(response, *headers) for response in operation.responses)
    ]
    if lacking and len(lacking) == sum(bool(operation.responses) for operation in subject.contract.operations):
        yield None
    else:
        yield from lacking


def undescribed(operation: Operation, what: str, hint: str) -> Defect:
    """Return the defect of an operation that lacks an answer."""
    message = f"`{operation.title}` does not say what {what}"
    return Defect(Location(operation.at / "responses"), message, hint)
