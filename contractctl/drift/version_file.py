"""spec-version.txt: which edition of a contract a repository holds, and where it came from."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

from contractctl.core.failures import UsageFailure
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.drift.edition import Edition
from contractctl.source.files import read_file
from contractctl.source.urls import presentable

_CONTENT = pattern(r"c1:sha256:[0-9a-f]{64}")
_KEYS = ("content", "raw", "source", "etag")
_LINE_BREAK = pattern(r"\r\n?|\n")
_ENTITY_TAG = pattern(r'(W/)?"[\x21\x23-\x7e]*"')
_ENCODINGS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"", "utf-8-sig"))


@dataclass(frozen=True, slots=True)
class VersionFile:
    """What the file says. Only `version` must be there; a file of one line is legal.

    `source` is a URL without userinfo, or a path; None for a contract of one's own. `etag` is an entity tag with its
    quotes (RFC 9110 §8.8.3).
    """

    version: str
    content: str | None = None
    raw: str | None = None
    source: str | None = None
    etag: str | None = None

    @property
    def edition(self) -> Edition:
        """The edition that the file records."""
        return Edition(self.version, self.content, self.raw)


def read_version_file(path: Path) -> VersionFile | None:
    """Read the file. Return None when there is none or it names no version.

    Raise UsageFailure when it is no text, and as `read_file` does.
    """
    return parse_version_file(read_file(path), str(path)) if path.exists() else None


def require_known_digest(file: VersionFile | None, name: str) -> None:
    """Raise UsageFailure for a digest of the content that is none: it must not pass for one that was not recorded."""
    if file is not None and file.content is not None and not _CONTENT.fullmatch(file.content):
        hint = "run `contractctl sync` or `contractctl stamp` to write it anew, or use the version that wrote it"
        raise UsageFailure(f"{name}: `content: {file.content}` is no digest that this version knows", hint=hint)


def parse_version_file(data: bytes, name: str) -> VersionFile | None:
    """Read the bytes of a version file. Return None when they name no version.

    The first line that is no comment is the version. Takes UTF-8 and UTF-16 with or without a byte order mark, any
    line ends, trailing blanks, comments and unknown keys. Raise UsageFailure, with `name`, for bytes that are no text.
    """
    encoding = next(encoding for mark, encoding in _ENCODINGS if data.startswith(mark))
    try:
        lines = list(_content_lines(data.decode(encoding)))
    except UnicodeDecodeError:
        hint = "run `contractctl sync` or `contractctl stamp` to write it anew"
        raise UsageFailure(f"{name} is no text file", hint=hint) from None
    if not lines or _entry(lines[0])[0] in _KEYS:
        return None
    entries = dict(reversed([_entry(line) for line in lines[1:]]))
    return VersionFile(
        version=_unquoted(lines[0]),
        content=entries.get("content") or None,
        raw=entries.get("raw") or None,
        source=_unquoted(entries.get("source", "")) or None,
        etag=entries.get("etag") or None,
    )


def write_version_file(file: VersionFile) -> bytes:
    """Return the canonical text: equal values give equal bytes, and reading them gives the value back.

    Userinfo is stripped from `source`; an `etag` that is no ASCII entity tag is left out.
    """
    if file.source is None:
        origin = "# written by contractctl stamp; line 1 is info.version of the contract"
    else:
        origin = "# written by contractctl sync; line 1 is upstream's info.version"
    etag = file.etag if file.etag and _ENTITY_TAG.fullmatch(file.etag) else None
    source = _quoted(_shown(file.source)) if file.source else None
    entries = (("content", file.content), ("raw", file.raw), ("source", source), ("etag", etag))
    lines = [_quoted(file.version), origin, *(f"{key}: {value}" for key, value in entries if value)]
    return ("\n".join(lines) + "\n").encode()


def _content_lines(text: str) -> Iterator[str]:
    for line in _LINE_BREAK.split(text):
        bare = line.strip(" \t")
        if bare and not bare.startswith("#"):
            yield bare


def _entry(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.rstrip(" \t"), value.strip(" \t")


def _shown(source: str) -> str:
    return presentable(source) if "://" in source else source


def _quoted(text: str) -> str:
    """Return the text, as a JSON string where a line could not give it back."""
    plain = text.isprintable() and text == text.strip() and not text.startswith(("#", '"'))
    return text if plain and _entry(text)[0] not in _KEYS else json.dumps(text)


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
