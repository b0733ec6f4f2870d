"""SPEC arguments to documents and contracts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contractctl.config import Config
from contractctl.contract.build import BuiltContract, build_contract
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.source.document import Document
from contractctl.source.spec import load_description


def open_description(spec: str, config: Config) -> Document:
    """Read a path, `-`, `REF:path` or URL into a document, which may refer to the hosts that were allowed.

    Raise UnloadableDescription for text that makes no description, UsageFailure and DeliveryFailure for what cannot
    be read or fetched.
    """
    return load_description(spec, hosts=config.allow_remote)


def open_side_document(spec: str, role: str, config: Config) -> Document:
    """Read one side of a comparison; `role` is `base` or `revision`.

    Raise UsageFailure when it is no description: nothing can be said then, least of all that nothing breaks.
    """
    with _no_side(role):
        return open_description(spec, config)


def build_side(document: Document, role: str, *, scope: str = "") -> BuiltContract:
    """Build the contract of one side, with a `scope` before the keys of its definitions; see `open_side_document`."""
    with _no_side(role):
        return build_contract(document, scope=scope)


@contextmanager
def _no_side(role: str) -> Iterator[None]:
    try:
        yield
    except UnloadableDescription as failure:
        finding = failure.findings[0]
        message = f"the {role} {finding.location} is not a description: {finding.message}"
        raise UsageFailure(message, hint=finding.hint) from None
