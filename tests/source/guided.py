"""`python -m tests.source.guided FOLDER [-OPTION=…]`: libFuzzer over the readers, seeded; `tools/fuzz` starts it."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["contractctl.source", "json", "yaml"]):
    from tests.source.fuzzing import SEEDS, check


if __name__ == "__main__":
    for number, seed in enumerate(SEEDS):
        (Path(sys.argv[1]) / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
