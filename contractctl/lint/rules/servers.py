"""Rules about the servers of a description; 2.0 says where an API lives with `schemes`, `host` and `basePath`."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

import json
from collections.abc import Iterator

from contractctl.core.findings import Related, Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part


@rule("servers-missing", severity=Severity.WARNING, family="servers", profile=Profile.STRICT)
def servers_missing(subject: Subject) -> Iterator[Defect]:
    """No server says where the API lives.

    Why: The default is `/` on whatever host the description was read from, which for a file is none at all.

    Source: OpenAPI 3.1.1 §4.8.1

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        servers: [{url: "https://api.acme.io/v1"}]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    if subject.references.version == "2.0" or subject.value_at(subject.root / "servers"):
        return
    default = subject.contract.servers
    if any(operation.servers == default for operation in subject.contract.operations):
        message = "no server says where the API lives"
        yield Defect(Location(_entry(subject, "servers")), message, "add `servers`, with the URL that paths follow")


def _entry(subject: Subject, name: str) -> Place:
    """Return the place of a field of the entry, or of the entry where the field is missing."""
    root = subject.entry.root
    return subject.root / name if is_object(root) and name in root else subject.root


@rule("server-duplicate", severity=Severity.WARNING, family="servers", profile=Profile.STRICT)
def server_duplicate(subject: Subject) -> Iterator[Defect]:
    """A list of servers has the same URL twice.

    Why: Documentation offers a choice that is none; most often one of the two was copied and not changed.

    Source: OpenAPI 3.1.1 §4.8.5

    Bad:

        servers:
          - {url: "https://api.acme.io/v1", description: Production}
          - {url: "https://api.acme.io/v1", description: Staging}
        paths: {}

    Good:

        servers:
          - {url: "https://api.acme.io/v1", description: Production}
          - {url: "https://staging.acme.io/v1", description: Staging}
        paths: {}
    """
    first: dict[tuple[object, ...], Part] = {}
    for server in _listed(subject):
        url = server.value.get("url")
        variables = json.dumps(server.value.get("variables"), sort_keys=True, default=str)
        key = (server.uri, server.tokens[:-1], url, variables)
        if isinstance(url, str) and first.setdefault(key, server) is not server:
            related = Related("the first one stands here", Location(first[key].at / "url"))
            message = f"server `{url}` is listed twice"
            yield Defect(Location(server.at / "url"), message, "remove one of them, or correct it", related=(related,))


def _listed(subject: Subject) -> Iterator[Part]:
    """Yield the servers of lists, as ordered in each; a link has a server that is in none."""
    found = [server for server in subject.parts("server") if server.tokens[-2:-1] == ("servers",)]
    return iter(sorted(found, key=lambda server: int(server.tokens[-1])))


@rule("server-name-duplicate", severity=Severity.ERROR, family="servers", profile=Profile.SPEC)
def server_name_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two servers of a list have the same name.

    Why: A tool that is told to use the server of that name cannot know which is meant.

    Source: OpenAPI 3.2.0 §4.5

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        servers:
          - {url: "https://api.acme.io/v1", name: main}
          - {url: "https://staging.acme.io/v1", name: main}
        paths: {}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        servers:
          - {url: "https://api.acme.io/v1", name: main}
          - {url: "https://staging.acme.io/v1", name: staging}
        paths: {}
    """
    first: dict[tuple[object, ...], Part] = {}
    for server in _listed(subject):
        name = server.value.get("name")
        key = (server.uri, server.tokens[:-1], name)
        is_named = isinstance(name, str) and subject.references.version_at(server.uri) == "3.2"
        if is_named and first.setdefault(key, server) is not server:
            related = Related("the first one stands here", Location(first[key].at / "name"))
            message = f"another server is called `{name}` too"
            yield Defect(Location(server.at / "name"), message, "give each a name of its own", related=(related,))


@rule("host-missing", severity=Severity.WARNING, family="servers", profile=Profile.STRICT)
def host_missing(subject: Subject) -> Iterator[Defect]:
    """A description of Swagger 2.0 has no `host`.

    Why: The default is whatever host the description was read from, which for a file is none at all.

    Source: OpenAPI 2.0, Swagger Object

    Bad:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        host: api.acme.io
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    root = subject.entry.root
    if subject.references.version == "2.0" and is_object(root) and "host" not in root and subject.contract.operations:
        yield Defect(Location(subject.root), "no `host` says where the API lives", "add `host`, such as `api.acme.io`")


@rule("schemes-missing", severity=Severity.WARNING, family="servers", profile=Profile.STRICT)
def schemes_missing(subject: Subject) -> Iterator[Defect]:
    """A description of Swagger 2.0 has no `schemes`.

    Why: Whether the API is to be called by https is then a matter of how the description was read.

    Source: OpenAPI 2.0, Swagger Object

    Bad:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        host: api.acme.io
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        host: api.acme.io
        schemes: [https]
        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    if subject.references.version != "2.0" or subject.value_at(subject.root / "schemes"):
        return
    if any(not subject.value_at(operation.at / "schemes") for operation in subject.contract.operations):
        message = "no `schemes` say how the API is called"
        yield Defect(Location(_entry(subject, "schemes")), message, "add `schemes: [https]`")


@rule("base-path-templated", severity=Severity.ERROR, family="servers", profile=Profile.SPEC)
def base_path_templated(subject: Subject) -> Iterator[Defect]:
    """The `basePath` of a description of Swagger 2.0 has variables.

    Why: 2.0 has no way to say what they stand for; clients send the braces.

    Source: OpenAPI 2.0, Swagger Object: "The basePath does not support path templating"

    Bad:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        basePath: /{tenant}/v1
        paths: {}

    Good:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        basePath: /v1
        paths: {}
    """
    for part in subject.parts("description"):
        path = part.value.get("basePath")
        if isinstance(path, str) and ("{" in path or "}" in path) and subject.version_at(part.at) == "2.0":
            message = f"`{path}` has a variable, and a `basePath` can have none"
            hint = "put the variable at the front of every path, and declare it as a parameter there"
            yield Defect(Location(part.at / "basePath"), message, hint)


RULES = (
    servers_missing,
    server_duplicate,
    server_name_duplicate,
    host_missing,
    schemes_missing,
    base_path_templated,
)
