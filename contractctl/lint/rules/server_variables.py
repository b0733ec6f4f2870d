"""Rules about the variables in the URLs of servers."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import nearest
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import compiled
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part

_VARIABLE: Final = r"\{([^{}]+)\}"
_MANY: Final = 20
_LOOSE_BRACE: Final = r"\{[^{}]*(?:\{|\Z)|\{\}|(?:\A|\})[^{}]*\}"


@rule("server-variable-undefined", severity=Severity.ERROR, family="servers", profile=Profile.SPEC)
def server_variable_undefined(subject: Subject) -> Iterator[Defect]:
    """The URL of a server has a variable that is not defined.

    Why: Nothing can be put in its place; requests go to a host or path with braces in it.

    Source: OpenAPI 3.1.1 §4.8.5, §4.8.6

    Bad:

        servers: [{url: "https://api.acme.io/{version}"}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/{version}", variables: {version: {default: v1}}}]
        paths: {}
    """
    for server, url, defined in _servers(subject):
        for name in _undefined(url, defined):
            meant = _meant(name, defined)
            hint = f"did you mean `{{{meant}}}`?" if meant else f"add `variables.{name}` with a `default`"
            message = f"variable `{{{name}}}` of server `{url}` is not defined"
            yield Defect(Location(server.at / "url"), message, hint, name)


_Server: TypeAlias = tuple[Part, str, Mapping[str, Json]]


def _servers(subject: Subject) -> Iterator[_Server]:
    """Yield every server with its URL and its variables, as far as they have the shape that they must have."""
    for server in subject.parts("server"):
        url, variables = server.value.get("url"), server.value.get("variables", {})
        if isinstance(url, str) and is_object(variables):
            yield server, url, variables


def _undefined(url: str, defined: Mapping[str, Json]) -> list[str]:
    return [name for name in dict.fromkeys(compiled(_VARIABLE).findall(url)) if name not in defined]


def _meant(name: str, defined: Mapping[str, Json]) -> str | None:
    """Return the variable that was probably meant. Of very many none is: the time would grow with the square."""
    return nearest(name, defined) if len(defined) <= _MANY else None


@rule("server-variable-unused", severity=Severity.WARNING, family="servers")
def server_variable_unused(subject: Subject) -> Iterator[Defect]:
    """A variable of a server does not occur in its URL.

    Why: What is chosen for it changes nothing; most often the braces were forgotten.

    Source: OpenAPI 3.1.1 §4.8.5

    Bad:

        servers: [{url: "https://api.acme.io/version", variables: {version: {default: v1}}}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/{version}", variables: {version: {default: v1}}}]
        paths: {}
    """
    for server, url, defined in _servers(subject):
        if compiled(_LOOSE_BRACE).search(url):
            continue  # one of the braces of a variable is missing, which is an error already
        used = frozenset(compiled(_VARIABLE).findall(url))
        misspelt = {_meant(name, defined) for name in _undefined(url, defined)}  # for which there is an error
        for name in defined:
            if name not in used and name not in misspelt:
                message = f"variable `{name}` does not occur in server `{url}`"
                hint = f"write `{{{name}}}` where it belongs, or remove it"
                yield Defect(Location(server.at / "variables" / name), message, hint)


@rule("server-variable-repeated", severity=Severity.ERROR, family="servers", profile=Profile.SPEC)
def server_variable_repeated(subject: Subject) -> Iterator[Defect]:
    """A variable occurs twice in the URL of a server.

    Why: OpenAPI 3.2 forbids it, and tools that read addresses back into variables cannot tell which of the two counts.

    Source: OpenAPI 3.2.0 §4.6

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        servers: [{url: "https://{tenant}.acme.io/{tenant}", variables: {tenant: {default: shop}}}]
        paths: {}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        servers: [{url: "https://{tenant}.acme.io", variables: {tenant: {default: shop}}}]
        paths: {}
    """
    for server, url, _ in _servers(subject):
        if subject.references.version_at(server.uri) != "3.2":
            continue
        for name, count in Counter(compiled(_VARIABLE).findall(url)).items():
            if count > 1:
                message = f"variable `{{{name}}}` occurs {count} times in server `{url}`"
                yield Defect(Location(server.at / "url"), message, "give each occurrence a variable of its own", name)


@rule("server-variable-default-unlisted", severity=Severity.ERROR, family="servers", profile=Profile.SPEC)
def server_variable_default_unlisted(subject: Subject) -> Iterator[Defect]:
    """The default of a server variable is not among the values of its `enum`.

    Why: A client that chooses nothing calls a server that the description says is not there.

    Source: OpenAPI 3.1.1 §4.8.6; in 3.0 it is a matter of server-variable-enum-incomplete

    Bad:

        servers:
          - url: https://{stage}.acme.io
            variables: {stage: {default: prod, enum: [live, test]}}
        paths: {}

    Good:

        servers:
          - url: https://{stage}.acme.io
            variables: {stage: {default: live, enum: [live, test]}}
        paths: {}
    """
    for variable, defect in _unlisted(subject):
        if subject.references.version_at(variable.uri) in {"3.1", "3.2"} and variable.value.get("enum"):
            yield defect


def _unlisted(subject: Subject) -> Iterator[tuple[Part, Defect]]:
    """Yield the variables whose default is none of their values, and what is to be said of it."""
    for variable in subject.parts("server-variable"):
        default, values = variable.value.get("default"), variable.value.get("enum")
        if isinstance(default, str) and is_array(values) and default not in values:
            message = f"the default `{default}` of server variable `{variable.tokens[-1]}` is not in its `enum`"
            meant = nearest(default, (value for value in values if isinstance(value, str)))
            hint = f"did you mean `{meant}`?" if meant else "add it to `enum`, or take one of the values there"
            yield variable, Defect(Location(variable.at / "default"), message, hint)


@rule("server-variable-enum-incomplete", severity=Severity.WARNING, family="servers")
def server_variable_enum_incomplete(subject: Subject) -> Iterator[Defect]:
    """The `enum` of a server variable lacks its default, in OpenAPI 3.0.

    Why: 3.0 says that the default should be there; generated clients refuse it, and 3.1 forbids it.

    Source: OpenAPI 3.0.3 §4.7.6

    Bad:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        servers:
          - url: https://{stage}.acme.io
            variables: {stage: {default: prod, enum: [live, test]}}
        paths: {}

    Good:

        openapi: 3.0.3
        info: {title: Example, version: "1"}
        servers:
          - url: https://{stage}.acme.io
            variables: {stage: {default: live, enum: [live, test]}}
        paths: {}
    """
    for variable, defect in _unlisted(subject):
        if subject.references.version_at(variable.uri) == "3.0":
            yield defect


RULES = (
    server_variable_undefined,
    server_variable_unused,
    server_variable_repeated,
    server_variable_default_unlisted,
    server_variable_enum_incomplete,
)
