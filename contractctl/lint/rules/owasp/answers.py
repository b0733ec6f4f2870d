"""What the documented answers of operations cover, which headers they have, and how to say what they lack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from contractctl.contract.model import Operation, Response
from contractctl.core.locations import Location
from contractctl.lint.rule import Defect
from contractctl.lint.subject import Subject

_MANY: Final = 10


def covers(operation: Operation, *statuses: str) -> bool:
    """Tell whether an answer with one of these codes is documented, by itself, by its range, or by `default`."""
    wanted = {*statuses, *(f"{status[0]}XX" for status in statuses), "default"}
    return any(response.status in wanted for response in operation.responses)


def has_header(response: Response, *names: str) -> bool:
    """Tell whether an answer has one of these headers, which are written in lower case."""
    return any(header.name.lower() in names for header in response.headers)


def has_header_somewhere(operation: Operation, *names: str) -> bool:
    """Tell whether an answer of an operation has one of these headers, which are written in lower case."""
    return any(has_header(response, *names) for response in operation.responses)


def is_habit(lacking: int, among: int) -> bool:
    """Tell whether so many operations lack something that it is one defect of the description, not one of each.

    They are ten or more, and most of those that it concerns: a thousand findings would say no more than one.
    """
    return lacking >= _MANY and 2 * lacking > among


def unsaid(
    subject: Subject,
    what: str,
    hint: str,
    *,
    says: Callable[[Operation], bool],
    concerns: Callable[[Operation], bool] = lambda _: True,
) -> Iterator[Defect]:
    """Yield the defects of the operations with answers that it concerns, and that do not say something.

    A habit is one defect. An operation that documents no answer at all is somebody else's business.
    """
    concerned = [one for one in subject.contract.operations if one.responses and concerns(one)]
    silent = [operation for operation in concerned if not says(operation)]
    if is_habit(len(silent), len(concerned)):
        message = f"{len(silent)} of {len(concerned)} operations do not say {what}"
        yield Defect(Location(subject.root / "paths"), message, hint)
        return
    for operation in silent:
        yield Defect(Location(operation.at / "responses"), f"`{operation.title}` does not say {what}", hint)


def unsaid_by_answers(
    subject: Subject, answers: Iterable[Response], which: str, what: str, hint: str, *, says: Callable[[Response], bool]
) -> Iterator[Defect]:
    """Yield the defects of those answers that do not say something, one for each that is shared; a habit is one.

    `which` names all of them, as in "12 of 14 answers `429`".
    """
    concerned = {response.at: response for response in answers}
    silent = [response for response in concerned.values() if not says(response)]
    if is_habit(len(silent), len(concerned)):
        message = f"{len(silent)} of {len(concerned)} {which} do not say {what}"
        yield Defect(Location(subject.root / "paths"), message, hint)
        return
    for response in silent:
        yield Defect(Location(response.at), f"the answer `{response.status}` does not say {what}", hint)
