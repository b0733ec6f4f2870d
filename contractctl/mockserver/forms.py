"""Forms and multipart bodies of requests: what encodings reads of them, in the words of the server."""

from __future__ import annotations

from contractctl.encodings.forms import Fields, Form, HeaderValues
from contractctl.encodings.multipart import Malformed
from contractctl.encodings.parts import read_multipart
from contractctl.encodings.urlencoded import read_urlencoded
from contractctl.mockserver.validation import Claim
from contractctl.mockserver.violations import Violation, pointer_to

__all__ = ["Malformed", "claims_of", "read_form", "violations_of"]


def read_form(form: Form | None, content_type: str, data: bytes) -> Fields:
    """Read a body that is not empty; raise Malformed for one that is not what its Content-Type says."""
    form = form or Form()
    if content_type.lstrip()[:10].lower() == "multipart/":
        return read_multipart(data, content_type, form)
    return read_urlencoded(data, form, content_type)


def violations_of(fields: Fields) -> tuple[Violation, ...]:
    """Return what is wrong with fields beside their values."""
    return tuple(
        Violation("body", pointer_to(fault.steps), fault.expected, fault.message, fault.at) for fault in fields.faults
    )


def claims_of(fields: Fields) -> tuple[Claim, ...]:
    """Return the headers of parts that have to be valid."""
    return tuple(_claim(header) for header in fields.headers)


def _claim(header: HeaderValues) -> Claim:
    return Claim(header.key, header.values, "body", None, steps=header.steps)
