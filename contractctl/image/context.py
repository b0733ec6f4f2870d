"""A build context: the same server, wheels and bundle as files, with the Dockerfile that puts them into an image.

Source: Dockerfile reference of Docker Engine 20.10, as engines without BuildKit understand it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from contractctl.core.packaged import packaged_file
from contractctl.core.writing import whole_folder
from contractctl.image.bases.host import default_platform, host_python
from contractctl.image.model import Platform
from contractctl.image.plan import (
    MOCK_PORT,
    MOCK_ROOT,
    ImageMetadata,
    Served,
    entry_point,
    health_check,
    image_labels,
)
from contractctl.image.runtime import Progress, server_tree, wheels_tree
from contractctl.image.tree import Entry, File, Tree
from contractctl.image.wheels import WheelTarget, runtime_distributions
from contractctl.mock.settings import Need

_BASE_IMAGE = "ARG BASE_IMAGE="
_EXPOSE = "EXPOSE "
_ENTRYPOINT = "ENTRYPOINT "
_CHECK = "  CMD "
_LABELS = ('LABEL "', '      "')
_CONTRACTS = "contracts"
_OURS = frozenset({"Dockerfile", _CONTRACTS, "server", "wheels"})
_LIBC_OF_SLIM = ("glibc", (2, 36))
"""What Debian 12 has, the oldest that python:X-slim stands on."""


def write_context(
    folder: Path,
    contracts: Sequence[Served],
    metadata: ImageMetadata,
    *,
    python: str | None = None,
    platform: Platform | None = None,
    labels: Mapping[str, str] | None = None,
    needs: Iterable[Need] = (),
    progress: Progress = lambda _step: None,
) -> None:
    """Write the context of an image that serves `contracts` to `folder`, whole or not at all.

    `python` (such as `3.13`) and `platform` say what the wheels are for; None is what runs here, on Linux. `needs`
    is what the server has to have beside what every server has. A folder
    that holds a context nobody has changed is replaced; any other folder has to be empty or missing.

    Raise DeliveryFailure when the folder cannot be written or the wheels cannot be had.
    """
    target = WheelTarget(python or host_python(), platform or default_platform(), *_LIBC_OF_SLIM)
    wheels, server = wheels_tree(target, runtime_distributions(needs), progress), server_tree(target)
    progress("writing the build context")
    with whole_folder(folder, may_replace=_is_unchanged_context) as new:
        new.chmod(0o755)
        _write_tree(new / "wheels", _below(MOCK_ROOT, wheels))
        _write_tree(new / "server", _below(MOCK_ROOT, server))
        named = image_labels(metadata) | dict(labels or {})
        dockerfile = render_dockerfile(_template(), target.python, named, contracts=contracts, port=metadata.port)
        _write_tree(new / _CONTRACTS, _below(MOCK_ROOT, {one.path.strip("/"): File(one.bundle) for one in contracts}))
        _write_tree(new, {"Dockerfile": File(dockerfile.encode())})


def render_dockerfile(
    template: str, python: str, labels: Mapping[str, str], *, contracts: Sequence[Served], port: int = MOCK_PORT
) -> str:
    """Return Dockerfile.mock with the base for a version of Python as its default, the port and the bundles.

    The labels are at its end.
    """
    filled = {
        _BASE_IMAGE: f"{_BASE_IMAGE}python:{python}-slim",
        _EXPOSE: f"{_EXPOSE}{port}/tcp",
        _ENTRYPOINT: f"{_ENTRYPOINT}{json.dumps(entry_point('python3', contracts))}",
        _CHECK: f"{_CHECK}{json.dumps(health_check('python3', contracts))}",
    }
    lines = [_filled_in(line, filled) for line in template.splitlines()]
    # One instruction, since an engine without BuildKit starts a container for each.
    pairs = " \\\n      ".join(f"{_quoted(name)}={_quoted(labels[name])}" for name in sorted(labels))
    return "\n".join((*lines, *([f"LABEL {pairs}"] if pairs else []), ""))


def _filled_in(line: str, filled: Mapping[str, str]) -> str:
    return next((ours for beginning, ours in filled.items() if line.startswith(beginning)), line)


def _quoted(text: str) -> str:
    """Quote for a LABEL instruction, where a backslash, a quote and a dollar sign mean something."""
    folded = " ".join(text.split())
    return '"' + folded.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


def _template() -> str:
    return packaged_file("Dockerfile.mock").read_text("utf-8")


def _is_unchanged_context(folder: Path) -> bool:
    if not {path.name for path in folder.iterdir()} <= _OURS:
        return False
    try:
        text = (folder / "Dockerfile").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return list(_written_by_hand(text)) == list(_written_by_hand(_template()))


def _written_by_hand(dockerfile: str) -> Iterator[str]:
    for line in dockerfile.splitlines():
        if not line.startswith((_BASE_IMAGE, _EXPOSE, _ENTRYPOINT, _CHECK, *_LABELS)):
            yield line


def _below(folder: str, tree: Tree) -> dict[str, Entry]:
    """Name the files by their path below a folder of the image; their bytecode keeps the whole path."""
    return {path.removeprefix(folder.strip("/") + "/"): entry for path, entry in tree.items()}


def _write_tree(folder: Path, tree: Tree) -> None:
    for path, entry in tree.items():
        assert isinstance(entry, File), "wheels, server, bundle and Dockerfile are plain files"
        _write_file(folder / path, entry)


def _write_file(path: Path, file: File) -> None:
    """Write with modes of our own: the umask is the writer's, and in the image another user reads the files."""
    _make_folder(path.parent)
    path.write_bytes(file.data)
    path.chmod(0o755 if file.executable else 0o644)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)
