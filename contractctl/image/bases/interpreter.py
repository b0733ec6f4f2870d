"""The Python inside a base image: where it lies, its version, and the C library that its wheels have to fit."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.cache import cached
from contractctl.image.layer_reading import LARGEST, LayerReader, OpenLayer
from contractctl.image.model import LayerBlob

_PYTHON = pattern(r"(?:.+/)?bin/python(3\.\d+)")
_MUSL = pattern(r"(?:.+/)?ld-musl-[^/]+\.so\.1")
_GLIBC = pattern(r"(?:.+/)?libc(?:\.so\.6|-(?P<version>2\.\d+)\.so)")
_GLIBC_BANNER = pattern(rb"GNU C Library [^\n]*release version (2\.\d+)")
_OLDEST_GLIBC, _MUSL_VERSION = (2, 17), (1, 2)
_SEARCHED = ("/usr/local/bin", "/usr/bin", "/bin")
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_LARGEST_LIBC = 64 * 1024**2
"""Bytes: a file of that name which is larger is none, and a sparse one may claim any number."""
_OLDEST = 11
"""The minor version of the first Python 3 that the mock server runs on."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python of a base image: its absolute path, its version (`3.13`), `glibc` or `musl` with the version."""

    path: str
    version: str
    libc: str
    libc_version: tuple[int, int]


@dataclass(slots=True)
class _Traces:
    """What the layers show, gathered from the lowest to the highest: each may take away what lower ones brought."""

    pythons: dict[str, str] = field(default_factory=dict)
    libc: str = "glibc"
    libc_version: tuple[int, int] = _OLDEST_GLIBC

    def hide(self, path: str) -> None:
        """Forget what lies at a path or below it."""
        below = f"{path}/" if path else ""
        self.pythons = {one: v for one, v in self.pythons.items() if one != path and not one.startswith(below)}


def find_interpreter(
    layers: Sequence[LayerBlob], environment: Mapping[str, str], base: str, *, largest: int = LARGEST
) -> Interpreter:
    """Find the Python of an image by its layers, the first on its PATH; PYTHON_VERSION, if set, says which of several.

    `base` is how the user named the image. Raise UsageFailure when there is no Python 3 in it, DeliveryFailure when
    a layer cannot be read, is not what the configuration says, or all inflate to more than `largest` bytes.
    """
    traces = _cached_traces(layers, base, largest)
    wanted = ".".join(environment.get("PYTHON_VERSION", "").split(".")[:2])
    folders = [*environment.get("PATH", "").split(":"), *_SEARCHED]
    found = sorted(
        (path for path, version in traces.pythons.items() if wanted in {"", version}),
        key=lambda path: (_rank(path, folders), _descending(traces.pythons[path])),
    )
    if not found:
        raise UsageFailure(
            f"the base image {base} has no Python{f' {wanted}' if wanted else ' 3'} in it",
            hint="choose a base with Python, such as python:3.13-slim, or --base-image host",
        )
    version = traces.pythons[found[0]]
    if int(version.partition(".")[2]) < _OLDEST:
        raise UsageFailure(
            f"the base image {base} has Python {version}; the mock server needs 3.{_OLDEST} or newer",
            hint="choose a base with a newer Python, such as python:3.13-slim, or --base-image host",
        )
    return Interpreter(f"/{found[0]}", version, traces.libc, traces.libc_version)


def _rank(path: str, folders: Sequence[str]) -> int:
    folder = "/" + str(PurePosixPath(path).parent)
    return folders.index(folder) if folder in folders else len(folders)


def _descending(version: str) -> int:
    return -int(version.partition(".")[2])


def _cached_traces(layers: Sequence[LayerBlob], base: str, largest: int) -> _Traces:
    def make() -> bytes:
        traces, reader = _Traces(), LayerReader(f"cannot use the base image {base}", largest=largest)
        for layer in layers:
            with reader.open(layer) as opened:
                _trace(opened, traces)
        return json.dumps([traces.pythons, traces.libc, traces.libc_version]).encode()

    # What is kept was read whole, so that its diff_id has been checked.
    key = ["4", *(f"{layer.blob.digest} {layer.diff_id}" for layer in layers)]
    pythons, libc, (major, minor) = json.loads(cached("python", key, make))
    return _Traces(pythons, libc, (major, minor))


def _trace(opened: OpenLayer, traces: _Traces) -> None:
    lower, upper = traces, _Traces(libc=traces.libc, libc_version=traces.libc_version)
    for member in opened:
        _look_at(opened, member, lower, upper)
    traces.pythons |= upper.pythons
    traces.libc, traces.libc_version = upper.libc, upper.libc_version


def _look_at(opened: OpenLayer, member: tarfile.TarInfo, lower: _Traces, traces: _Traces) -> None:
    """Note what a member of a layer shows in `traces`; a whiteout hides what is in `lower` alone (layer.md)."""
    path = member.name.removeprefix("./").strip("/")
    folder, _, name = path.rpartition("/")
    if name == _OPAQUE:
        lower.hide(folder)
    elif name.startswith(_WHITEOUT):
        lower.hide(f"{folder}/{name.removeprefix(_WHITEOUT)}".strip("/"))
    elif match := _PYTHON.fullmatch(path):
        traces.pythons[path] = match[1]
    elif _MUSL.fullmatch(path):
        traces.libc, traces.libc_version = "musl", _MUSL_VERSION
    elif (match := _GLIBC.fullmatch(path)) and member.isfile() and member.size <= _LARGEST_LIBC:
        banner = _GLIBC_BANNER.search(b"".join(opened.pieces(member)))
        version = banner[1].decode() if banner else match["version"]
        if version:
            traces.libc, traces.libc_version = "glibc", (2, int(version.partition(".")[2]))


def environment_of(config: Mapping[str, Json]) -> dict[str, str]:
    """Return the environment in an image's configuration object."""
    lines = config.get("Env")
    texts = [str(line) for line in lines] if isinstance(lines, list) else []
    return dict(line.split("=", 1) for line in texts if "=" in line)
