"""API8:2023, security misconfiguration, and API10:2023, unsafe consumption of APIs: what travels unencrypted."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Server
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location
from contractctl.core.patterns import pattern
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.addresses import is_unencrypted
from contractctl.lint.subject import Subject

_FIRST: Final = pattern(r"\{([^{}]*)\}(.*)", re.DOTALL)


@rule("owasp-server-insecure", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def server_insecure(subject: Subject) -> Iterator[Defect]:
    """A server is called without encryption.

    Why: Everybody on the way reads the requests, credentials among them, and may change the answers. The machine
    itself (`localhost`) is excepted.

    Source: OWASP API8:2023 Security Misconfiguration ("Transport Layer Security is missing")

    Bad:

        servers: [{url: "http://api.example.com"}]
        paths: {}

    Good:

        servers: [{url: "https://api.example.com"}, {url: "http://localhost:8080"}]
        paths: {}
    """
    contract = subject.contract
    found = {server.at: server for server in contract.servers}
    for operation in (*subject.operations,):
        found.update((server.at, server) for server in operation.servers)
    for server in found.values():
        unencrypted = next(filter(is_unencrypted, _urls(server)), None)
        if unencrypted is not None:
            message = f"server `{server.url}` is called without encryption"
            hint = "remove `http`" if unencrypted is not server.url else f"use `{unencrypted.partition(':')[0]}s`"
            is_part = is_object(subject.value_at(server.at))
            yield Defect(Location(server.at / "url" if is_part else server.at), message, hint)


def _urls(server: Server) -> Iterator[str]:
    """Yield the URL, with each value that a variable at its beginning may have."""
    begins = _FIRST.match(server.url)
    if begins is None:
        yield server.url
        return
    for variable in server.variables:
        if variable.name == begins[1]:
            yield from (value + begins[2] for value in (variable.default, *variable.enum))


@rule("owasp-callback-insecure", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def callback_insecure(subject: Subject) -> Iterator[Defect]:
    """A callback is sent without encryption.

    Why: Everybody on the way reads what the API tells its client, and the API believes an answer that anybody may
    have written.

    Source: OWASP API10:2023 Unsafe Consumption of APIs ("interacts with other APIs over an unencrypted channel")

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              callbacks:
                added:
                  "http://example.com/added?at={$request.body#/at}":
                    post: {responses: {"204": {description: Heard}}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              callbacks:
                added:
                  "https://example.com/added?at={$request.body#/at}":
                    post: {responses: {"204": {description: Heard}}}
              responses: {"201": {description: Added}}
    """
    for part in subject.parts("callback"):
        for expression in part.value:
            if is_unencrypted(expression):
                message = f"callback `{expression}` is sent without encryption"
                yield Defect(Location(part.at / expression), message, "use `https`")


@rule("owasp-trace-operation", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def trace_operation(subject: Subject) -> Iterator[Defect]:
    """An operation answers TRACE.

    Why: It sends a request back as it arrived, with the cookies and credentials that scripts could not read
    otherwise. Nothing but debugging needs it.

    Source: OWASP API8:2023 Security Misconfiguration ("unnecessary features are enabled, e.g. HTTP verbs"); RFC 9110
    §9.3.8

    Bad:

        paths:
          /pets:
            trace: {operationId: tracePets, responses: {"200": {description: Request}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    for operation in subject.contract.operations:
        if operation.method == "TRACE":
            message = f"`{operation.title}` sends back what a request holds, credentials among it"
            yield Defect(Location(operation.at), message, "remove the operation, and switch TRACE off")


RULES = (server_insecure, callback_insecure, trace_operation)
