"""Descriptions that are split over several files."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.build import build_contract
from contractctl.contract.digest import content_digest
from contractctl.contract.versions import own_version
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.json import Json, is_array, is_object
from contractctl.source.document import NOBODY, Document


def whole_digest(document: Document) -> str:
    """Return the content digest of a description with all of its files.

    What lies at other addresses does not count: it changes without this description. Raise UnloadableDescription when
    one of the files cannot be had; a document that was given alone has no others.
    """
    alone = document.neighbours is NOBODY or own_version(document) is None
    if alone or next(_outer_references(document.root), None) is None:
        return content_digest(document)
    built = build_contract(document)
    if missing := built.references.missing():
        raise UnloadableDescription(tuple(map(document.located_finding, missing)))
    return content_digest(document, *(other for other in built.documents[1:] if "://" not in other.uri))


def refuse_split(document: Document) -> None:
    """Raise UsageFailure when a description refers to other files: one file cannot be written in their place."""
    target = next(_outer_references(document.root), None)
    if target is not None:
        message = f"{document.uri} is split over several files (it refers to {target}), and sync writes one"
        raise UsageFailure(message, hint="bundle it into one file first")


def _outer_references(root: Json) -> Iterator[str]:
    """Yield the names of the files that a document may refer to; what stands in example data is among them."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if is_object(value):
            reference = value.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#") and "://" not in reference:
                yield reference.partition("#")[0]
            waiting.extend(reversed(tuple(value.values())))
        elif is_array(value):
            waiting.extend(reversed(value))
