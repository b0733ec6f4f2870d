"""Several files written together: after a kill at any moment, the next command finds all of them old or all new.

A journal beside the version file makes it so. It is locked while somebody writes, and only ever appended to:

1. the names of the targets and a token go into the journal, then the new contents into temporary files whose names
   follow from target and token;
2. the word `commit` goes into the journal: from here on the new contents count;
3. the temporary files are renamed over their targets, and the journal is removed.

A later run that finds a journal without `commit` removes the temporary files; with it, it renames what is left. The
journal names no path that the later run was not given, so a forged one cannot reach other files.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import is_array, is_object
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

_COMMIT = b"commit\n"
_TOKEN = pattern(r"[0-9a-f]{16}")


def journal_beside(version_file: Path) -> Path:
    """Return where the journal of a version file lies while files are being written."""
    target = Path(os.path.realpath(version_file))
    return target.with_name(f".{target.name}.journal")


def write_together(files: Mapping[Path, bytes], journal: Path) -> None:
    """Write all files or none. Links are followed, modes are kept, equal files are left alone.

    First ends what an interrupted run left. Raise DeliveryFailure, with nothing changed, when one cannot be written.
    """
    with _open_journal(journal) as book:
        book.recover(list(files))
        targets = {_writable(path): data for path, data in files.items()}
        changed = {target: data for target, data in targets.items() if not _holds(target, data)}
        plan = _Plan(secrets.token_hex(8), tuple(changed))
        try:
            book.append(plan.encoded(journal))
            for target, data in changed.items():
                _write(plan.temporary(target), target, data)
            book.append(_COMMIT)
        except BaseException:
            plan.remove_temporaries()
            raise
        plan.rename_temporaries()


def finish_interrupted(targets: Sequence[Path], journal: Path) -> None:
    """Bring the targets of an interrupted `write_together` to all old or all new; do nothing without a journal.

    Raise DeliveryFailure when the interrupted run wrote other files than `targets`.
    """
    if journal.exists():
        with _open_journal(journal) as book:
            book.recover(targets)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The targets of one run, resolved, and the token in the names of their temporary files."""

    token: str
    targets: tuple[Path, ...]

    def temporary(self, target: Path) -> Path:
        return target.with_name(f".{target.name}.{self.token}.new")

    def encoded(self, journal: Path) -> bytes:
        names = [os.path.relpath(target, journal.parent) for target in self.targets]
        return json.dumps({"token": self.token, "targets": names}).encode() + b"\n"

    def remove_temporaries(self) -> None:
        for target in self.targets:
            with suppress(OSError):
                self.temporary(target).unlink(missing_ok=True)

    def rename_temporaries(self) -> None:
        for target in self.targets:
            with _explained(target), suppress(FileNotFoundError):
                self.temporary(target).replace(target)
        for folder in {target.parent for target in self.targets}:
            _flush_folder(folder)


@dataclass(frozen=True, slots=True)
class _Journal:
    """An open journal, locked by this process."""

    path: Path
    file: BinaryIO

    def append(self, data: bytes) -> None:
        self.file.seek(0, os.SEEK_END)
        with _explained(self.path):
            self.file.write(data)
            os.fsync(self.file.fileno())

    def read(self) -> bytes:
        self.file.seek(0)
        return self.file.read()

    def clear(self) -> None:
        self.file.seek(0)
        self.file.truncate(0)

    def is_committed(self) -> bool:
        return self.read().endswith(_COMMIT)

    def recover(self, targets: Sequence[Path]) -> None:
        """End what the journal tells of, then empty it. A torn journal tells of nothing: nothing was written yet."""
        token, names = _read_entry(self.read())
        real = [Path(os.path.realpath(target)) for target in targets]
        known = {os.path.relpath(target, self.path.parent): target for target in real}
        plan = _Plan(token, tuple(known[name] for name in names if name in known))
        if not self.is_committed():
            plan.remove_temporaries()
        elif len(plan.targets) < len(names):
            message = f"an interrupted sync wrote {' and '.join(map(json.dumps, names))}, and has to be ended first"
            raise DeliveryFailure(message, hint=f"run `contractctl sync` on that file, or remove {self.path}")
        else:
            plan.rename_temporaries()
        self.clear()


@contextmanager
def _open_journal(path: Path) -> Iterator[_Journal]:
    """Open and lock the journal, and remove it unless what it promises could not be kept."""
    with _explained(path):
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
    with file:
        _lock(file, path)
        journal = _Journal(path, file)
        try:
            yield journal
        except BaseException:
            if not journal.is_committed():
                path.unlink(missing_ok=True)
            raise
        journal.clear()
        with suppress(PermissionError):  # Windows removes no open file; an empty journal says nothing.
            path.unlink(missing_ok=True)


def _lock(file: BinaryIO, path: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    busy = DeliveryFailure(f"another run is writing with {path}", hint="wait for it, then try again")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise busy from None
    if os.fstat(file.fileno()).st_nlink == 0:
        raise busy


def _read_entry(text: bytes) -> tuple[str, tuple[str, ...]]:
    """Return token and names of the first line; "" and nothing when it is torn or was never ours."""
    line, newline, _ = text.partition(b"\n")
    try:
        value = json.loads(line) if newline else None
    except ValueError:
        value = None
    token = value.get("token") if is_object(value) else None
    names = value.get("targets") if is_object(value) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token) or not is_array(names):
        return "", ()
    return token, tuple(name for name in names if isinstance(name, str))


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _writable(path: Path) -> Path:
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise DeliveryFailure(f"cannot write {path}: it is a folder", hint="name a file")
    if target.exists() and not target.is_file():
        raise DeliveryFailure(f"cannot write {path}: it is no regular file", hint="name another file")
    if target.exists() and not os.access(target, os.W_OK):
        raise DeliveryFailure(f"cannot write {path}: it is read-only", hint="make it writable, or name another file")
    return target


def _write(temporary: Path, target: Path, data: bytes) -> None:
    with _explained(target):
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if target.exists() and sys.platform != "win32":
                os.fchmod(descriptor, stat.S_IMODE(target.stat().st_mode))
            os.fsync(descriptor)


def _flush_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise DeliveryFailure(f"cannot write {path}: its folder does not exist", hint="create the folder") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeliveryFailure(
            f"cannot write {path}: {reason}", hint="nothing was changed; mend it and run again"
        ) from None
