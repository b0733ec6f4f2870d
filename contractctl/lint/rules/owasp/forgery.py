"""API7:2023, server side request forgery: addresses that clients send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.core.findings import Severity
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.requests import Sent
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.names import ends_in
from contractctl.lint.subject import Subject

_ADDRESSES: Final = frozenset(("url", "uri", "callback", "redirect", "webhook", "redirectto", "returnto"))
_LIMITING: Final = frozenset(("enum", "const", "pattern"))


@rule("owasp-url-from-client", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def url_from_client(subject: Subject) -> Iterator[Defect]:
    """Clients send an address.

    Why: A server that calls what clients name calls what only it can reach: the metadata of its cloud, databases,
    itself. A page that is redirected there lands with whoever chose the address. Whether the server does either, the
    contract does not show; this is a place to look at. An `enum`, `const` or `pattern` shows that somebody did.

    Source: OWASP API7:2023 Server Side Request Forgery

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: pictureUrl, in: query, schema: {type: string, format: uri}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters:
                - {name: pictureUrl, in: query, schema: {type: string, pattern: "^https://pictures[.]example[.]com/"}}
              responses: {"200": {description: Pets}}
    """
    requests = subject.requests
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            if ends_in(parameter.name, _ADDRESSES) and _is_any_text(list(requests.applied(parameter))):
                yield _defect(Location(parameter.at / "name"), f"{parameter.location} parameter `{parameter.name}`")
    for sent in requests.schemas:
        if sent.tokens[-2:-1] == ("properties",) and ends_in(sent.tokens[-1], _ADDRESSES) and _is_any_text([sent]):
            yield _defect(Location(sent.at), f"member `{sent.tokens[-1]}` of the body")


def _is_any_text(parts: list[Sent]) -> bool:
    """Tell whether a value may be any text, as far as these schemas say, which all apply to it."""
    if any(not _LIMITING.isdisjoint(sent.value) for sent in parts):
        return False
    typed = [sent for sent in parts if "type" in sent.value]
    return not typed or any(sent.admits("string") for sent in typed)


def _defect(at: Location, what: str) -> Defect:
    hint = "call no address without checking it against a list of hosts; say which by `pattern` or `enum`"
    return Defect(at, f"{what} is an address that the client chooses", hint)


RULES = (url_from_client,)
