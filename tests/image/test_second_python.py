"""On a base of its own Python, an image is the same whichever Python runs contractctl."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import contractctl
from contractctl.image.archive import write_oci_folder
from contractctl.image.model import ImageSet, Platform
from contractctl.image.plan import join_images
from tests.image.built import BUNDLE
from tests.image.small_images import image_of, small_layer

BUILD = """
import sys
from contractctl.image.build import build_image
from contractctl.image.model import Platform
from contractctl.image.plan import ImageMetadata, Served
metadata = ImageMetadata("Dinosaurs", "1.4.0", "c1:sha256:abc", "dinosaurs", "1.4.0")
images = build_image(
    (Served(sys.stdin.buffer.read()),), base="oci:base", metadata=metadata,
    platforms=(Platform("linux", "arm64"), Platform("linux", "amd64")), compression="stored",
)
print(images.digest, *(layer.diff_id for image in images.images for layer in image.layers))
"""
LIBC = b"GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\n"


def other_pythons() -> Iterator[str]:
    """Give Pythons with pip of other versions than the one that runs here, from PATH and from pyenv."""
    names = [f"python3.{minor}" for minor in range(11, 20)]
    found = [shutil.which(name) for name in (*names, "python3")]
    found += [str(path) for path in sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))]
    asked = "import sys, pip; print(*sys.version_info[:2])"
    for python in dict.fromkeys(filter(None, (*found, "/usr/bin/python3"))):
        if not Path(python).exists():
            continue
        said = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False).stdout.split()
        if said and (3, 11) <= (int(said[0]), int(said[1])) != sys.version_info[:2]:
            yield python


def base() -> ImageSet:
    """Make a base of two platforms that holds no more than a build looks at."""
    (image,) = image_of((small_layer("base", {"usr/bin/python3.13": b"", "lib/libc.so.6": LIBC}),)).images
    other = image_of(image.layers, Platform("linux", "arm64")).images[0]
    return join_images((image, other), {})


def built_by(python: str, folder: Path) -> str:
    folder.mkdir()
    write_oci_folder(base(), folder / "base")
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(contractctl.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    said = subprocess.run(
        [python, "-c", BUILD], input=BUNDLE, cwd=folder, env=environment, capture_output=True, check=False
    )
    assert said.returncode == 0, said.stderr.decode()
    return said.stdout.decode()


def test_a_second_python_gives_the_same_digest(tmp_path: Path) -> None:
    other = next(other_pythons(), None)
    if other is None:
        # Skipped with CI=true, too: runners have one Python, the next job of the matrix has another.
        pytest.skip("there is no second Python (3.11 or newer, with pip) beside the one that runs the tests")
    assert built_by(other, tmp_path / "other") == built_by(sys.executable, tmp_path / "ours")
