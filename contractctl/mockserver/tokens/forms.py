"""What a client asks the issuer for, and how it is refused (RFC 6749 §5.2)."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.requests import BadTarget, Request, decode_escapes

NOT_STORED = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
"""RFC 6749 §5.1"""
LARGEST_FORM = 64 << 10
"""Bytes of a body that are read for the issuer."""
_FORM = "application/x-www-form-urlencoded"
_MAY_REPEAT = frozenset({"resource", "audience"})
"""RFC 8707 §2, RFC 8693 §2.1"""


class Refused(Exception):
    """What was asked is refused: an error code of OAuth 2, a sentence that may quote the client, and a status."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = _printable(description)
        self.status = status


def refusal(refused: Refused) -> Answer:
    """Return the answer; a 401 asks for the client's password."""
    challenge = [("WWW-Authenticate", 'Basic realm="token", charset="UTF-8"')] if refused.status == 401 else []
    body = {"error": refused.error, "error_description": refused.description}
    return json_answer(refused.status, body, headers=[*NOT_STORED, *challenge])


def read_form(request: Request) -> dict[str, str]:
    """Return the parameters of a body; raise Refused for one that is no form."""
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        given = f"Content-Type is {media_type[:100]}" if media_type else "Content-Type is missing"
        raise Refused("invalid_request", f"{given}; parameters are sent as {_FORM} (RFC 6749)")
    return read_parameters(request.body.decode("latin-1"), "form")


def read_parameters(text: str, what: str) -> dict[str, str]:
    """Return the parameters of a form or query, without those that have no value (RFC 6749 §3.1).

    Raise Refused where one is there twice (§3.2), or cannot be read.
    """
    found: dict[str, str] = {}
    for part in text.split("&"):
        sent, _, value = part.partition("=")
        try:
            name, read = (decode_escapes(one.replace("+", " "), what) for one in (sent, value))
        except BadTarget as error:
            raise Refused("invalid_request", str(error)) from None
        if name in found and name not in _MAY_REPEAT:
            raise Refused("invalid_request", f"the parameter {name[:100]} is there more than once")
        if read:
            found.setdefault(name, read)
    return found


def required(parameters: Mapping[str, str], name: str) -> str:
    """Return a parameter; raise Refused where it is missing."""
    if name not in parameters:
        raise Refused("invalid_request", f"the parameter {name} is missing")
    return parameters[name]


def _printable(text: str) -> str:
    """Return a text as an `error_description` may hold it (RFC 6749 §5.2)."""
    return "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "?" for c in text)
