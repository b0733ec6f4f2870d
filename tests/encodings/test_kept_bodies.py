"""Bodies that are kept take as much memory as they are long."""

from __future__ import annotations

import tracemalloc

from contractctl.encodings.bodies import compact


def test_a_short_body_takes_little_memory() -> None:
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = [compact({"id": number}) for number in range(1000)]
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / len(kept) < 100
