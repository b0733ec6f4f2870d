"""Operations as a Bundle holds them: what is asked of a request, and what may be answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Contract, Operation, Parameter
from contractctl.core.json import Json
from contractctl.core.locations import Place
from contractctl.encodings.quantities import LARGEST_SIZE, parse_size
from contractctl.mock.headers import header_schema
from contractctl.mock.lines import Locate
from contractctl.mock.lists import Lists
from contractctl.mock.media import is_media_type
from contractctl.mock.named_examples import named_examples
from contractctl.mock.paging import PagingWriter
from contractctl.mock.readings import Readings
from contractctl.mock.realism import operation_settings
from contractctl.mock.request_bodies import RequestBodies, register_body
from contractctl.mock.responses import ResponseWriter
from contractctl.mock.schemas import SchemaTable
from contractctl.mock.telling import Told, warning
from contractctl.mock.xml import XmlNodes

MAX_BODY: Final = "x-mock-max-body"


def register_schemas(contract: Contract, table: SchemaTable) -> None:
    """Make every schema of every operation known to the table, in the contract's order."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            if parameter.schema:
                table.key(parameter.schema, "request")
            for media in parameter.content:
                if media.schema:
                    table.key(media.schema, "request")
        if operation.body:
            register_body(operation.body, table)
        for response in operation.responses:
            for header in response.headers:
                if schema := header_schema(header):
                    table.key(schema, "response")
            for media in response.content:
                if media.schema:
                    table.key(media.schema, "response")


class OperationWriter:
    """Writes the operations of one contract into a Bundle."""

    __slots__ = ("_contract", "_locate", "_paging", "_readings", "_requests", "_responses", "_table", "_told")

    def __init__(
        self,
        contract: Contract,
        table: SchemaTable,
        readings: Readings,
        responses: ResponseWriter,
        nodes: XmlNodes,
        *,
        told: Told,
        locate: Locate,
    ) -> None:
        self._contract = contract
        self._table = table
        self._responses = responses
        self._told = told
        self._locate = locate
        self._readings = readings
        self._requests = RequestBodies(contract, table, readings, nodes, locate)
        self._paging = PagingWriter(Lists(table), readings, told)

    def record(self, operation: Operation, variables: tuple[str, ...]) -> dict[str, Json]:
        """Return the OPERATION; `variables` are those of its path template."""
        record: dict[str, Json] = {
            "title": operation.title,
            "at": self._locate(operation.at),
            "parameters": [self._parameter(parameter) for parameter in _usable_parameters(operation, variables)],
            "security": list(self._security(operation)),
        }
        responses: list[Json] = [self._responses.record(one, operation.title) for one in operation.responses]
        record["responses"] = responses
        if named := named_examples(operation, responses):
            record["named"] = named
        if operation.id:
            record["id"] = operation.id
        if operation.body:
            record["body"] = self._requests.record(operation.body)
        if settings := operation_settings(operation, self._told):
            record["mock"] = settings
        record = self._paging.completed(operation, record)
        limit = max_body(operation.extensions.get(MAX_BODY), operation.at, self._told)
        return record if limit is None else {**record, "max_body": limit}

    def _parameter(self, parameter: Parameter) -> dict[str, Json]:
        media = parameter.content[0] if parameter.content else None
        schema = parameter.schema or (media.schema if media else None)
        record: dict[str, Json] = {
            "name": parameter.name,
            "in": parameter.location,
            "required": parameter.required,
            "style": parameter.style,
            "explode": parameter.explode,
            "at": self._locate(parameter.at),
        }
        if parameter.allow_empty_value:
            record["allow_empty"] = True
        if parameter.allow_reserved:
            record["reserved"] = True
        if media is not None:
            record["media"] = media.name
        if schema is not None:
            record["key"] = self._table.key(schema, "request")
            is_free = self._readings.takes_anything(schema.value)
            record["reading"] = {"types": ["string", "array"]} if is_free else self._readings.reading(schema.value)
        return record

    def _security(self, operation: Operation) -> Iterator[list[Json]]:
        """Yield the requirements; one whose schemes are all undefined could never be met and is left out."""
        for requirement in operation.security:
            known = [use for use in requirement.uses if self._contract.scheme(use.name)]
            for use in requirement.uses:
                if use not in known:
                    message = f"the security scheme `{use.name}` is not defined; the mock does not ask for it"
                    title = operation.title
                    self._told.tell(warning("security-scheme-undefined", requirement.at, message, operation=title))
            if known or not requirement.uses:
                yield [{"scheme": use.name, "scopes": list(use.scopes)} for use in known]


def max_body(value: Json, at: Place, told: Told) -> int | None:
    """Read `x-mock-max-body` (`50kb`, or a number of bytes); None where it is absent or, told, no size."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return min(value, LARGEST_SIZE)
    try:
        return parse_size(value if isinstance(value, str) else "")
    except ValueError:
        message = f"`{MAX_BODY}` is {value!r}, which is not a size; the mock keeps its limit"
        told.tell(warning("mock-setting-invalid", at / MAX_BODY, message, hint="write it as 50kb or 1mb; k = 1024"))
        return None


def _usable_parameters(operation: Operation, variables: tuple[str, ...]) -> Iterator[Parameter]:
    """Yield the parameters; one for a path variable that the path does not have could never be given."""
    for parameter in operation.parameters:
        if parameter.location == "path" and parameter.name not in variables:
            continue
        if not parameter.content or is_media_type(parameter.content[0].name):
            yield parameter
