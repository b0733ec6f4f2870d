"""Images of programs of this machine, for parts that a registry has elsewhere."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import docker


def import_image(
    client: docker.DockerClient,
    name: str,
    programs: Mapping[str, Path],
    *,
    links: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    folders: tuple[str, ...] = (),
) -> str:
    """Have the engine make `name:1` of programs with the libraries that they are linked to, and return that.

    `programs` and `files` are by their paths in the image, `links` lead from paths to names beside them, `folders` are
    everybody's to write.
    """
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", dereference=True) as archive:
        for path, program in {**programs, **{str(path): path for path in _libraries(programs)}}.items():
            archive.add(program.resolve(), path)
        for path, target in (links or {}).items():
            link = tarfile.TarInfo(path)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for path, text in (files or {}).items():
            file = tarfile.TarInfo(path)
            file.size = len(text.encode())
            archive.addfile(file, io.BytesIO(text.encode()))
        for path in folders:
            folder = tarfile.TarInfo(path)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o777
            archive.addfile(folder)
    client.api.import_image_from_data(held.getvalue(), repository=name, tag="1", changes=["ENV PATH=/bin:/usr/bin"])
    return f"{name}:1"


def _libraries(programs: Mapping[str, Path]) -> set[Path]:
    """Return what the dynamic linker maps for them; nothing for programs that are linked statically."""
    listed = subprocess.run(["ldd", *programs.values()], capture_output=True, text=True, check=False).stdout
    return {Path(path) for path in re.findall(r"(/\S+) \(0x", listed)}
