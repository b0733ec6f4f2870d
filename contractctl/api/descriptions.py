"""SPEC arguments to documents and contracts, URLs among them."""

from __future__ import annotations

from contractctl.contract.build import BuiltContract, build_contract
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.source.document import Document
from contractctl.source.parse import parse_document
from contractctl.source.spec import is_url, load_description


def open_description(spec: str, *, allow_private: bool = False) -> Document:
    """Read a path, `-`, `REF:path` or URL into a document.

    Raise UnloadableDescription for text that makes no description, UsageFailure and DeliveryFailure for what cannot
    be read or fetched.
    """
    if not is_url(spec):
        return load_description(spec)
    from contractctl.source.remote import fetch

    fetched = fetch(spec, allow_private=allow_private)
    return parse_document(fetched.url, fetched.data)


def open_side(spec: str, role: str) -> tuple[Document, BuiltContract]:
    """Read one side of a comparison; `role` is `base` or `revision`.

    Raise UsageFailure when it is no description: nothing can be said then, least of all that nothing breaks.
    """
    try:
        document = open_description(spec)
        return document, build_contract(document)
    except UnloadableDescription as failure:
        finding = failure.findings[0]
        message = f"the {role} {finding.location} is not a description: {finding.message}"
        raise UsageFailure(message, hint=finding.hint) from None
