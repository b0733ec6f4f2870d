"""The Python inside a base image: where it lies, its version, and the C library that its wheels have to fit."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import PurePosixPath

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.cache import cached
from contractctl.image.model import LayerBlob

_PYTHON = pattern(r"(?:.+/)?bin/python(3\.\d+)")
_MUSL = pattern(r"(?:.+/)?ld-musl-[^/]+\.so\.1")
_GLIBC = pattern(r"(?:.+/)?libc(?:\.so\.6|-(?P<version>2\.\d+)\.so)")
_GLIBC_BANNER = pattern(rb"GNU C Library [^\n]*release version (2\.\d+)")
_OLDEST_GLIBC, _MUSL_VERSION = (2, 17), (1, 2)
_SEARCHED = ("/usr/local/bin", "/usr/bin", "/bin")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python of a base image: its absolute path, its version (`3.13`), `glibc` or `musl` with the version."""

    path: str
    version: str
    libc: str
    libc_version: tuple[int, int]


@dataclass(slots=True)
class _Traces:
    """What the layers show, gathered from the lowest to the highest."""

    pythons: dict[str, str] = field(default_factory=dict)
    libc: str = "glibc"
    libc_version: tuple[int, int] = _OLDEST_GLIBC


def find_interpreter(layers: Sequence[LayerBlob], environment: Mapping[str, str], base: str) -> Interpreter:
    """Find the Python of an image by its layers, the first on its PATH; PYTHON_VERSION, if set, says which of several.

    `base` is how the user named the image. Raise UsageFailure when there is no Python 3 in it, DeliveryFailure when
    a layer cannot be read.
    """
    traces = _cached_traces(layers, base)
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
    return Interpreter(f"/{found[0]}", traces.pythons[found[0]], traces.libc, traces.libc_version)


def _rank(path: str, folders: Sequence[str]) -> int:
    folder = "/" + str(PurePosixPath(path).parent)
    return folders.index(folder) if folder in folders else len(folders)


def _descending(version: str) -> int:
    return -int(version.partition(".")[2])


def _cached_traces(layers: Sequence[LayerBlob], base: str) -> _Traces:
    def make() -> bytes:
        traces = _Traces()
        for layer in layers:
            _trace(layer, traces, base)
        return json.dumps([traces.pythons, traces.libc, traces.libc_version]).encode()

    pythons, libc, (major, minor) = json.loads(cached("python", ["1", *(layer.diff_id for layer in layers)], make))
    return _Traces(pythons, libc, (major, minor))


def _trace(layer: LayerBlob, traces: _Traces, base: str) -> None:
    try:
        with tarfile.open(fileobj=io.BytesIO(layer.blob.data), mode="r|*") as archive:
            for member in archive:
                _look_at(archive, member, traces)
    except tarfile.TarError as error:
        raise DeliveryFailure(
            f"cannot read the layer {layer.blob.digest} of the base image {base} ({layer.blob.media_type}): {error}",
            hint="copy the base with gzip layers: skopeo copy --dest-compress-format gzip SOURCE oci:DIR",
        ) from error


def _look_at(archive: tarfile.TarFile, member: tarfile.TarInfo, traces: _Traces) -> None:
    path = member.name.removeprefix("./").strip("/")
    if match := _PYTHON.fullmatch(path):
        traces.pythons[path] = match[1]
    elif _MUSL.fullmatch(path):
        traces.libc, traces.libc_version = "musl", _MUSL_VERSION
    elif (match := _GLIBC.fullmatch(path)) and member.isfile():
        content = archive.extractfile(member)
        banner = _GLIBC_BANNER.search(content.read()) if content else None
        version = banner[1].decode() if banner else match["version"]
        if version:
            traces.libc, traces.libc_version = "glibc", (2, int(version.partition(".")[2]))


def environment_of(config: Mapping[str, Json]) -> dict[str, str]:
    """Return the environment in an image's configuration object."""
    lines = config.get("Env")
    texts = [str(line) for line in lines] if isinstance(lines, list) else []
    return dict(line.split("=", 1) for line in texts if "=" in line)
