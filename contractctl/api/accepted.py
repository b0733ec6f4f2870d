"""The file of approvals of a repository: where it is, and adding to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from contractctl.config import Config
from contractctl.core.failures import DeliveryFailure
from contractctl.core.writing import whole_file
from contractctl.diff.policies.approvals_file import Accepted, Signature, with_approvals

FILE = Path(".contractctl", "accepted.yaml")


def approvals_file(config: Config) -> Path:
    """Return where the approvals are: beside the configuration, without one in the current folder."""
    return (config.root if config.file else Path()) / FILE


def add_approvals(file: Path, accepted: Sequence[Accepted], signature: Signature) -> None:
    """Add an entry for each change, and leave the rest of the file as it is.

    Raise UsageFailure for a file that nothing can be added to, DeliveryFailure for one that cannot be written.
    """
    text = with_approvals(file, accepted, signature)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "write to a place where you may create files"
        raise DeliveryFailure(f"cannot write {file}: {error.strerror}", hint=hint) from None
    with whole_file(file) as stream:
        stream.write(text)
