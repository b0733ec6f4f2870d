"""Who asks: any client, whatever its secret (RFC 6749 §2.3). Neither is stored."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping

from contractctl.mockserver.queries import decode_query
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import BadTarget, Request
from contractctl.mockserver.tokens.forms import Refused

_LONGEST = 512


@record
class Client:
    """A client; one that showed no secret `is_public` (RFC 6749 §2.1)."""

    id: str
    is_public: bool


def client_of(request: Request, form: Mapping[str, str]) -> Client:
    """Return who sends a form; raise Refused for nobody."""
    if (header := request.header("authorization")) is None:
        return Client(_named(form.get("client_id", "")), "client_secret" not in form)
    if "client_secret" in form:
        raise Refused("invalid_request", "the client is to show one secret: in Authorization or in the body")
    identity = _named(_basic_user(header))
    if form.get("client_id", identity) != identity:
        raise Refused("invalid_request", "client_id is not that of Authorization")
    return Client(identity, is_public=False)


def _named(identity: str) -> str:
    if not identity:
        raise Refused("invalid_client", "the client did not say who it is; any client_id will do", 401)
    if len(identity) > _LONGEST:
        raise Refused("invalid_client", f"client_id is longer than {_LONGEST} characters", 401)
    return identity


def _basic_user(header: str) -> str:
    """Return the user of Basic, who is written as in a form (RFC 6749 §2.3.1)."""
    scheme, _, credential = header.partition(" ")
    try:
        name, colon, _ = b64decode(credential.strip(), validate=True).decode("latin-1").partition(":")
        if scheme.lower() == "basic" and colon:
            return decode_query(name)
    except (ValueError, BadTarget):
        pass  # refused below, as what is no Basic is
    raise Refused("invalid_client", "Authorization is not Basic with client_id:client_secret", 401)
