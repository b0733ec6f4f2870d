"""Makes a value for every JSON schema of real descriptions' responses and request bodies, and prints what came of it.

python -m tests.corpus.synthesising [--every N] [--from N] [--processes N] [--seed N] [--details FILE]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract, MediaType
from contractctl.mock.media import kind_of
from contractctl.mock.schemas import Direction, SchemaTable
from contractctl.mock.telling import Told
from contractctl.source.parse import parse_document
from contractctl.synth import GaveUp, Unsatisfiable
from tests.corpus.descriptions import descriptions

VERDICTS: Final = ("valid", "proved unsatisfiable", "gave up", "invalid", "proved wrongly")
_SLOWEST: Final = 15


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one schema. `uses` are the operations that send or take it, `said` is why there is no value."""

    place: str
    direction: str
    uses: int
    verdict: str
    seconds: float
    said: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a description; `digest` is that of all values and verdicts, in order."""

    name: str
    operations: int
    made: tuple[Made, ...]
    digest: str
    seconds: float


def outcome(described: tuple[str, Path], *, seed: int = 0) -> Outcome:
    """Make the values of one description, as a compilation of its mock makes them."""
    name, path = described
    start = time.process_time()
    contract = build_contract(parse_document(path.name, path.read_bytes())).contract
    table = SchemaTable(contract, Told(), seed=seed)
    uses: Counter[str] = Counter()
    documented: dict[str, list[MediaType]] = {}
    directions: dict[str, Direction] = {}
    for direction, media in _used(contract):
        if media.schema and kind_of(media.name) == "json":
            key = table.key(media.schema, direction)
            uses[key] += 1
            directions[key] = direction
            documented.setdefault(key, []).append(media)
    table.compile()
    digest = hashlib.sha256()
    made = tuple(_made(table, key, directions[key], uses[key], documented[key], digest.update) for key in uses)
    return Outcome(name, len(contract.operations), made, digest.hexdigest(), time.process_time() - start)


def _used(contract: Contract) -> Iterator[tuple[Direction, MediaType]]:
    for operation in contract.operations:
        for media in operation.body.content if operation.body else ():
            yield "request", media
        for response in operation.responses:
            for media in response.content:
                yield "response", media


def _made(
    table: SchemaTable,
    key: str,
    direction: Direction,
    uses: int,
    documented: Iterable[MediaType],
    digest: Callable[[bytes], None],
) -> Made:
    start, said = time.process_time(), ""
    try:
        value = table.make(key)
        digest(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))
        verdict = "valid" if table.is_valid(key, value) else "invalid"
    except Unsatisfiable as proof:
        examples = [one.value for media in documented for one in media.examples if one.has_value]
        is_refuted = any(table.is_valid(key, value) for value in examples)
        verdict, said = "proved wrongly" if is_refuted else "proved unsatisfiable", str(proof)
    except GaveUp as reason:
        verdict, said = "gave up", str(reason)
    seconds = time.process_time() - start
    digest(f"{verdict} {said}".encode())
    return Made(str(table.place(key).pointer), direction, uses, verdict, seconds, said)


def outcomes(chosen: Sequence[tuple[str, Path]], *, processes: int, seed: int = 0) -> Iterator[Outcome]:
    """Yield what comes of each description, in order; equal arguments give equal digests under every hash seed."""
    make = partial(outcome, seed=seed)
    if processes == 1:
        yield from map(make, chosen)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(make, chosen)


def report(found: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines: counts of schemas and of their uses, the slowest, and each without a value, with its place."""
    all_made = [(one.name, made) for one in found for made in one.made]
    yield f"{'schemas':>8} {'used':>8} {'share':>9}"
    for direction in ("response", "request"):
        yield from _counts(direction, [made for _, made in all_made if made.direction == direction])
    yield "\nslowest: seconds of processor time"
    for name, made in sorted(all_made, key=lambda pair: -pair[1].seconds)[:_SLOWEST]:
        yield f"{made.seconds:8.2f}  {made.verdict}  {name} {made.direction} {made.place}"
    for verdict in VERDICTS[1:]:
        named = [(name, made) for name, made in all_made if made.verdict == verdict]
        yield f"\n{verdict}: {len(named)}"
        yield from (f"  {name} {made.direction} {made.place} ({made.uses}): {made.said}" for name, made in named)
    digest = hashlib.sha256("".join(one.digest for one in found).encode()).hexdigest()
    seconds = sum(one.seconds for one in found)
    yield (
        f"\n{len(found)} descriptions, {sum(one.operations for one in found)} operations, "
        f"{seconds:.0f} s of processor time, {max((one.seconds for one in found), default=0):.1f} s the slowest"
    )
    yield f"digest of all values: {digest}"


def _counts(direction: str, made: Sequence[Made]) -> Iterator[str]:
    uses = sum(one.uses for one in made)
    for verdict in VERDICTS:
        such = [one for one in made if one.verdict == verdict]
        share = f"{100 * len(such) / max(len(made), 1):.3f}"
        yield f"{len(such):8} {sum(one.uses for one in such):8} {share:>8}%  {direction} {verdict}"
    yield f"{len(made):8} {uses:8}            {direction}"


def main() -> None:
    """Make what the arguments choose and print the report; `--details` gets a line of JSON for each description."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so manieth description")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them, counted from 0")
    parser.add_argument("--processes", type=int, default=2, help="how many at a time")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the values")
    parser.add_argument("--details", type=Path, default=None, help="where to write what each description gave")
    chosen = parser.parse_args()
    found = []
    start = time.perf_counter()
    described = list(descriptions().items())[chosen.first :: chosen.every]
    for one in outcomes(described, processes=chosen.processes, seed=chosen.seed):
        found.append(one)
        if chosen.details:
            with chosen.details.open("a") as file:
                file.write(json.dumps(asdict(one)) + "\n")
    print("\n".join(report(found)))
    print(f"{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()
