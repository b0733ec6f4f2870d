"""What a reference of a document leads to, or why it does not."""

from __future__ import annotations

import pytest

from contractctl.source.document import Document, Unreachable


def follow(document: Document, reference: str) -> tuple[str, str, object]:
    """Return the name, the name as seen from the entry, and the value of what a reference leads to."""
    found = document.neighbours.open(document.uri, reference)
    return found.uri, document.neighbours.relative(found.uri), found.root


def refusal(document: Document, reference: str) -> tuple[str, str, str]:
    """Return rule, message and hint of a reference that is not followed."""
    with pytest.raises(Unreachable) as caught:
        document.neighbours.open(document.uri, reference)
    return caught.value.rule, str(caught.value), caught.value.hint
