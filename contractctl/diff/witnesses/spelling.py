"""Values as they are written on the wire: the parameter styles of OpenAPI 3.1.1 §4.8.12.2, after RFC 6570."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from contractctl.core.json import Json, is_array, is_object

if TYPE_CHECKING:
    from contractctl.contract.model import Header, Parameter

_UNRESERVED: Final = "-._~"
_RESERVED: Final = _UNRESERVED + ":/?#[]@!$&'()*+,;="
_DELIMITERS: Final[Mapping[str, str]] = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}


def text_of(value: Json) -> str:
    """Return a value as one text: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def in_path(parameter: Parameter, value: Json) -> str:
    """Return what takes the place of `{name}` in the path."""
    name = _escaped(parameter.name)
    if parameter.content:
        return _escaped(text_of(value))
    if parameter.style == "label":
        return "." + _joined(value, "." if parameter.explode else ",", explode=parameter.explode)
    if parameter.style == "matrix":
        if parameter.explode and is_array(value):
            return "".join(f";{name}={_escaped(text_of(item))}" for item in value)
        if parameter.explode and is_object(value):
            return ";" + _joined(value, ";", explode=True)
        return f";{name}={_joined(value, ',', explode=False)}"
    return _joined(value, ",", explode=parameter.explode)


def in_query(parameter: Parameter, value: Json) -> Iterator[str]:
    """Yield the pairs `name=value` of a query parameter or a form's cookie."""
    safe = _RESERVED.translate(str.maketrans("", "", "#&+")) if parameter.allow_reserved else _UNRESERVED
    name = _escaped(parameter.name)
    if parameter.location == "querystring":
        yield _escaped(text_of(value))
    elif parameter.content or not (is_array(value) or is_object(value)):
        yield f"{name}={_escaped(text_of(value), safe)}"
    elif is_object(value) and parameter.style == "deepObject":
        for key, member in value.items():
            yield f"{name}%5B{_escaped(key)}%5D={_escaped(text_of(member), safe)}"
    elif is_object(value) and parameter.explode:
        yield from (f"{_escaped(key)}={_escaped(text_of(member), safe)}" for key, member in value.items())
    elif is_array(value) and parameter.explode:
        yield from (f"{name}={_escaped(text_of(item), safe)}" for item in value)
    else:
        yield f"{name}={_joined(value, _DELIMITERS.get(parameter.style, ','), explode=False, safe=safe)}"


def in_header(header: Header | Parameter, value: Json) -> str:
    """Return the text of a header, in which nothing is escaped."""
    if header.content:
        return text_of(value)
    if is_array(value):
        return ",".join(map(text_of, value))
    if is_object(value):
        between = "=" if header.explode else ","
        return ",".join(f"{name}{between}{text_of(member)}" for name, member in value.items())
    return text_of(value)


def _joined(value: Json, delimiter: str, *, explode: bool, safe: str = _UNRESERVED) -> str:
    """Write `a`, `a,b` or `k,v,k,v`, exploded `k=v,k=v`, with another delimiter for the comma."""
    if is_array(value):
        return delimiter.join(_escaped(text_of(item), safe) for item in value)
    if is_object(value):
        between = "=" if explode else delimiter
        pairs = ((_escaped(name), _escaped(text_of(member), safe)) for name, member in value.items())
        return delimiter.join(f"{name}{between}{member}" for name, member in pairs)
    return _escaped(text_of(value), safe)


def _escaped(text: str, safe: str = _UNRESERVED) -> str:
    return quote(text, safe=safe)
