from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.core.writing import whole_file, whole_folder
from contractctl.image.archive import (
    ARCHIVE_WRITERS,
    docker_archive,
    write_docker_archive,
    write_oci_archive,
    write_oci_folder,
)
from contractctl.image.model import ImageSet
from contractctl.image.reference import Reference, parse_reference
from tests.components.presence import give_up
from tests.components.skopeo import Skopeo
from tests.image.small_images import small_image

IMAGE = small_image()
REFERENCES = (parse_reference("ghcr.io/acme/dino-mock:1.4.0"), parse_reference("dino-mock:latest"))
KINDS = sorted(ARCHIVE_WRITERS)
Writer = Callable[[ImageSet, Path, Sequence[Reference]], None]


def tree(folder: Path) -> dict[str, bytes]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("references", [(), REFERENCES[:1]], ids=["no name", "one name"])
def test_skopeo_finds_the_image_in_it(
    kind: str, references: Sequence[Reference], skopeo: Skopeo, tmp_path: Path
) -> None:
    ARCHIVE_WRITERS[kind](IMAGE, tmp_path / "out", references)
    config = skopeo.config(f"{kind}:{tmp_path / 'out'}")
    assert config["rootfs"] == {"type": "layers", "diff_ids": [layer.diff_id for layer in IMAGE.images[0].layers]}
    if kind != "docker-archive":  # skopeo makes a manifest of its own for docker's form
        assert skopeo.digest(f"{kind}:{tmp_path / 'out'}") == IMAGE.digest


@pytest.mark.parametrize("kind", ["oci", "oci-archive"])
def test_skopeo_finds_each_tag(kind: str, skopeo: Skopeo, tmp_path: Path) -> None:
    ARCHIVE_WRITERS[kind](IMAGE, tmp_path / "out", REFERENCES)
    found = [skopeo.digest(f"{kind}:{tmp_path / 'out'}:{tag}") for tag in ("1.4.0", "latest")]
    assert found == [IMAGE.digest, IMAGE.digest]


def test_the_docker_archive_names_what_the_engine_loads(tmp_path: Path) -> None:
    write_docker_archive(IMAGE, tmp_path / "mock.tar", (parse_reference("localhost:5000/mock"), *REFERENCES))
    with tarfile.open(tmp_path / "mock.tar") as tar:
        names = tar.getnames()
        index, manifest = (json.loads(tar.extractfile(name).read()) for name in ("index.json", "manifest.json"))  # type: ignore[union-attr]  # all are files
    assert names[:2] == ["oci-layout", "index.json"]
    assert manifest == [
        {
            "Config": f"blobs/sha256/{IMAGE.images[0].config.digest[7:]}",
            "Layers": [f"blobs/sha256/{layer.blob.digest[7:]}" for layer in IMAGE.images[0].layers],
            "RepoTags": ["dino-mock:latest", "ghcr.io/acme/dino-mock:1.4.0", "localhost:5000/mock:latest"],
        }
    ]
    assert [one["annotations"]["io.containerd.image.name"] for one in index["manifests"]] == [
        "docker.io/library/dino-mock:latest",
        "ghcr.io/acme/dino-mock:1.4.0",
        "localhost:5000/mock:latest",
    ]


def test_the_tar_has_no_traces_of_this_machine(tmp_path: Path) -> None:
    write_oci_archive(IMAGE, tmp_path / "mock.tar", ())
    with tarfile.open(tmp_path / "mock.tar") as tar:
        assert {(one.mtime, one.uid, one.gid, one.uname, one.gname) for one in tar} == {(0, 0, 0, "", "")}


@pytest.mark.parametrize("kind", KINDS)
def test_equal_images_give_equal_bytes_whatever_the_umask_and_the_order_of_names(kind: str, tmp_path: Path) -> None:
    written = []
    for name, mask, references in (("a", 0o022, REFERENCES), ("b", 0o077, REFERENCES[::-1])):
        before = os.umask(mask)
        try:
            ARCHIVE_WRITERS[kind](small_image(), tmp_path / name, references)
        finally:
            os.umask(before)
        out = tmp_path / name
        written.append(tree(out) if out.is_dir() else {"": out.read_bytes()})
    assert written[0] == written[1]


