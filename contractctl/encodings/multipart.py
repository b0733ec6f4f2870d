"""Multipart bodies on the wire, both ways (RFC 2046 §5.1, RFC 7578). What parts mean is for forms.py.

Lines end with CRLF. Where the first delimiter line ends with a bare LF, as in bodies written by hand, all lines do;
the two are never mixed, for programs that read such a body differently can be played off against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

BOUNDARY = "contractctl-e5d1f1f0b5c24c0e9d1c7a7e3b0a8f42"
"""What separates parts that are written here, so that a media type can name it before there are any."""

MOST_PARTS = 10_000
LONGEST_HEADERS = 16_384
"""Bytes that the headers of one part may have."""

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*)', re.DOTALL)
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BLANKS = re.compile(rb"[ \t]*")
# What browsers write for characters that would end a name (HTML, "multipart/form-data encoding algorithm").
_NAME_ESCAPES = (("\n", "%0A"), ("\r", "%0D"), ('"', "%22"))


class Malformed(ValueError):
    """Bytes that are no body of their media type; says why, and at which byte."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(f"{message} at byte {at}")


@dataclass(slots=True)
class Part:
    """One part. `name` is None where it has none, `filename` where it is no file; `at` is its first byte."""

    name: str | None
    filename: str | None
    data: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    at: int = 0

    @property
    def type(self) -> str:
        """Its Content-Type; empty where it says none."""
        return self.headers.get("content-type", "")


def parse_parameters(header: str) -> tuple[str, dict[str, str]]:
    r"""Split a header such as Content-Type into its value, in lower case, and its parameters.

    The first of a parameter that comes twice counts. In a quoted text only `\"` is an escape: browsers send the
    backslashes of a file name as they are.
    """
    value, semicolon, rest = header.partition(";")
    parameters: dict[str, str] = {}
    for name, text in _PARAMETER.findall(semicolon + rest):
        plain = text.strip()
        is_quoted = len(plain) > 1 and plain[0] == plain[-1] == '"'
        parameters.setdefault(name.lower(), plain[1:-1].replace('\\"', '"') if is_quoted else plain)
    return value.strip().lower(), parameters


def boundary_of(content_type: str) -> str:
    """Return the boundary that a Content-Type names; raise Malformed for one that is missing or none (RFC 2046)."""
    _, parameters = parse_parameters(content_type)
    boundary = parameters.get("boundary", "")
    if not boundary:
        raise Malformed("Content-Type names no boundary; the body cannot be taken apart", 0)
    if _BOUNDARY.fullmatch(boundary) is None:
        raise Malformed("the boundary that Content-Type names is none", 0)
    if len(re.findall(r";\s*boundary\s*=", content_type, re.IGNORECASE)) > 1:
        raise Malformed("Content-Type names two boundaries", 0)
    return boundary


def parse_multipart(data: bytes, boundary: str) -> list[Part]:
    """Take a body apart; raise Malformed. What stands before the first delimiter and after the last is ignored."""
    cuts = list(_delimiters(data, b"--" + boundary.encode("latin-1")))
    if not cuts:
        raise Malformed("the first boundary is missing", 0)
    if not cuts[-1].is_last:
        raise Malformed("the body ends without its closing boundary", len(data))
    parts = list(pairwise(cuts))
    if parts and parts[-1][0].after > parts[-1][1].start:
        # The closing delimiter follows at once, as some write it who have no (more) parts.
        parts.pop()
    return [_part(data, before.after, after.start, cuts[0].line_end) for before, after in parts]


def write_multipart(parts: Iterable[Part], boundary: str = BOUNDARY) -> bytes:
    """Write parts; raise ValueError where the data of one holds the boundary."""
    delimiter = b"--" + boundary.encode("latin-1")
    pieces: list[bytes] = []
    for part in parts:
        if delimiter in part.data:
            raise ValueError("a part holds the boundary that separates parts")
        pieces += [delimiter, b"\r\n", *_written_headers(part), b"\r\n", part.data, b"\r\n"]
    return b"".join([*pieces, delimiter, b"--\r\n"])


