"""The layers that every mock image shares: wheels and server, and the base made of this machine. Cached."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeAlias, TypeVar

from contractctl.core.failures import DeliveryFailure
from contractctl.image.bases.elf import strip_elf
from contractctl.image.bases.host import hide_this_machine, host_inventory, host_python
from contractctl.image.bytecode import with_bytecode
from contractctl.image.cache import cached
from contractctl.image.compression import Compression
from contractctl.image.layers import pack_layer
from contractctl.image.locked import locked_lines, locked_wheels
from contractctl.image.model import OCI_LAYER_GZIP, Blob, LayerBlob
from contractctl.image.plan import MOCK_ROOT
from contractctl.image.server import server_inventory
from contractctl.image.tree import Entry, File, Inventory, Taken, Tree
from contractctl.image.wheels import WheelTarget, fits_installed, installed_wheels

Progress: TypeAlias = "Callable[[str], None]"
"""Told what is being done, in a few words, before each step that takes a while."""

AnyEntry = TypeVar("AnyEntry", bound="Entry | Taken")

_RECIPES = (
    *("bases/elf.py", "bases/host.py", "bytecode.py", "compression.py"),
    *("layers.py", "locked.py", "runtime.py", "tree.py"),
)
"""Modules of this package that decide the bytes of a layer made of given files."""


def base_layer(distributions: Sequence[str], compression: Compression, progress: Progress) -> LayerBlob:
    """Make the layer of the host base for a server that imports `distributions`.

    Raise DeliveryFailure when something that it needs is missing here.
    """
    extensions = tuple(entry.path for entry in installed_wheels(distributions).values())
    return _host_layer("base", host_inventory(extensions), compression, progress)


def wheels_layer(
    target: WheelTarget | None, distributions: Sequence[str], compression: Compression, progress: Progress
) -> LayerBlob:
    """Make the layer of wheels: those installed here where `target` is None, else those of the lock for it."""
    if target is None:
        return _host_layer("wheels", _below_root(installed_wheels(distributions)), compression, progress)
    key = (target.python, *target.tags, *locked_lines(distributions))
    return _layer(
        "wheels", key, lambda: _below_root(locked_wheels(target, distributions, progress)), compression, progress
    )


def server_layer(compression: Compression, progress: Progress, *, compiled: bool) -> LayerBlob:
    """Make the layer of the mock server, with bytecode of this Python beside the source if `compiled`."""
    inventory = _below_root(server_inventory())
    if compiled:
        return _host_layer("server", inventory, compression, progress)
    key = _identities(inventory)
    return _layer("server", key, lambda: read_inventory(inventory, compiled=False), compression, progress)


def wheels_tree(target: WheelTarget, distributions: Sequence[str], progress: Progress) -> dict[str, Entry]:
    """Return the files of wheels for a build context: those installed here where they fit, else those of the lock."""
    if not fits_installed(target, distributions):
        return dict(_below_root(locked_wheels(target, distributions, progress)))
    inventory = _below_root(installed_wheels(distributions))
    return read_inventory(inventory, compiled=_runs_bytecode(target))


def server_tree(target: WheelTarget) -> dict[str, Entry]:
    """Return the server's files for a build context."""
    return read_inventory(_below_root(server_inventory()), compiled=_runs_bytecode(target))


def read_inventory(inventory: Inventory, *, compiled: bool) -> dict[str, Entry]:
    """Read what is taken from this machine: ELF files stripped, and bytecode beside the sources if `compiled`.

    Raise DeliveryFailure when a file cannot be read.
    """
    tree = {path: _read(entry) if isinstance(entry, Taken) else entry for path, entry in inventory.items()}
    return with_bytecode(tree) if compiled else tree


def _read(taken: Taken) -> File:
    try:
        return File(hide_this_machine(strip_elf(taken.path.read_bytes())), taken.executable)
    except OSError as error:
        raise _unreadable(taken, error) from error


def _unreadable(taken: Taken, error: OSError) -> DeliveryFailure:
    return DeliveryFailure(
        f"cannot take {taken.path} into the image: {error.strerror}",
        hint="check that the installation of contractctl and its Python is whole and readable",
    )


def _runs_bytecode(target: WheelTarget) -> bool:
    """Tell whether bytecode made here is what the target's Python runs."""
    return target.python == host_python() and sys.implementation.name == "cpython"


def _below_root(inventory: Mapping[str, AnyEntry]) -> dict[str, AnyEntry]:
    return {f"{MOCK_ROOT.strip('/')}/{path}": entry for path, entry in inventory.items()}


def _host_layer(name: str, inventory: Inventory, compression: Compression, progress: Progress) -> LayerBlob:
    """Make a layer for the Python that runs here, with its bytecode."""
    key = chain((sys.version,), _identities(inventory))
    return _layer(name, key, lambda: read_inventory(inventory, compiled=True), compression, progress)


def _layer(
    name: str, key: Iterable[str], tree: Callable[[], Tree], compression: Compression, progress: Progress
) -> LayerBlob:
    """Pack a tree, unless one with an equal key was packed in an equal way before."""

    def make() -> bytes:
        files = tree()
        progress(f"packing the {name} layer")
        layer = pack_layer(name, files, compression=compression)
        return layer.diff_id.encode() + b"\n" + layer.blob.data

    recipes = (hashlib.sha256(Path(__file__).parent.joinpath(one).read_bytes()).hexdigest() for one in _RECIPES)
    whole = chain((zlib.ZLIB_RUNTIME_VERSION, compression), recipes, key)
    diff_id, _, data = cached(f"layer-{name}", whole, make).partition(b"\n")
    return LayerBlob(name, Blob.of(OCI_LAYER_GZIP, data), diff_id.decode())


def _identities(inventory: Inventory) -> Iterator[str]:
    """Name everything that the bytes of a layer of given files depend on."""
    for path, entry in sorted(inventory.items()):
        yield path
        yield _identity(entry)


def _identity(entry: Entry | Taken) -> str:
    match entry:
        case Taken(path, executable):
            try:
                status = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, for two thousand files
            except OSError as error:
                raise _unreadable(entry, error) from error
            return f"{path} {status.st_size} {status.st_mtime_ns} {executable}"
        case File(data, executable):
            return f"{hashlib.sha256(data).hexdigest()} {executable}"
        case _:
            return repr(entry)