def test_the_pieces_for_the_engine_are_the_file(tmp_path: Path) -> None:
    write_docker_archive(IMAGE, tmp_path / "mock.tar", REFERENCES)
    assert b"".join(docker_archive(IMAGE, REFERENCES)) == (tmp_path / "mock.tar").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_there_of_the_same_kind_is_replaced(kind: str, tmp_path: Path) -> None:
    ARCHIVE_WRITERS[kind](small_image("bronto", layers=3), tmp_path / "out", ())
    ARCHIVE_WRITERS[kind](IMAGE, tmp_path / "out", ())
    ARCHIVE_WRITERS[kind](IMAGE, tmp_path / "fresh", ())
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["fresh", "out"]
    if kind == "oci":
        assert tree(tmp_path / "out") == tree(tmp_path / "fresh")
    else:
        assert (tmp_path / "out").read_bytes() == (tmp_path / "fresh").read_bytes()


def test_an_empty_folder_becomes_the_layout(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_oci_folder(IMAGE, tmp_path / "out", ())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["blobs", "index.json", "oci-layout"]


def test_a_link_keeps_pointing_at_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "old.tar").write_bytes(b"old")
    (tmp_path / "link.tar").symlink_to("old.tar")
    write_oci_archive(IMAGE, tmp_path / "link.tar", ())
    assert (tmp_path / "link.tar").is_symlink()
    assert tarfile.is_tarfile(tmp_path / "old.tar")


def test_a_pipe_is_written_in_place(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write_oci_archive(IMAGE, pipe, ())
        assert reader.stdout is not None
        with tarfile.open(fileobj=io.BytesIO(reader.stdout.read())) as tar:
            assert "index.json" in tar.getnames()
    assert pipe.is_fifo()


def refused(writer: Writer, path: Path) -> tuple[str, str]:
    with pytest.raises(DeliveryFailure) as told:
        writer(IMAGE, path, ())
    return told.value.message, told.value.hint


@pytest.mark.parametrize("writer", [write_oci_archive, write_docker_archive])
def test_a_full_device_is_told_and_stays_a_device(writer: Writer) -> None:
    assert refused(writer, Path("/dev/full")) == (
        "cannot write /dev/full: No space left on device",
        "free some space there, or write to another place",
    )
    assert Path("/dev/full").is_char_device()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", KINDS)
def test_a_write_cut_short_leaves_what_was_there(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ARCHIVE_WRITERS[kind](small_image("bronto"), out, ())
    before = tree(tmp_path)
    with files_of_at_most(100):
        told = refused(ARCHIVE_WRITERS[kind], out)
    assert told == (
        f"cannot write {out}: File too large",
        "raise the limit on file sizes (`ulimit -f`), or write to another place",
    )
    assert tree(tmp_path) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], check=False)
    if mounted.returncode != 0:
        give_up("only root can mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_told_and_left_empty(kind: str, small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(12 * 1024))
    assert refused(ARCHIVE_WRITERS[kind], small_disk / "out") == (
        f"cannot write {small_disk / 'out'}: No space left on device",
        "free some space there, or write to another place",
    )
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def make_other_folder(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("mine")


def make_layout_with_more(path: Path) -> None:
    write_oci_folder(IMAGE, path, ())
    (path / "thesis.txt").write_text("mine")


REFUSED_FOLDERS = {
    "a folder of other things": (
        make_other_folder,
        "cannot write {out}: the folder exists and holds other things",
        "name a folder that does not exist yet",
    ),
    "a layout with other things beside": (
        make_layout_with_more,
        "cannot write {out}: the folder exists and holds other things",
        "name a folder that does not exist yet",
    ),
    "a file": (
        Path.touch,
        "cannot write {out}: a file of that name exists",
        "name a folder that does not exist yet",
    ),
}


@pytest.mark.parametrize(("make", "message", "hint"), REFUSED_FOLDERS.values(), ids=REFUSED_FOLDERS)
def test_a_folder_that_is_not_ours_is_left_alone(
    make: Callable[[Path], None], message: str, hint: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    make(out)
    before = tree(tmp_path)
    assert refused(write_oci_folder, out) == (message.format(out=out), hint)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_parent_folder_is_told(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "out"
    assert refused(ARCHIVE_WRITERS[kind], out) == (
        f"cannot write {out}: No such file or directory",
        f"create the folder first: mkdir -p {out.parent}",
    )


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    assert refused(write_oci_archive, tmp_path) == (
        f"cannot write {tmp_path}: Is a directory",
        "this is a folder; name a file in it",
    )


def interrupted_file(path: Path) -> None:
    with whole_file(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt


def interrupted_folder(path: Path) -> None:
    with whole_folder(path, may_replace=Path.is_dir) as folder:
        (folder / "half").touch()
        raise KeyboardInterrupt


@pytest.mark.parametrize("write", [interrupted_file, interrupted_folder])
def test_an_interrupted_write_leaves_nothing(write: Callable[[Path], None], tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
