"""API9:2023, improper inventory management: what runs where, for whom, and how long."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Server
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.answers import has_header_somewhere
from contractctl.lint.rules.owasp.names import words
from contractctl.lint.subject import Subject

_ENVIRONMENTS: Final = frozenset(
    (
        *("production", "prod", "live", "staging", "stage", "stag", "preprod", "preproduction", "next", "canary"),
        *("test", "testing", "tests", "qa", "uat", "acceptance", "integration", "sandbox", "demo", "alpha", "beta"),
        *("development", "dev", "local", "localhost", "preview", "mock"),
    )
)
_AUDIENCES: Final = ("x-internal", "x-audience")
_RETIREMENT: Final = ("sunset", "deprecation")


@rule("owasp-server-audience-unsaid", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def server_audience_unsaid(subject: Subject) -> Iterator[Defect]:
    """A server does not say whether it is for the public.

    Why: Servers that were meant for few are found by all; who keeps an inventory, and which tool publishes the
    documentation, must know which ones they are.

    Source: OWASP API9:2023 Improper Inventory Management ("who should have network access: public, internal,
    partners")

    Bad:

        servers: [{url: "https://api.example.com"}]
        paths: {}

    Good:

        servers: [{url: "https://api.example.com", x-internal: false}]
        paths: {}
    """
    for server in _servers(subject):
        if not any(name in server.extensions for name in _AUDIENCES):
            message = f"server `{server.url}` does not say whether it is for the public"
            yield Defect(Location(server.at / "url"), message, "add `x-internal: true` or `x-internal: false`")


@rule("owasp-server-environment-unsaid", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def server_environment_unsaid(subject: Subject) -> Iterator[Defect]:
    """One of several servers does not say which environment it is.

    Why: Real data ends up where tests run, and weaker protection where real data is. A single server needs no such
    word.

    Source: OWASP API9:2023 Improper Inventory Management ("which environment is the API running in")

    Bad:

        servers:
          - {url: "https://api.example.com", description: Production}
          - {url: "https://api.example.org", description: Another}
        paths: {}

    Good:

        servers:
          - {url: "https://api.example.com", description: Production}
          - {url: "https://api.example.org", description: Staging}
        paths: {}
    """
    servers = list(_servers(subject))
    for server in servers if len(servers) > 1 else ():
        if _ENVIRONMENTS.isdisjoint(words(f"{server.name} {server.description}")):
            message = f"server `{server.url}` does not say which environment it is"
            hint = "say it in the `description`: production, staging, test, …"
            yield Defect(Location(server.at / "url"), message, hint)


def _servers(subject: Subject) -> Iterator[Server]:
    """Yield the servers of the description that are written; those of 2.0 are put together, and have no fields."""
    if subject.references.version != "2.0":
        yield from (server for server in subject.contract.servers if is_object(subject.value_at(server.at)))


@rule("owasp-retirement-unplanned", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def retirement_unplanned(subject: Subject) -> Iterator[Defect]:
    """A deprecated operation does not say when it ends.

    Why: What is old and still runs is no longer patched, and is what attackers look for. Clients leave when there is
    a date.

    Source: OWASP API9:2023 Improper Inventory Management ("there is no retirement plan for each API version"); RFC
    8594, RFC 9745

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, deprecated: true, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              deprecated: true
              responses: {"200": {description: Pets, headers: {Sunset: {schema: {type: string}}}}}
    """
    for operation in subject.contract.operations:
        is_planned = "x-sunset" in operation.extensions
        if operation.deprecated and not is_planned and not has_header_somewhere(operation, *_RETIREMENT):
            message = f"`{operation.title}` is deprecated, and does not say when it ends"
            hint = "document the header `Sunset`, or add `x-sunset` with the date"
            yield Defect(Location(operation.at / "deprecated"), message, hint)


RULES = (server_audience_unsaid, server_environment_unsaid, retirement_unplanned)
