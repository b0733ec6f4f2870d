"""References that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.locations import Place, Pointer
from contractctl.lint.survey import Survey


def circles(survey: Survey) -> Iterator[list[Place]]:
    """Yield the members of each circle of references between parts that are no schemas, the first place first."""
    steps: dict[Place, Place] = {}
    for lead in survey.leads:
        if lead.target is not None and lead.reference.expects != "schema":
            steps[Place(lead.at.uri, Pointer(lead.reference.tokens[:-1]))] = lead.target
    done: set[Place] = set()
    for start in sorted(steps, key=_order):
        path: list[Place] = []
        place = start
        while place in steps and place not in done:
            done.add(place)
            path.append(place)
            place = steps[place]
        if place in path:
            circle = path[path.index(place) :]
            first = circle.index(min(circle, key=_order))
            yield circle[first:] + circle[:first]


def _order(place: Place) -> tuple[str, tuple[str, ...]]:
    return place.uri, place.pointer.tokens
