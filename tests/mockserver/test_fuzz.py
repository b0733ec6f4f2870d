"""A few thousand mutated requests; `tools/fuzz-mock` sends more of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mockserver.fuzzing import fuzz


@pytest.mark.parametrize("name", ["bodies", "parameters", "responses"])
def test_no_bytes_end_the_server_find_a_bug_of_it_or_make_it_grow(tmp_path: Path, name: str) -> None:
    seen, _ = fuzz(name, 1000, 0, tmp_path)
    assert {2, 4} <= {status // 100 for status in seen}
