"""What the room's one image is built of, and how to run something in its files."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path

from contractctl.image.model import ImageSet
from contractctl.image.plan import ImageMetadata, Served
from contractctl.mock.records import BundleWriter
from tests.components.presence import give_up, require

BUNDLE = BundleWriter().finish(
    {
        "title": "Dinosaurs",
        "version": "1.4.0",
        "digest": "c1:sha256:abc",
        "schemes": {},
        "mounts": [],
        "trees": [],
        "routes": [],
    }
)
"""A contract without operations: these tests look at the image around it."""

CONTRACTS = (Served(BUNDLE),)

METADATA = ImageMetadata("Dinosaurs", "1.4.0", "c1:sha256:abc", "dinosaurs", "1.4.0")


def unpack(image: ImageSet, root: Path) -> None:
    """Write the files of all layers below a folder."""
    for layer in image.images[0].layers:
        with tarfile.open(fileobj=io.BytesIO(layer.blob.data)) as archive:
            # Our own layers; newer Pythons warn without a filter, older ones know none by name.
            archive.extraction_filter = lambda member, _folder: member
            archive.extractall(root, numeric_owner=True)


def run_in(root: Path, *command: str) -> str:
    """Run a program with `root` as the whole file system, without the environment, and return what it printed."""
    chroot = str(require("chroot", package="coreutils"))
    enter = [chroot] if os.geteuid() == 0 else ["unshare", "--map-root-user", chroot]
    said = subprocess.run([*enter, str(root), *command], capture_output=True, text=True, check=False, env={})
    if os.geteuid() != 0 and "unshare failed" in said.stderr:
        give_up("only root (or a user who may make namespaces) can enter the image's files without an engine")
    assert said.returncode == 0, said.stderr
    return said.stdout
