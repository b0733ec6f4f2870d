"""Two files written together: both or neither, whatever happens."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from contractctl.core.failures import DeliveryFailure
from contractctl.drift.together import finish_interrupted, journal_beside, write_together
from tests.drift import kill_points


def names(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def write(folder: Path, **contents: bytes) -> None:
    write_together({folder / name: data for name, data in contents.items()}, journal_beside(folder / "version"))


def test_both_files_are_written_and_nothing_else_stays(tmp_path: Path) -> None:
    write(tmp_path, spec=b"one", version=b"1")
    write(tmp_path, spec=b"two", version=b"1")
    assert names(tmp_path) == {"spec": b"two", "version": b"1"}


def test_killed_at_any_line_both_are_old_or_both_are_new_after_the_next_command(tmp_path: Path) -> None:
    # A kill asks nothing of the disk, and memory spares a thousand flushes of it.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        command = [sys.executable, kill_points.__file__, folder]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("True ['new', 'old']\n", "")


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """The limit on the size of a file stands in for the end of the disk: the write itself fails, midway."""
    (tmp_path / "spec").write_bytes(b"old")
    (tmp_path / "version").write_bytes(b"1")
    code = (
        "import resource, signal, sys; from pathlib import Path; from tests.drift.test_together import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "from contractctl.core.failures import DeliveryFailure\n"
        "try: write(Path(sys.argv[1]), version=b'2', spec=bytes(9000))\n"
        "except DeliveryFailure as failure: print(failure.exit_code, failure.message, '|', failure.hint)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    assert run.stdout == (
        f"3 cannot write {tmp_path}/spec: file too large | nothing was changed; mend it and run again\n"
    )
    assert names(tmp_path) == {"spec": b"old", "version": b"1"}


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        pytest.param(lambda spec: spec.mkdir(), "cannot write {}: it is a folder", id="a folder"),
        pytest.param(os.mkfifo, "cannot write {}: it is no regular file", id="a pipe"),
        pytest.param(
            lambda spec: spec.symlink_to(spec.parent / "gone" / "spec"),
            "cannot write {}: its folder does not exist",
            id="a link into a folder that is not there",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_named_and_the_other_file_stays(tmp_path: Path, prepare, message: str) -> None:
    spec = tmp_path / "spec"
    prepare(spec)
    (tmp_path / "version").write_bytes(b"1")
    with pytest.raises(DeliveryFailure) as caught:
        write(tmp_path, version=b"2", spec=b"new")
    shown = spec.resolve() if spec.is_symlink() else spec
    assert caught.value.message == message.format(shown)
    assert (tmp_path / "version").read_bytes() == b"1"
    assert {path.name for path in tmp_path.iterdir()} == {"spec", "version"}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailure, match="its folder does not exist"):
        write(tmp_path / "gone", version=b"1")


def test_links_are_followed_and_modes_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "spec").symlink_to("real.yaml")
    write(tmp_path, spec=b"new", version=b"1")
    assert (tmp_path / "spec").is_symlink()
    assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (b"new", 0o640)


def test_new_files_have_the_mode_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path, version=b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "version").stat().st_mode) == 0o640


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, spec=b"one", version=b"1")
    before = (tmp_path / "version").stat()
    write(tmp_path, spec=b"two", version=b"1")
    assert (tmp_path / "version").stat() == before


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    import fcntl

    journal = journal_beside(tmp_path / "version")
    with journal.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DeliveryFailure, match="another run is writing"):
            write(tmp_path, version=b"1")
    assert not (tmp_path / "version").exists()


TOKEN = "0123456789abcdef"
BEGUN = b'{"token": "0123456789abcdef", "targets": ["spec", "version"]}\n'


@pytest.mark.parametrize(
    ("journal", "spec"),
    [
        pytest.param(b"", b"old", id="empty"),
        pytest.param(b'{"token": "01', b"old", id="torn"),
        pytest.param(BEGUN, b"old", id="begun"),
        pytest.param(BEGUN + b"com", b"old", id="nearly committed"),
        pytest.param(BEGUN + b"commit\n", b"new", id="committed"),
        pytest.param(BEGUN.replace(b"0123", b"../3") + b"commit\n", b"old", id="a forged token"),
        pytest.param(b"[]\ncommit\n", b"old", id="not a journal"),
    ],
)  # fmt: skip
def test_what_a_journal_stands_for(tmp_path: Path, journal: bytes, spec: bytes) -> None:
    for name in ("spec", "version"):
        (tmp_path / name).write_bytes(b"old")
        (tmp_path / f".{name}.{TOKEN}.new").write_bytes(b"new")
    journal_beside(tmp_path / "version").write_bytes(journal)
    finish_interrupted([tmp_path / "spec", tmp_path / "version"], journal_beside(tmp_path / "version"))
    assert ((tmp_path / "spec").read_bytes(), (tmp_path / "version").read_bytes()) == (spec, spec)
    assert not journal_beside(tmp_path / "version").exists()


def test_a_journal_cannot_reach_files_that_nobody_named(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / f".victim.{TOKEN}.new").write_bytes(b"evil")
    journal = journal_beside(tmp_path / "version")
    journal.write_text(f'{{"token": "{TOKEN}", "targets": ["victim", "version"]}}\ncommit\n')
    with pytest.raises(DeliveryFailure) as caught:
        finish_interrupted([tmp_path / "spec", tmp_path / "version"], journal)
    assert caught.value.message == 'an interrupted sync wrote "victim" and "version", and has to be ended first'
    assert (tmp_path / "victim").read_bytes() == b"mine"
