"""Request bodies: bytes of a media type become the values that they may stand for."""

from __future__ import annotations

import orjson

from contractctl.mockserver.model import BodyContent, Json
from contractctl.mockserver.negotiation import parse_media_range
from contractctl.mockserver.record import record
from contractctl.mockserver.violations import Violation


@record
class Read:
    """What a body says. One of `values` has to satisfy its schema; none are there where nothing can be checked.

    `violations` are of what is no part of the value, such as the headers of a part.
    """

    values: tuple[Json, ...] = ()
    violations: tuple[Violation, ...] = ()


class Unreadable(ValueError):
    """Bytes that are not of their media type: `expected` names it, the message says why."""

    def __init__(self, expected: str, message: str) -> None:
        super().__init__(message)
        self.expected = expected


def read_body(content: BodyContent, content_type: str, data: bytes) -> Read:
    """Read a body that is not empty, as the `content` that its type fits; raise Unreadable."""
    media = parse_media_range(content_type)
    if media is None or not content.key:
        return Read()
    if media.is_json:
        return Read((_read_json(data),))
    return Read()


def _read_json(data: bytes) -> Json:
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        place = len(error.doc[: error.pos].encode("utf-8", "surrogateescape"))
        raise Unreadable("JSON", f"the body is not JSON: {error.msg} at byte {place}") from None
    return value