@dataclass(slots=True)
class _Cut:
    """A delimiter line: where the part before it ends, and where the next one starts."""

    start: int
    after: int
    line_end: bytes
    is_last: bool


def _delimiters(data: bytes, delimiter: bytes) -> Iterator[_Cut]:
    """Yield the delimiter lines, to the closing one. The first says how lines end."""
    place, line_end = 0, b""
    for _ in range(MOST_PARTS + 1):
        found = _next_delimiter(data, delimiter, place, line_end)
        if found is None:
            return
        yield found
        if found.is_last:
            return
        place, line_end = found.after, found.line_end
    raise Malformed(f"there are more than {MOST_PARTS} parts", place)


def _next_delimiter(data: bytes, delimiter: bytes, place: int, line_end: bytes) -> _Cut | None:
    while (found := data.find(delimiter, place)) >= 0:
        place = found + len(delimiter)
        start = _line_start(data, found, line_end)
        if start is None:
            continue
        if data.startswith(b"--", place):
            return _Cut(start, place + 2, line_end, is_last=True)
        end = _skipped(data, place)
        for ending in (line_end,) if line_end else (b"\r\n", b"\n"):
            if data.startswith(ending, end):
                return _Cut(start, end + len(ending), ending, is_last=False)
        place = end
    return None


def _skipped(data: bytes, place: int) -> int:
    """Return where the blanks end that begin at `place`."""
    blanks = _BLANKS.match(data, place)
    return blanks.end() if blanks else place


def _line_start(data: bytes, place: int, line_end: bytes) -> int | None:
    """Return where the line end before `place` begins, 0 at the start of the data; None inside of a line."""
    if place == 0:
        return 0
    for ending in (line_end,) if line_end else (b"\r\n", b"\n"):
        if data.endswith(ending, 0, place):
            return place - len(ending)
    return None


def _part(data: bytes, start: int, end: int, line_end: bytes) -> Part:
    if data.startswith(line_end, start):
        headers, body = {}, start + len(line_end)
    else:
        blank = data.find(line_end * 2, start, min(end + len(line_end), start + LONGEST_HEADERS))
        if blank < 0:
            too_long = end - start > LONGEST_HEADERS
            fault = f"has more than {LONGEST_HEADERS} bytes of headers" if too_long else "has no blank line"
            raise Malformed(f"a part {fault}", start)
        headers, body = _headers(data[start:blank], start, line_end), blank + 2 * len(line_end)
    kind, parameters = parse_parameters(headers.get("content-disposition", ""))
    filename = parameters.get("filename", "" if "filename*" in parameters else None)
    return Part(
        name=_unescaped(parameters.get("name")) if kind else None,
        filename=_unescaped(filename),
        data=data[body : max(end, body)],
        headers=headers,
        at=start,
    )


def _headers(block: bytes, at: int, line_end: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in re.sub(line_end + rb"[ \t]+", b" ", block).split(line_end):
        name, colon, value = line.partition(b":")
        if not colon or _HEADER_NAME.fullmatch(name) is None:
            raise Malformed("a part has a header line that is none", at)
        if any(byte in value for byte in (b"\r", b"\n", b"\0")):
            raise Malformed("a part has a header with a stray line end", at)
        key = name.decode("ascii").lower()
        if key in headers:
            raise Malformed(f"a part has the header {name.decode('ascii')} twice", at)
        headers[key] = _decoded(value.strip(b" \t"))
    return headers


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _unescaped(name: str | None) -> str | None:
    if name:
        for character, escape in _NAME_ESCAPES:
            name = name.replace(escape, character)
    return name


def _escaped(name: str) -> str:
    for character, escape in _NAME_ESCAPES:
        name = name.replace(character, escape)
    return name


def _written_headers(part: Part) -> Iterator[bytes]:
    if part.name is not None:
        filename = "" if part.filename is None else f'; filename="{_escaped(part.filename)}"'
        yield f'Content-Disposition: form-data; name="{_escaped(part.name)}"{filename}\r\n'.encode()
    for name, value in part.headers.items():
        if name != "content-disposition":
            yield f"{name.title()}: {value}\r\n".encode()
