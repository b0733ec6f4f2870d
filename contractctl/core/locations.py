"""Where things stand: symbolic places while rules work, lines and columns only for what is reported."""

from __future__ import annotations

from dataclasses import field

from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Pointer:
    """A JSON Pointer (RFC 6901) as its unescaped tokens; array indices are decimal strings."""

    tokens: tuple[str, ...] = ()

    def __truediv__(self, token: str | int) -> Pointer:
        return Pointer((*self.tokens, str(token)))

    def __str__(self) -> str:
        return "".join("/" + escape_token(token) for token in self.tokens)

    @classmethod
    def parse(cls, text: str) -> Pointer:
        """Read the string form. Raise ValueError for a non-empty text that does not start with a slash."""
        if not text:
            return cls()
        if not text.startswith("/"):
            raise ValueError(f"not a JSON Pointer: {text!r}")
        return cls(tuple(unescape_token(token) for token in text[1:].split("/")))


def escape_token(token: str) -> str:
    """Escape one reference token (RFC 6901 §3)."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape_token(token: str) -> str:
    """Undo `escape_token`."""
    return token.replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a document: the document's name as users see it (a path or URL) and the pointer into it."""

    uri: str
    pointer: Pointer = Pointer()

    def __truediv__(self, token: str | int) -> Place:
        return Place(self.uri, self.pointer / token)

    def __str__(self) -> str:
        return f"{self.uri}#{self.pointer}"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What stands around the beginning of a span: its line, or the middle of a long one, without the line end.

    `column` is that of the first character, from 1.
    """

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text. Lines and columns count from 1, columns in code points; the end is exclusive.

    Spans with the same ends are equal, whatever is known of the text.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    excerpt: Excerpt | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Location:
    """A place, and its span once somebody has asked for it. Only what is reported has one.

    `of_key` says that the member's name is what is meant, whatever it holds.
    """

    place: Place
    span: Span | None = None
    of_key: bool = False

    def __str__(self) -> str:
        """`path:line:column`, or the path alone where no span is known."""
        return f"{self.place.uri}:{self.span.line}:{self.span.column}" if self.span else self.place.uri
