"""`python -m tests.source.mutating SECONDS`: mutate seeds so long, in 1 GB, in 10 seconds an input at most."""

from __future__ import annotations

import random
import resource
import signal
import sys
import time
import traceback

from tests.source.fuzzing import SEEDS, check

GIGABYTE = 1 << 30
PIECES = [seed[at : at + size] for seed in SEEDS for size in (1, 3, 9) for at in range(0, len(seed), size)]


def mutated(chance: random.Random) -> bytes:
    data = chance.choice(SEEDS)
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 0, 1, 2, 8, 40)))
        piece = chance.choice(PIECES) if chance.random() < 0.8 else chance.randbytes(chance.randint(1, 4))
        data = data[:start] + piece * chance.choice((1, 1, 1, 2, 300)) + data[end:]
    return data


def run(seconds: float) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))
    chance, until, count = random.Random(), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data = mutated(chance)
        signal.alarm(10)
        try:
            check(data)
        except BaseException:
            traceback.print_exc()
            print(f"with {data!r}", file=sys.stderr)
            return 1
        finally:
            signal.alarm(0)
        count += 1
    print(f"{count} inputs")
    return 0


def too_slow(*_: object) -> None:
    raise TimeoutError("more than ten seconds for one input")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, too_slow)
    sys.exit(run(float(sys.argv[1])))
