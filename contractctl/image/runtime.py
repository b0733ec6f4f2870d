"""The layers that every mock image shares: wheels and server, and the base made of this machine. Cached."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from contractctl.core.failures import DeliveryFailure
from contractctl.image.bases.elf import strip_elf
from contractctl.image.bases.host import hide_this_machine, host_inventory, host_python
from contractctl.image.bytecode import with_bytecode
from contractctl.image.cache import cached
from contractctl.image.compression import Compression
from contractctl.image.layers import pack_layer
from contractctl.image.model import OCI_LAYER_GZIP, Blob, LayerBlob
from contractctl.image.plan import MOCK_ROOT
from contractctl.image.server import server_inventory
from contractctl.image.tree import Entry, File, Inventory, Taken
from contractctl.image.wheels import WheelTarget, fetched_wheels, fits_installed, installed_wheels

Progress: TypeAlias = "Callable[[str], None]"
"""Told what is being done, in a few words, before each step that takes a while."""

_RECIPES = ("bases/elf.py", "bases/host.py", "bytecode.py", "compression.py", "layers.py", "runtime.py", "tree.py")
"""Modules of this package that decide the bytes of a layer made of given files."""


def base_layer(distributions: Sequence[str], compression: Compression, progress: Progress) -> LayerBlob:
    """Make the layer of the host base for a server that imports `distributions`.

    Raise DeliveryFailure when something that it needs is missing here.
    """
    extensions = tuple(entry.path for entry in installed_wheels(distributions).values())
    return _layer("base", host_inventory(extensions), compression, progress, compiled=True)


def wheels_layer(
    target: WheelTarget | None, distributions: Sequence[str], compression: Compression, progress: Progress
) -> LayerBlob:
    """Make the layer of wheels for `target`; None stands for the Python that runs here."""
    inventory = wheels_inventory(target, distributions, progress)
    return _layer("wheels", inventory, compression, progress, compiled=_runs_bytecode(target))


def server_layer(target: WheelTarget | None, compression: Compression, progress: Progress) -> LayerBlob:
    """Make the layer of the mock server, as source alone where `target` has another version of Python."""
    inventory = _below_root(server_inventory())
    return _layer("server", inventory, compression, progress, compiled=_runs_bytecode(target))


def wheels_tree(target: WheelTarget, distributions: Sequence[str], progress: Progress) -> dict[str, Entry]:
    """Return the files of `wheels_layer`."""
    return read_inventory(wheels_inventory(target, distributions, progress), compiled=_runs_bytecode(target))


def server_tree(target: WheelTarget) -> dict[str, Entry]:
    """Return the files of `server_layer`."""
    return read_inventory(_below_root(server_inventory()), compiled=_runs_bytecode(target))


def wheels_inventory(target: WheelTarget | None, distributions: Sequence[str], progress: Progress) -> Inventory:
    """List the wheels for `target`: those installed here where they fit, else those that pip fetches."""
    if target is None or fits_installed(target, distributions):
        return _below_root(installed_wheels(distributions))
    progress(f"fetching wheels for Python {target.python} on {target.platform}")
    return _below_root(fetched_wheels(target, distributions))


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


def _runs_bytecode(target: WheelTarget | None) -> bool:
    """Tell whether bytecode made here is what the target's Python runs."""
    return target is None or (target.python == host_python() and sys.implementation.name == "cpython")


def _below_root(inventory: Inventory) -> dict[str, Entry | Taken]:
    return {f"{MOCK_ROOT.strip('/')}/{path}": entry for path, entry in inventory.items()}


def _layer(
    name: str, inventory: Inventory, compression: Compression, progress: Progress, *, compiled: bool
) -> LayerBlob:
    def make() -> bytes:
        progress(f"packing the {name} layer")
        layer = pack_layer(name, read_inventory(inventory, compiled=compiled), compression=compression)
        return layer.diff_id.encode() + b"\n" + layer.blob.data

    diff_id, _, data = cached(f"layer-{name}", _key(inventory, compression, compiled=compiled), make).partition(b"\n")
    return LayerBlob(name, Blob.of(OCI_LAYER_GZIP, data), diff_id.decode())


def _key(inventory: Inventory, compression: Compression, *, compiled: bool) -> Iterator[str]:
    """Name everything that the bytes of a layer depend on."""
    yield from (sys.version, zlib.ZLIB_RUNTIME_VERSION, compression, str(compiled))
    for name in _RECIPES:
        yield hashlib.sha256(Path(__file__).parent.joinpath(name).read_bytes()).hexdigest()
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
