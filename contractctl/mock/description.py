"""The description as a mock serves it: one document, as it was written, with this mock for a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import orjson

from contractctl.contract.build import BuiltContract
from contractctl.core.json import Json, is_array, is_object, text_at
from contractctl.mock.joining import join
from contractctl.mock.routes import server_path
from contractctl.source.document import Document

ORIGINAL_SERVERS: Final = "x-mock-original-servers"
BASE: Final = "\x00mock-base\x00"
"""Stands for scheme, host and prefix of the mock, which are known once somebody asks."""
HOST: Final = "\x00mock-host\x00"
SCHEME: Final = "\x00mock-scheme\x00"
PREFIX: Final = "\x00mock-prefix\x00"
ROOT: Final = "\x00mock-root\x00"
"""The parts of the same, which Swagger 2.0 has apart; `ROOT` is the prefix where that stands alone."""

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_OF_SWAGGER: Final = ("host", "basePath", "schemes")


def describe(document: Document, built: BuiltContract) -> bytes:
    """Return the description as JSON, the documents that it refers to in it, and marks in the place of servers.

    Equal descriptions give equal bytes, in whatever folder they lie.
    """
    root = join(document, built.references)
    root = _swagger(root) if "swagger" in root else _openapi(root)
    return written(root)


def written(value: Json) -> bytes:
    """Return JSON with its members in their order."""
    try:
        return orjson.dumps(value)
    except TypeError:  # integers over 64 bits
        import json

        return json.dumps(value, separators=(",", ":")).encode()


def _openapi(root: Mapping[str, Json]) -> Mapping[str, Json]:
    found = dict(_with_servers(root if "servers" in root else {**root, "servers": [{"url": ""}]}))
    if "servers" not in root:
        del found[ORIGINAL_SERVERS]
    paths, components = found.get("paths"), found.get("components")
    if is_object(paths):
        found["paths"] = {path: _path_item(item) for path, item in paths.items()}
    if is_object(components) and is_object(items := components.get("pathItems")):
        found["components"] = {**components, "pathItems": {name: _path_item(item) for name, item in items.items()}}
    return found


def _path_item(item: Json) -> Json:
    if not is_object(item):
        return item
    found = dict(_with_servers(item))
    for method in _METHODS:
        if is_object(operation := found.get(method)):
            found[method] = dict(_with_servers(operation))
    if is_object(others := found.get("additionalOperations")):
        found["additionalOperations"] = {
            name: dict(_with_servers(one)) if is_object(one) else one for name, one in others.items()
        }
    return found


def _with_servers(holder: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Yield the members of an object, servers replaced and the original ones kept beside them."""
    for name, member in holder.items():
        if name == "servers" and is_array(member):
            yield name, _servers(member)
            yield ORIGINAL_SERVERS, member
        else:
            yield name, member


def _servers(servers: Sequence[Json]) -> list[Json]:
    """Return the paths below which the mock serves what these servers would, each once."""
    paths = (server_path(_resolved(server)) for server in servers if is_object(server))
    return [{"url": BASE + path} for path in dict.fromkeys(path for path in paths if path is not None)] or [
        {"url": BASE}
    ]


def _resolved(server: Mapping[str, Json]) -> str:
    """Return the URL of a server with its variables replaced by their defaults."""
    url, variables = text_at(server, "url"), server.get("variables")
    for name, variable in variables.items() if is_object(variables) else ():
        if is_object(variable):
            url = url.replace("{" + name + "}", text_at(variable, "default"))
    return url


def _swagger(root: Mapping[str, Json]) -> Mapping[str, Json]:
    path = server_path(text_at(root, "basePath"))
    own: dict[str, Json] = {"host": HOST, "basePath": PREFIX + path if path else ROOT, "schemes": [SCHEME]}
    original = {name: root[name] for name in _OF_SWAGGER if name in root}
    return {**root, **own, **({ORIGINAL_SERVERS: original} if original else {})}
