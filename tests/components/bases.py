"""A base image with Python for two platforms, of Debian's packages: unpacked only, so that nothing foreign runs."""

from __future__ import annotations

import fcntl
import json
import platform
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from contractctl.image.compression import GzipSink
from contractctl.image.model import OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST, Blob, Image, ImageSet, LayerBlob, Platform
from contractctl.image.plan import describe_blob, join_images
from tests.components.presence import give_up, privileges, require

ARCHITECTURES = ("amd64", "arm64")
_PACKAGES = "python3-minimal,libpython3-stdlib"
_KEPT = ("./usr/bin/python3", "./usr/lib", "./lib", "./etc/ssl", "./etc/ld.so")
_LEFT_OUT = ("./usr/lib/python3/", "./usr/lib/systemd", "./lib/systemd")


def debian_base(folder: Path) -> ImageSet:
    """Return an index of two platforms; what is in `folder` already is not made again (several workers share it)."""
    program = require("mmdebstrap", package="mmdebstrap")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        layers = {architecture: _layer(program, folder, architecture) for architecture in ARCHITECTURES}
    images = [_image(Platform("linux", architecture), layer) for architecture, layer in layers.items()]
    return join_images(images, {"org.opencontainers.image.title": "Debian's Python"})


def _layer(program: Path, folder: Path, architecture: str) -> LayerBlob:
    kept = folder / f"{architecture}.tar.gz"
    if not kept.exists():
        unpacked = folder / f"{architecture}.tar"
        _unpack(program, architecture, unpacked)
        kept.write_bytes(_pack(unpacked))
        unpacked.unlink()
    packed = kept.read_bytes()
    digest, _, data = packed.partition(b"\n")
    return LayerBlob("base", Blob.of(OCI_LAYER_GZIP, data), digest.decode())


def _unpack(program: Path, architecture: str, path: Path) -> None:
    suite = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    command = [*privileges(), str(program), "--quiet", "--variant=extract", f"--architectures={architecture}"]
    command += [f"--include={_PACKAGES}", "--aptopt=Apt::Install-Recommends false", suite, str(path)]
    result = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        give_up(f"mmdebstrap makes no base for {architecture}: {(result.stderr.strip().splitlines() or ['?'])[-1]}")


def _pack(path: Path) -> bytes:
    sink = GzipSink()
    with tarfile.open(path) as whole, tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as layer:
        for member in _members(whole):
            layer.addfile(member, whole.extractfile(member) if member.isreg() else None)
    data, digest = sink.finish()
    return digest.encode() + b"\n" + data


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        if member.name.startswith(_KEPT) and not member.name.startswith(_LEFT_OUT):
            yield member


def _image(platform: Platform, layer: LayerBlob) -> Image:
    config = Blob.of(
        OCI_CONFIG,
        _json(
            {
                "os": platform.os,
                "architecture": platform.architecture,
                "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"], "Cmd": ["python3"]},
                "rootfs": {"type": "layers", "diff_ids": [layer.diff_id]},
                "history": [{"created_by": "mmdebstrap"}],
            }
        ),
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": describe_blob(config),
        "layers": [describe_blob(layer.blob)],
    }
    return Image(platform, Blob.of(OCI_MANIFEST, _json(manifest)), config, (layer,))


def elf_machines(layers: Iterable[Path]) -> dict[str, int]:
    """Return e_machine of every ELF file in layers, by its path; all of them are of one byte order."""
    found: dict[str, int] = {}
    for layer in layers:
        with tarfile.open(layer) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                head = content.read(20) if content else b""
                if head.startswith(b"\x7fELF"):
                    found[member.name] = int.from_bytes(head[18:20], "little")
    return found


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
