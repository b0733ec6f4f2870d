"""Rules about the URLs of servers, and what Swagger 2.0 has in their place."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.versions import Version
from contractctl.core.findings import Severity
from contractctl.core.json import is_object, object_at, text_at
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import compiled
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part
from contractctl.lint.syntax.addresses import begins_with_host, forbidden_in_url, url_fault

_VARIABLE: Final = r"\{([^{}]+)\}"
_EXAMPLE: Final = r"(?i:(?:[^/?#]*//)?(?:[^/?#]*[@.])?example(?:\.(?:com|org|net))?(?::[^/?#]*)?(?:[/?#]|\Z))"
_LOCAL: Final = (
    r"(?i:(?:[^/?#]*//)?(?:[^/?#]*[@.])?"
    r"(?:localhost|(?<![0-9.])127\.[0-9]+\.[0-9]+\.[0-9]+|(?<![0-9.])0\.0\.0\.0|\[::1?\])(?::[^/?#]*)?(?:[/?#]|\Z))"
)


@rule("server-url-invalid", severity=Severity.ERROR, family="servers", profile=Profile.SPEC)
def server_url_invalid(subject: Subject) -> Iterator[Defect]:
    """The URL of a server is no URL, whatever its variables stand for.

    Why: Paths are appended to it as it is; no request can be made of the result.

    Source: OpenAPI 3.1.1 §4.8.5; OpenAPI 3.2.0 §4.5, §4.6, which forbid query and fragment, too; RFC 3986 §4.1

    Bad:

        servers: [{url: "https://api.acme.io/{version", variables: {version: {default: v1}}}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/{version}", variables: {version: {default: v1}}}]
        paths: {}
    """
    for server, url in _urls(subject):
        if fault := _fault(url, subject.references.version_at(server.uri)):
            yield Defect(Location(server.at / "url"), f"`{url}` is not the URL of a server: {fault}", "correct it")


def _urls(subject: Subject) -> Iterator[tuple[Part, str]]:
    """Yield every server with its URL, those of links, too."""
    for server in subject.parts("server"):
        url = server.value.get("url")
        if isinstance(url, str):
            yield server, url


def _fault(url: str, version: Version) -> str:
    """Return why this cannot be a server's URL, empty where it can."""
    rest = compiled(_VARIABLE).sub("", url)
    if "{" in rest or "}" in rest:
        return "`{}` names no variable" if "{}" in rest else "its braces do not match"
    if version == "3.2" and not url:
        return "it is empty"
    if version == "3.2" and ("?" in rest or "#" in rest):
        return "it has a query or a fragment"
    return url_fault(url) if rest == url else forbidden_in_url(rest)


@rule("server-url-query", severity=Severity.WARNING, family="servers")
def server_url_query(subject: Subject) -> Iterator[Defect]:
    """The URL of a server has a query or a fragment, in a version that does not forbid it.

    Why: Paths are appended to the whole URL, so that they become a part of the query, and the server sees none.

    Source: OpenAPI 3.1.1 §4.8.8; OpenAPI 3.2.0 §4.5 forbids it, for which there is server-url-invalid

    Bad:

        servers: [{url: "https://api.acme.io/v1?key=1"}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/v1"}]
        paths: {}
    """
    for at, url in _prefixes(subject):
        rest = compiled(_VARIABLE).sub("", url)
        if ("?" in rest or "#" in rest) and subject.version_at(at) != "3.2":
            part = "query" if "?" in rest.partition("#")[0] else "fragment"
            message = f"`{url}` has a {part}, which the paths would become a part of"
            yield Defect(Location(at), message, "take it out; what a query needs is declared as parameters")


def _prefixes(subject: Subject) -> Iterator[tuple[Place, str]]:
    """Yield place and text of what paths are appended to: the URLs of servers, and `basePath` of 2.0."""
    for server, url in _urls(subject):
        yield server.at / "url", url
    for description in subject.parts("description"):
        path = description.value.get("basePath")
        if isinstance(path, str) and subject.references.version_at(description.uri) == "2.0":
            yield description.at / "basePath", path


@rule("server-url-scheme-missing", severity=Severity.WARNING, family="servers")
def server_url_scheme_missing(subject: Subject) -> Iterator[Defect]:
    """The URL of a server begins with a host instead of a scheme.

    Why: Without `https://` it is relative, and means a path beside the description on the host that has that.

    Source: OpenAPI 3.1.1 §4.8.5; RFC 3986 §4.2

    Bad:

        servers: [{url: api.acme.io/v1}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/v1"}]
        paths: {}
    """
    for server, url in _urls(subject):
        if begins_with_host(compiled(_VARIABLE).sub("a", url)):
            yield Defect(Location(server.at / "url"), f"`{url}` has no scheme", f"write `https://{url}`")


@rule("server-url-trailing-slash", severity=Severity.WARNING, family="servers")
def server_url_trailing_slash(subject: Subject) -> Iterator[Defect]:
    """The URL of a server, or the `basePath` of Swagger 2.0, ends with a slash.

    Why: Every path begins with one. Some clients send both, `https://api.acme.io//pets`, which is another path.

    Source: OpenAPI 3.1.1 §4.8.8, "appended to the expanded URL"

    Bad:

        servers: [{url: "https://api.acme.io/v1/"}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/v1"}]
        paths: {}
    """
    for at, url in _prefixes(subject):
        if url.endswith("/") and url.strip("/") and "?" not in url and "#" not in url:
            message = f"`{url}` ends with a slash, and every path begins with one"
            yield Defect(Location(at), message, f"write `{url.rstrip('/')}`")


@rule("server-url-example", severity=Severity.WARNING, family="servers", profile=Profile.STRICT)
def server_url_example(subject: Subject) -> Iterator[Defect]:
    """A server lives on a host that exists in examples only.

    Why: Nobody can call it. It was left over when the description was made from a sample.

    Source: RFC 2606 §2, §3

    Bad:

        servers: [{url: "https://api.example.com/v1"}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io/v1"}]
        paths: {}
    """
    for at, address in _addresses(subject):
        if compiled(_EXAMPLE).match(address):
            yield Defect(Location(at), f"`{address}` is a host of examples", "write the host that the API lives on")


def _addresses(subject: Subject) -> Iterator[tuple[Place, str]]:
    """Yield place and text of what names a host: URLs with the defaults of their variables, and `host` of 2.0."""
    for server, url in _urls(subject):
        if "//" in url:
            yield server.at / "url", _resolved(server, url)
    for description in subject.parts("description"):
        host = description.value.get("host")
        if isinstance(host, str) and subject.references.version_at(description.uri) == "2.0":
            yield description.at / "host", host


def _resolved(server: Part, url: str) -> str:
    variables = object_at(server.value, "variables")
    defaults = {name: text_at(one, "default") for name, one in variables.items() if is_object(one)}
    return compiled(_VARIABLE).sub(lambda found: defaults.get(found[1], ""), url)


@rule("server-url-local", severity=Severity.INFO, family="servers", profile=Profile.STRICT)
def server_url_local(subject: Subject) -> Iterator[Defect]:
    """A server lives on the reader's own machine.

    Why: It is there for whoever develops the API; for everybody else the documentation offers a server that is none.

    Source: RFC 6761 §6.3; RFC 1122 §3.2.1.3

    Bad:

        servers: [{url: "https://api.acme.io"}, {url: "http://localhost:8080"}]
        paths: {}

    Good:

        servers: [{url: "https://api.acme.io"}]
        paths: {}
    """
    for at, address in _addresses(subject):
        if compiled(_LOCAL).match(address):
            message = f"`{address}` is the machine of whoever calls it"
            yield Defect(Location(at), message, "leave it out of what is published")


RULES = (
    server_url_invalid,
    server_url_query,
    server_url_scheme_missing,
    server_url_trailing_slash,
    server_url_example,
    server_url_local,
)
