"""Prints which share of the mistakes of `tests/lint/mutations.py` lint finds in real descriptions, by kind.

python -m tests.corpus.mutating [DESCRIPTIONS [KINDS]]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contractctl.core.findings import Finding
from contractctl.core.json import is_object
from contractctl.lint.engine import lint_document
from contractctl.source.parse import parse_document
from tests.corpus.descriptions import descriptions, drawn, of_size
from tests.lint.breaking import Root, Whole
from tests.lint.mutants import read
from tests.lint.mutations import MUTATIONS, is_found

_LARGEST = 60_000  # bytes: one of these is linted in a fiftieth of a second


class Trial(NamedTuple):
    """A mistake of a kind, made in a description, and whether it was found and named."""

    kind: str
    description: str
    place: str
    is_found: bool


def trials(count: int, kinds: int, *, seed: int) -> Iterator[Trial]:
    """Make so many kinds of mistakes in so many descriptions, always the same; some do not apply."""
    chance = random.Random(seed)
    for name in drawn(count, of_size(0, _LARGEST), seed=seed):
        root = parse_document("openapi.json", descriptions()[name].read_bytes()).root
        if is_object(root):
            whole = Whole(dict(root), chance)
            before = _said(whole.root)
            for mutation in chance.sample(MUTATIONS, kinds):
                broken = mutation.make(whole)
                if broken is not None:
                    fresh = [one for key, one in _said(broken.root).items() if key not in before]
                    yield Trial(mutation.name, name, "#/" + "/".join(broken.at), is_found(broken, fresh))


def _said(root: Root) -> dict[tuple[str, str, str], Finding]:
    return {(one.rule, str(one.location.place), one.message): one for one in lint_document(read(root))}


def report(found: Sequence[Trial]) -> Iterator[str]:
    """Yield a line for each kind that is missed, the worst first, and one for all together."""
    tried = Counter(trial.kind for trial in found)
    missed = Counter(trial.kind for trial in found if not trial.is_found)
    examples = {trial.kind: f"{trial.description} {trial.place}" for trial in found if not trial.is_found}
    for kind in sorted(missed, key=lambda one: (-missed[one] / tried[one], one)):
        yield f"{tried[kind] - missed[kind]:4} of {tried[kind]:4}  {kind}  ({examples[kind]})"
    yield f"{len(found) - missed.total()} of {len(found)} mistakes of {len(tried)} kinds are found and named"


def main(arguments: Sequence[str]) -> None:
    """Print the report."""
    count, kinds = (*map(int, arguments), 40, 60)[:2] if len(arguments) != 1 else (int(arguments[0]), 60)
    for line in report(list(trials(count, kinds, seed=1))):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
