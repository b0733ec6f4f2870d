"""A request that the mock answers with 2xx: the `curl` line of its banner."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from contractctl.contract.model import Contract, MediaType, Operation, Parameter, SecurityScheme
from contractctl.core.json import Json, is_array, is_object
from contractctl.encodings.bodies import compact
from contractctl.encodings.form_writing import write_urlencoded
from contractctl.mock.media import concrete, kind_of
from contractctl.mock.routes import travelling
from contractctl.mock.schemas import SchemaTable
from contractctl.synth import GaveUp, Unsatisfiable

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_USER: Final = base64.b64encode(b"demo:demo").decode()


class _Unwritable(Exception):
    """This operation is too involved for one line."""


def make_sample(contract: Contract, operations: list[tuple[Operation, Json]], table: SchemaTable) -> Json:
    """Return the SAMPLE for the first operation that one line can ask, GET before others; None when there is none.

    `operations` come with their records, in the order of the routes below the first mount.
    """
    ordered = sorted(operations, key=lambda pair: _METHODS.index(pair[0].method) if pair[0].method in _METHODS else 9)
    for operation, record in ordered:
        if operation.method in _METHODS and _succeeds(record):
            try:
                return _Sample(contract, operation, table).written()
            except _Unwritable:
                continue
    return None


def _succeeds(record: Json) -> bool:
    """Tell whether the answer without preferences is a 2xx that has a body, where it has one at all."""
    responses = record.get("responses") if is_object(record) else None
    documented = [response for response in (responses if is_array(responses) else ()) if is_object(response)]
    for wanted in ("2", "default"):
        found = [response for response in documented if str(response["status"]).startswith(wanted)]
        if found:
            content = min(found, key=lambda response: str(response["status"])).get("content")
            return all(is_object(entry) and "failure" not in entry for entry in (content if is_array(content) else ()))
    return False


class _Sample:
    """Writes one request."""

    def __init__(self, contract: Contract, operation: Operation, table: SchemaTable) -> None:
        self._contract = contract
        self._operation = operation
        self._table = table

    def written(self) -> Json:
        headers: list[Json] = []
        sample: dict[str, Json] = {"method": self._operation.method, "target": self._target()}
        headers.extend([parameter.name, ",".join(self._texts(parameter))] for parameter in self._required("header"))
        if any(self._required("cookie")) or any(self._required("querystring")):
            raise _Unwritable
        if self._operation.body and self._operation.body.required:
            sent, sample["body"] = self._body(self._operation.body.content)
            headers.append(["Content-Type", sent])
        if headers:
            sample["headers"] = headers
        return {**sample, **self._credentials()}

    def _required(self, location: str) -> Iterator[Parameter]:
        return (p for p in self._operation.parameters if p.location == location and p.required)

    def _target(self) -> str:
        path = travelling(self._operation.path)
        for parameter in self._required("path"):
            if parameter.style != "simple":
                raise _Unwritable
            text = ",".join(quote(one, safe="!$&'()*+,;=:@-._~") for one in self._texts(parameter))
            path = path.replace("{" + parameter.name + "}", text)
        if "{" in path:
            raise _Unwritable
        path = quote(path, safe="/!$&'()*+,;=:@-._~%")
        pairs = [f"{quote(p.name)}={text}" for p in self._required("query") for text in self._queried(p)]
        return f"{path}?{'&'.join(pairs)}" if pairs else path

    def _queried(self, parameter: Parameter) -> list[str]:
        """Return the values of a query parameter, one each time that its name is there."""
        texts = [quote(text) for text in self._texts(parameter)]
        return texts if parameter.explode and parameter.style == "form" else [",".join(texts)]

    def _texts(self, parameter: Parameter) -> list[str]:
        """Return the text of a parameter, of a list one for each item."""
        value = self._parameter_value(parameter)
        if parameter.content:
            return [compact(value).decode()]
        if not is_array(value):
            return [_scalar(value, parameter)]
        texts = [_scalar(item, parameter) for item in value]
        if not texts or parameter.style not in {"simple", "form"} or any("," in text for text in texts):
            raise _Unwritable
        return texts

    def _parameter_value(self, parameter: Parameter) -> Json:
        schema = parameter.schema or (parameter.content[0].schema if parameter.content else None)
        key = self._table.key(schema, "request") if schema else None
        for example in parameter.examples:
            if example.has_value and (key is None or self._table.is_valid(key, example.value)):
                return example.value
        return "1" if key is None else self._made(key)

    def _is_parameter(self, where: str, pair: tuple[str, str]) -> bool:
        """Tell whether what a credential is sent as is a required parameter, too, which the request has already."""
        if where == "query":
            return any(one.name == pair[0] for one in self._required("query"))
        return any(one.name.lower() == pair[0].lower() for one in self._required("header"))

    def _body(self, content: tuple[MediaType, ...]) -> tuple[str, str]:
        """Return a media type with a body: JSON, else a form that holds texts and numbers alone."""
        offered = [(concrete(media.name, has_schema=True), media) for media in content]
        for sent, media in offered:
            if kind_of(sent) == "json":
                return sent, compact(self._value(media)).decode()
        for sent, media in offered:
            if kind_of(sent) == "form":
                value = self._value(media)
                if (
                    is_object(value)
                    and value
                    and not any(is_array(one) or is_object(one) or one is None for one in value.values())
                ):
                    return sent, write_urlencoded(value).decode()
        raise _Unwritable

    def _value(self, media: MediaType) -> Json:
        key = self._table.key(media.schema, "request") if media.schema else None
        for example in media.examples:
            if example.has_value and (key is None or self._table.is_valid(key, example.value)):
                return example.value
        return {} if key is None else self._made(key)

    def _made(self, key: str) -> Json:
        try:
            return self._table.make(key)
        except (Unsatisfiable, GaveUp):
            raise _Unwritable from None

    def _credentials(self) -> dict[str, Json]:
        """Return credentials that satisfy the first requirement that can be."""
        if not self._operation.security or any(not requirement.uses for requirement in self._operation.security):
            return {}
        for requirement in self._operation.security:
            schemes = [scheme for use in requirement.uses if (scheme := self._contract.scheme(use.name))]
            # Two schemes may ask for the same: it is said once.
            written = dict.fromkeys(_credential(scheme) for scheme in schemes)
            carried = [part for part in written if part is not None and not self._is_parameter(*part)]
            headers = _joined([pair for where, pair in carried if where == "headers"])
            if schemes and None not in written and headers is not None:
                query = "&".join("=".join(map(quote, pair)) for where, pair in carried if where == "query")
                return {"credentials": {"headers": headers, **({"query": query} if query else {})}}
        # The requirements that name no scheme of the contract are not asked for.
        if any(self._contract.scheme(use.name) for one in self._operation.security for use in one.uses):
            raise _Unwritable
        return {}


def _scalar(value: Json, parameter: Parameter) -> str:
    if is_array(value) or is_object(value) or value is None:
        raise _Unwritable
    text = value if isinstance(value, str) else compact(value).decode()
    if not text or not text.isprintable() or (parameter.location == "header" and not text.isascii()):
        raise _Unwritable
    return text


def _joined(headers: list[tuple[str, str]]) -> list[Json] | None:
    """Return headers with one Cookie for all cookies; None where one would have two values (RFC 9110 §5.3)."""
    cookies = "; ".join(value for name, value in headers if name == "Cookie")
    others = [[name, value] for name, value in headers if name != "Cookie"]
    if len({name.lower() for name, _ in others}) < len(others):
        return None
    return [*others, *([["Cookie", cookies]] if cookies else [])]


def _credential(scheme: SecurityScheme) -> tuple[str, tuple[str, str]] | None:
    """Return where a credential goes, with its name and a value; None for one that a line cannot carry."""
    match scheme.type, scheme.scheme or scheme.location:
        case "http", "basic":
            return "headers", ("Authorization", f"Basic {_USER}")
        case ("http", "bearer") | ("oauth2" | "openIdConnect", _):
            return "headers", ("Authorization", "Bearer demo")
        case "apiKey", "header":
            return "headers", (scheme.parameter_name, "demo")
        case "apiKey", "cookie":
            return "headers", ("Cookie", f"{scheme.parameter_name}=demo")
        case "apiKey", "query":
            return "query", (scheme.parameter_name, "demo")
        case "http", str(name) if _TOKEN.fullmatch(name):
            return "headers", ("Authorization", f"{name.capitalize()} demo")
        case _:
            return None
