"""What an image on the host base is made of: for each layer and each part files, bytes, and bytes as they travel.

    python bench/image_table.py [CONTRACT]

Prints a table in Markdown. Parts are those of the bill of materials (contractctl/image/sbom); of the interpreter the
kinds of its files are told apart. A part's compressed bytes are those of its layer that were read while its members
were unpacked, to within the 512 bytes of a read.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from start import CONTRACTCTL, DINOSAURS, run

from contractctl.image.bases.host import default_platform
from contractctl.image.bases.layout import read_layout
from contractctl.image.model import LayerBlob
from contractctl.image.sbom.contents import Contents, read_contents
from contractctl.image.sbom.parts import find_parts

KINDS = ((".pyc", "bytecode"), (".py", "sources"), (".so", "compiled modules"))
"""By the end of a path, what a file of the interpreter is."""

CREATED_BY = re.compile(r"contractctl build-mock: (.+)")
STEP = 512


@dataclass(slots=True)
class Row:
    """A part of a layer."""

    files: int = 0
    size: int = 0
    compressed: int = 0


def main() -> None:
    """Build the image, and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("contract", nargs="?", type=Path, default=DINOSAURS)
    contract = parser.parse_args().contract
    with tempfile.TemporaryDirectory(prefix="contractctl-table-") as folder:
        run((*CONTRACTCTL, "build-mock", str(contract), "--output", f"oci:{folder}/image"))
        print_table(Path(folder, "image"))


def print_table(layout: Path) -> None:
    """Print what each layer of an image holds, and the sum."""
    (image,) = read_layout(layout, (default_platform(),))
    names = part_names(read_contents(image.layers))
    history = [str(entry.get("created_by", "")) for entry in _objects(image.config)]
    print("| layer | part | files | bytes | compressed |\n| --- | --- | ---: | ---: | ---: |")
    whole = Row()
    for layer, created_by in zip(image.layers, history, strict=True):
        match = CREATED_BY.fullmatch(created_by)
        for part, row in sorted(rows(layer, names).items(), key=lambda each: -each[1].compressed):
            print(f"| {match[1] if match else 'base'} | {part} | {row.files} | {row.size:,} | {row.compressed:,} |")
            whole.files, whole.size = whole.files + row.files, whole.size + row.size
            whole.compressed += row.compressed
    print(f"| | all | {whole.files} | {whole.size:,} | {whole.compressed:,} |")


def part_names(contents: Contents) -> dict[str, str]:
    """Name the part of each file."""
    named: dict[str, str] = {}
    for part in find_parts(contents).parts:
        for path in part.files:
            kind = next((f", {kind}" for end, kind in KINDS if path.endswith(end)), ", program and library")
            named[path] = part.component.name + (kind if part.kind == "Interpreter" else "")
    return named


def rows(layer: LayerBlob, names: Mapping[str, str]) -> dict[str, Row]:
    """Measure the parts of a layer."""
    found: dict[str, Row] = {}
    source = io.BytesIO(layer.blob.data)
    before = 0
    with tarfile.open(fileobj=source, mode="r|gz", bufsize=STEP) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            size = len(content.read()) if content else 0
            row = found.setdefault(names.get(member.name, _unnamed(member.name)), Row())
            row.files, row.size = row.files + member.isfile(), row.size + size
            row.compressed += source.tell() - before
            before = source.tell()
    found.setdefault("the rest", Row()).compressed += layer.blob.size - before
    return found


def _unnamed(path: str) -> str:
    return "contract" if path.endswith(".bundle") else "the rest"


def _objects(config: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    history = config.get("history")
    assert isinstance(history, list)
    yield from (entry for entry in history if isinstance(entry, dict) and not entry.get("empty_layer"))


if __name__ == "__main__":
    main()
