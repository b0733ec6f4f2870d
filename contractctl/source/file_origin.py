"""Documents in files: the entry wherever the user says, the others below the root alone."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.core.suggestions import nearest
from contractctl.source.document import Unreachable
from contractctl.source.library import Remote
from contractctl.source.placed_origin import PlacedOrigin
from contractctl.source.positions import Naming, Root
from contractctl.source.rooted import LeadsOut, NoFile, NotThere, RootedFolder

_CONFIGURATION = "contractctl.yaml"
_REPOSITORY = Root("the repository", "move it into the repository")
_CONFIGURED = Root("the folder of contractctl.yaml", "move it below that folder, or move contractctl.yaml up")
_CURRENT = Root("the current folder", "run the command in a folder above both, or keep them in one git repository")
_OWN = Root("the folder of the description", "run the command in a folder above both, or keep them in one repository")


@dataclass(frozen=True, slots=True)
class FileOrigin(PlacedOrigin):
    """One file below a folder."""

    folder: RootedFolder

    def read(self) -> bytes:
        """Return the bytes of a regular file below the root."""
        try:
            return self.folder.read(self.position)
        except LeadsOut:
            raise self.root.outside() from None
        except NotThere as missing:
            hint = self._suggestion(missing)
            raise Unreachable("reference-dangling", f"there is no file {self.name}", hint=hint) from None
        except NoFile as refusal:
            hint = "refer to a JSON or YAML file"
            raise Unreachable("reference-dangling", f"{self.name} cannot be read: {refusal}", hint=hint) from None
        except OSError as error:
            hint = "check the file's permissions"
            raise DeliveryFailure(f"cannot read {self.name}: {error.strerror}", hint=hint) from None

    def _suggestion(self, missing: NotThere) -> str:
        """Name the nearest file or folder, where the path to it is as written and has no link in it."""
        depth = len(missing.parent)
        close = nearest(missing.name, self.folder.names(missing.parent)) if missing.name else None
        if close is None or self.position[: depth + 1] != (*missing.parent, missing.name):
            return "check the path; it is relative to the file that refers to it"
        meant = (*missing.parent, close, *self.position[depth + 1 :])
        return f"did you mean {self.naming.name(meant)}?"


def file_origin(spec: str, remote: Remote, *, folder: Path | None = None) -> FileOrigin:
    """Return the origin of a description in a file, relative to `folder` (default: the current one)."""
    start = folder or Path()
    parent, name = os.path.split(spec)
    return _entry(spec, start / parent, name, start, remote)


def standard_input_origin(remote: Remote, *, folder: Path | None = None) -> FileOrigin:
    """Return the origin of a description that came through standard input; its files are beside `folder`."""
    start = folder or Path()
    return _entry("<stdin>", start, "<stdin>", start, remote)


def _entry(spec: str, parent: Path, name: str, start: Path, remote: Remote) -> FileOrigin:
    own = Path(os.path.realpath(parent))
    top, root = _root_of(own, Path(os.path.realpath(start)))
    position = (*own.relative_to(top).parts, name)
    given = os.path.dirname(spec)  # noqa: PTH120 - as it is spelled
    folds = os.path.abspath(parent) == str(own)  # noqa: PTH100 - without following links
    naming = Naming(spec, position, PurePath(given).as_posix() if given else "", folds=folds)
    return FileOrigin(position, root, naming, remote, RootedFolder(top))


def _root_of(own: Path, current: Path) -> tuple[Path, Root]:
    """Return the root of a description in the folder `own`: how far its references may lead."""
    upwards = (own, *own.parents)
    for folder in upwards:
        if (folder / ".git").exists():
            return folder, _REPOSITORY
    for folder in upwards:
        if (folder / _CONFIGURATION).is_file():
            return folder, _CONFIGURED
    return (current, _CURRENT) if current in upwards else (own, _OWN)
