"""Links of responses, as a Bundle holds them: the path that each leads to, and what fills it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from contractctl.contract.model import Contract, Link, Operation, Parameter, Response
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import unescape_token
from contractctl.core.patterns import pattern
from contractctl.mock.callbacks import read_expressions
from contractctl.mock.routes import travelling
from contractctl.mock.telling import Told, warning

_NAME: Final = pattern(r"[A-Za-z0-9._-]+")
"""What the key of a component may be, and a relation type (RFC 8288 §2.1) in any case."""
_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
_IN_URLS: Final = ("path", "query")


class Links:
    """Writes the links of one contract. What cannot be followed is left out, and told where it is a mistake."""

    __slots__ = ("_by_id", "_by_path", "_contract", "_told")

    def __init__(self, contract: Contract, told: Told) -> None:
        self._contract = contract
        self._told = told
        # The first of equal names counts, as it does in routing.
        self._by_id: dict[str, Operation] = {}
        self._by_path: dict[tuple[str, str], Operation] = {}
        for operation in contract.operations:
            if operation.id:
                self._by_id.setdefault(operation.id, operation)
            self._by_path.setdefault((operation.path, operation.method.upper()), operation)

    def completed(self, operation: Operation, record: dict[str, Json]) -> dict[str, Json]:
        """Return the OPERATION with the LINKs of its responses."""
        responses = record["responses"]
        if not is_array(responses) or not any(response.links for response in operation.responses):
            return record
        written: list[Json] = [
            self._with_links(operation, response, one)
            for response, one in zip(operation.responses, responses, strict=True)
        ]
        return {**record, "responses": written}

    def _with_links(self, operation: Operation, response: Response, record: Json) -> Json:
        links = [one for link in response.links if (one := self._record(operation, link)) is not None]
        return {**record, "links": links} if links and is_object(record) else record

    def _record(self, operation: Operation, link: Link) -> Json:
        target = self._target(link, operation.title)
        if target is None or not _NAME.fullmatch(link.name):
            return None
        path = travelling(target.path)
        declared: dict[tuple[str, str], Parameter] = {(one.location, one.name): one for one in target.parameters}
        given = dict(self._given(link, target, operation.title))
        if target is operation and link.server is None:
            # The next page of the same: what the link does not say stays as it is.
            given = {**dict(_kept(target)), **given}
        needed = {("path", name) for name in _VARIABLE.findall(path)}
        needed |= {key for key, one in declared.items() if one.required and one.location in _IN_URLS}
        if not needed <= given.keys():
            return None  # the client has to know what is missing: there is no URL to name
        parameters = [_parameter(key, given[key], declared.get(key), required=key in needed) for key in given]
        record: dict[str, Json] = {"name": link.name, "path": path, "method": target.method, "parameters": parameters}
        if link.server is not None:
            record["server"] = link.server.resolved_url.rstrip("/")
        elif target.servers != operation.servers:
            record["bare"] = True
        return record

    def _target(self, link: Link, title: str) -> Operation | None:
        """Return the operation that a link leads to; None, and told, where this contract lacks it."""
        if link.operation_id:
            found = self._by_id.get(link.operation_id)
        else:
            document, _, pointer = link.operation_ref.partition("#")
            if document:
                return None  # of another description, which may be right
            found = self._by_pointer(pointer)
        if found is None:
            wanted = link.operation_id or link.operation_ref
            message = f"the link `{link.name}` leads to `{wanted}`, which is no operation; the mock does not offer it"
            hint = "name the operationId of an operation, or its place: #/paths/~1pets/get"
            self._told.tell(warning("link-operation-unknown", link.at, message, hint=hint, operation=title))
        return found

    def _by_pointer(self, pointer: str) -> Operation | None:
        tokens = tuple(map(unescape_token, unquote(pointer).split("/")[1:]))
        match tokens:
            case ("paths", path, "additionalOperations", method) | ("paths", path, method):
                return self._by_path.get((path, method.upper()))
        return None

    def _given(self, link: Link, target: Operation, title: str) -> Iterator[tuple[tuple[str, str], Json]]:
        """Yield location and name of the parameters that a link gives and a URL has, with their values."""
        known = {("path", name): None for name in _VARIABLE.findall(travelling(target.path))}
        known |= {(one.location, one.name): None for one in target.parameters if one.location in _IN_URLS}
        for key, value in link.parameters.items():
            location, _, name = key.partition(".")
            places = [(location, name), *((where, key) for where in _IN_URLS)]
            found = next((place for place in places if place in known), None)
            if found is None:
                continue
            if isinstance(value, str):
                at = link.at / "parameters" / key
                consequence = "the mock does not give this parameter"
                if read_expressions(value, at, title, self._told, consequence) is None:
                    continue
            yield found, value


def _kept(operation: Operation) -> Iterator[tuple[tuple[str, str], Json]]:
    """Yield the parameters that a URL of an operation has, with the values of the request."""
    for one in operation.parameters:
        if one.location in _IN_URLS:
            yield (one.location, one.name), f"$request.{one.location}.{json.dumps(one.name, ensure_ascii=False)[1:-1]}"


def _parameter(key: tuple[str, str], value: Json, declared: Parameter | None, *, required: bool) -> Json:
    location, name = key
    record: dict[str, Json] = {"in": location, "name": name, "value": value}
    if declared is not None:
        record |= {"style": declared.style, "explode": declared.explode}
        if declared.content:
            record["json"] = True
    return {**record, "required": True} if required else record
