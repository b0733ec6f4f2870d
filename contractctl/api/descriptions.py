"""SPEC arguments to documents and contracts."""

from __future__ import annotations

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


def open_side(spec: str, role: str, config: Config) -> tuple[Document, BuiltContract]:
    """Read one side of a comparison; `role` is `base` or `revision`.

    Raise UsageFailure when it is no description: nothing can be said then, least of all that nothing breaks.
    """
    try:
        document = open_description(spec, config)
        return document, build_contract(document)
    except UnloadableDescription as failure:
        finding = failure.findings[0]
        message = f"the {role} {finding.location} is not a description: {finding.message}"
        raise UsageFailure(message, hint=finding.hint) from None
