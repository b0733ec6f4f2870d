"""What the server says when it is ready: what it serves, where, and a request to try."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.mockserver.model import Index, Sample
from contractctl.mockserver.settings import Settings

_SHOWN_ROUTES = 20
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 (compared with, not bound)


def base_url(settings: Settings, port: int) -> str:
    """Return the address that a client on this machine uses."""
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def banner(index: Index, settings: Settings, port: int) -> str:
    """Return the lines that are printed once the port is bound."""
    return "".join(f"{line}\n" for line in _banner_lines(index, settings, port))


def json_banner(index: Index, settings: Settings, port: int) -> dict[str, object]:
    """Return the same as one object, for logs that are JSON."""
    base = base_url(settings, port)
    return {
        "event": "listening",
        "title": index.title,
        "version": index.version,
        "digest": index.digest,
        "urls": [base + mount for mount, _ in index.mounts],
        "health": f"{base}{index.control}/health",
    }


def _banner_lines(index: Index, settings: Settings, port: int) -> Iterator[str]:
    base = base_url(settings, port)
    operations = sum(len(route.operations) for route in index.routes)
    yield f"{index.title} {index.version}: {_count(operations, 'operation')}, {_count(len(index.routes), 'path')}"
    for mount, _ in index.mounts:
        yield f"  {base}{mount}"
    if settings.host in _EVERYWHERE:
        yield f"  on every address of this machine, port {port}"
    yield "routes:"
    shown = index.routes[:_SHOWN_ROUTES]
    methods = [", ".join(route.operations) for route in shown]
    width = max((len(text) for text in methods), default=0)
    for route, text in zip(shown, methods, strict=True):
        yield f"  {text:<{width}}  {route.path}"
    if len(index.routes) > _SHOWN_ROUTES:
        yield f"  and {len(index.routes) - _SHOWN_ROUTES} more"
    if index.sample:
        yield f"try:    {curl_line(index.sample, base + (index.mounts[0][0] if index.mounts else ''), settings)}"
    yield f"health: {base}{index.control}/health"


def curl_line(sample: Sample, base: str, settings: Settings) -> str:
    """Return a command that gets a 2xx, with credentials where they are asked for."""
    target, headers = sample.target, list(sample.headers)
    if settings.auth != "off":
        headers += sample.credential_headers
        if sample.credential_query:
            target += ("&" if "?" in target else "?") + sample.credential_query
    words = ["curl"]
    if sample.method != ("POST" if sample.body else "GET"):
        words += ["-I"] if sample.method == "HEAD" else ["-X", sample.method]
    for name, value in headers:
        words += ["-H", f"{name}: {value}"]
    if sample.body:
        words += ["--data-raw", sample.body]
    return " ".join(_quoted(word) for word in [*words, base + target])


def _quoted(word: str) -> str:
    """Quote for a POSIX shell."""
    if word and all(c.isascii() and (c.isalnum() or c in "-_./:=,@%+") for c in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
