"""What the server says when it is ready: what it serves, where, and a request to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from contractctl.mockserver.model import Index, Sample
from contractctl.mockserver.record import record
from contractctl.mockserver.settings import Settings

_SHOWN_ROUTES = 20
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 (compared with, not bound)


def base_url(settings: Settings, port: int) -> str:
    """Return the address that a client on this machine uses."""
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@record
class Mounted:
    """A contract below a prefix (empty: none), with its settings."""

    prefix: str
    index: Index
    settings: Settings


def banner(contracts: Sequence[Mounted], settings: Settings, port: int, control: str) -> str:
    """Return what is said once the port is bound: lines, or an object in one line where the log is JSON."""
    base = base_url(settings, port)
    health = f"{base}{control}/health"
    if settings.log == "json":
        return orjson.dumps(_event(contracts, base, health)).decode() + "\n"
    lines = [line for contract in contracts for line in _contract_lines(contract, base)]
    if settings.host in _EVERYWHERE:
        lines.append(f"on every address of this machine, port {port}")
    return "".join(f"{line}\n" for line in [*lines, f"health: {health}"])


def _event(contracts: Sequence[Mounted], base: str, health: str) -> dict[str, object]:
    """Return what is served as one object, for logs that are JSON; a contract without a prefix is the object itself."""
    told = [
        {
            "title": one.index.title,
            "version": one.index.version,
            "digest": one.index.digest,
            "urls": [base + one.prefix + mount for mount, _ in one.index.mounts],
        }
        for one in contracts
    ]
    alone = len(contracts) == 1 and not contracts[0].prefix
    return {"event": "listening", **(told[0] if alone else {"contracts": told}), "health": health}


def _contract_lines(contract: Mounted, base: str) -> Iterator[str]:
    index, base = contract.index, base + contract.prefix
    operations = sum(len(route.operations) for route in index.routes)
    name = f"{index.title or 'untitled'} {index.version}".rstrip()
    yield f"{name}: {_count(operations, 'operation')}, {_count(len(index.routes), 'path')}"
    for mount, _ in index.mounts:
        yield f"  {base}{mount}"
    yield "routes:"
    shown = index.routes[:_SHOWN_ROUTES]
    methods = [", ".join(route.operations) for route in shown]
    width = max((len(text) for text in methods), default=0)
    for route, text in zip(shown, methods, strict=True):
        yield f"  {text:<{width}}  {route.path}"
    if len(index.routes) > _SHOWN_ROUTES:
        yield f"  and {len(index.routes) - _SHOWN_ROUTES} more"
    if index.sample:
        first = base + (index.mounts[0][0] if index.mounts else "")
        token_url = f"{base}{index.control}/oauth/token" if _issues(contract) else ""
        yield f"try:    {curl_line(index.sample, first, contract.settings, token_url)}"


def _issues(contract: Mounted) -> bool:
    """Tell whether a token has to be issued before it is good."""
    return contract.settings.auth == "token" or bool(contract.index.issuer.get("asked"))


def curl_line(sample: Sample, base: str, settings: Settings, token_url: str = "") -> str:
    """Return a command that gets a 2xx, with credentials where they are asked for.

    Where there is a `token_url`, a bearer token is from there.
    """
    target, headers = sample.target, list(sample.headers)
    if settings.auth != "off":
        headers += sample.credential_headers
        if sample.credential_query:
            target += ("&" if "?" in target else "?") + sample.credential_query
    words = ["curl", "--cacert", settings.tls_cert] if settings.tls_cert else ["curl"]
    if sample.method != ("POST" if sample.body else "GET"):
        words += ["-I"] if sample.method == "HEAD" else ["-X", sample.method]
    for name, value in headers:
        words += ["-H", f"{name}: {value}"]
    if sample.body:
        words += ["--data-raw", sample.body]
    line = " ".join(_quoted(word) for word in [*words, base + target])
    return line.replace("'Authorization: Bearer demo'", _fetched(token_url, words)) if token_url else line


def _fetched(token_url: str, words: Sequence[str]) -> str:
    """Return a header with a token that a shell fetches: the first text of the issuer's answer."""
    trust = words[1:3] if words[1:2] == ["--cacert"] else []
    get = ["curl", "-s", *trust, "-u", "demo:demo", "-d", "grant_type=client_credentials", token_url]
    return f'"Authorization: Bearer $({" ".join(map(_quoted, get))} | cut -d\'"\' -f4)"'


def _quoted(word: str) -> str:
    """Quote for a POSIX shell."""
    if word and all(c.isascii() and (c.isalnum() or c in "-_./:=,@%+") for c in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
