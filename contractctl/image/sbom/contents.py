"""What an image holds once all its layers lie upon each other: files with their digests, and the records of installers.

Source: OCI image specification 1.1, layer.md ("Applying Changesets", "Whiteouts").
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.bases.elf import MAGIC, parse_elf
from contractctl.image.cache import cached
from contractctl.image.layer_reading import LARGEST, LayerReader, OpenLayer
from contractctl.image.model import LayerBlob

_FORMAT = "3"
"""Part of the key under which the facts of a layer are cached: to be counted up when they change."""

_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_LARGEST_KEPT = 256 * 1024**2
"""Bytes of a file that is looked into; a larger one is only digested."""

_RECORDS = pattern(
    r"(?:.*/)?[^/]+\.(?:dist-info/(?:METADATA|RECORD|top_level\.txt|sboms/[^/]+\.json)|egg-info/PKG-INFO|egg-info)"
    r"|var/lib/dpkg/(?:status|status\.d/[^/]+|info/[^/]+\.list)"
    r"|(?:usr/)?lib/apk/db/installed|(?:etc|usr/lib)/os-release|opt/mock/contractctl/__init__\.py"
)
"""What installers and distributions leave behind, and the version of the server."""

_HEADERS_ONLY = ("METADATA", "PKG-INFO", ".egg-info")
_PYTHON = pattern(r"(?:.*/)?(?:bin/python|libpython)(?P<minor>3\.\d+)(?:\.so[0-9.]*)?")
"""Where an interpreter says its version: in the program itself, or in the library that it is linked to."""

_VERSION = re.compile(rb"3\.\d+\.\d+(?:(?:a|b|rc)\d+)?\+?(?=\0)")
_INSIDE = frozenset(bytes([digit]) for digit in b".0123456789")
"""What stands before the end of another version, of which this is no version."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A regular file. `soname` and `needed` are those of an ELF file; `python` is the version of an interpreter."""

    sha1: str
    sha256: str
    soname: str = ""
    needed: tuple[str, ...] = ()
    python: str = ""


@dataclass(slots=True)
class Contents:
    """An image's regular files, symbolic links and records, by path: relative to the root, without a leading slash."""

    files: dict[str, FileFacts] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)

    def resolve(self, path: str) -> str:
        """Follow the links of folders at the root, such as the one from /lib to usr/lib."""
        first, slash, rest = path.strip("/").partition("/")
        target = self.links.get(first) if slash else None
        return posixpath.normpath(f"{target.strip('/')}/{rest}") if target else path.strip("/")


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer in its own right. `hidden` are paths that lower layers lose, `emptied` folders that lose what is in them.

    `copies` are hard links: the path of another file by path, of this layer or of a lower one.
    """

    files: Mapping[str, FileFacts]
    links: Mapping[str, str]
    copies: Mapping[str, str]
    folders: Sequence[str]
    hidden: Sequence[str]
    emptied: Sequence[str]
    records: Mapping[str, str]


def read_contents(layers: Sequence[LayerBlob], *, largest: int = LARGEST) -> Contents:
    """Read the layers of an image from the lowest to the highest. What a layer shows is cached by its digest.

    Raise DeliveryFailure when one cannot be read, or all that are read inflate to more than `largest` bytes.
    """
    contents, reader = Contents(), LayerReader("cannot tell what is in the image", largest=largest)
    for index, layer in enumerate(layers):
        _apply(_facts(layer, index, reader), contents)
    return contents


def _facts(layer: LayerBlob, index: int, reader: LayerReader) -> _Layer:
    def make() -> bytes:
        with reader.open(layer) as opened:
            read = _read(opened)
        files = {path: [f.sha1, f.sha256, f.soname, f.needed, f.python] for path, f in read.files.items()}
        rest = [read.links, read.copies, read.folders, read.hidden, read.emptied, read.records]
        return zlib.compress(json.dumps([files, *rest]).encode(), 1)

    # A kind for each place in the pile: of one kind only a few stay.
    known = cached(f"contents-{index}", (_FORMAT, layer.blob.digest, layer.diff_id), make)
    files, *rest = json.loads(zlib.decompress(known))
    facts = {
        path: FileFacts(one, two, so, tuple(needed), python) for path, (one, two, so, needed, python) in files.items()
    }
    return _Layer(facts, *rest)


def _apply(layer: _Layer, contents: Contents) -> None:
    """Lay a layer upon what is below it."""
    new = (*layer.files, *layer.links, *layer.copies)
    folders = frozenset(above for path in (*contents.files, *contents.links) for above in _parents(path))
    cleared = frozenset((*layer.hidden, *layer.emptied, *(path for path in new if path in folders)))
    held: tuple[dict[str, FileFacts], dict[str, str], dict[str, str]] = contents.files, contents.links, contents.records
    for kept in held:
        for path in [path for path in kept if not cleared.isdisjoint(_parents(path))]:
            del kept[path]
        for path in (*layer.hidden, *layer.folders, *new):
            kept.pop(path, None)
    contents.files |= layer.files
    contents.links |= layer.links
    contents.records |= layer.records
    for path, target in layer.copies.items():
        if facts := contents.files.get(target):
            contents.files[path] = facts


def _parents(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _read(opened: OpenLayer) -> _Layer:
    """Read a layer as a stream. Devices, pipes and owners are none of ours."""
    files: dict[str, FileFacts] = {}
    links: dict[str, str] = {}
    copies: dict[str, str] = {}
    folders: list[str] = []
    hidden: list[str] = []
    emptied: list[str] = []
    records: dict[str, str] = {}
    for member in opened:
        path = _clean(member.name)
        folder, _, name = path.rpartition("/")
        if name == _OPAQUE:
            emptied.append(folder)
        elif name.startswith(_WHITEOUT):
            hidden.append(f"{folder}/{name.removeprefix(_WHITEOUT)}".strip("/"))
        elif member.isdir():
            folders.append(path)
        elif member.issym():
            links[path] = member.linkname
        elif member.islnk():
            copies[path] = _clean(member.linkname)
        elif member.isreg():
            files[path], data = _describe(path, opened.pieces(member))
            if _RECORDS.fullmatch(path):
                records[path] = _record(name, data)
    return _Layer(files, links, copies, folders, hidden, emptied, records)


def _clean(path: str) -> str:
    return posixpath.normpath(path).lstrip("/").removeprefix("./")


def _describe(path: str, pieces: Iterator[bytes]) -> tuple[FileFacts, bytes]:
    """Return what is told of a file, and its content where that is looked at: of an ELF file, and of a record."""
    # SPDX asks for SHA-1 as the name of a file, which nobody trusts.
    sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        sha1.update(piece)
        sha256.update(piece)
        size += len(piece)
        if size <= _LARGEST_KEPT and (kept or piece.startswith(MAGIC) or _RECORDS.fullmatch(path)):
            kept.append(piece)
    data = b"".join(kept) if size <= _LARGEST_KEPT else b""
    elf = parse_elf(data) if data.startswith(MAGIC) else None
    if elf is None:
        return FileFacts(sha1.hexdigest(), sha256.hexdigest()), data
    python = _python_version(path, data)
    return FileFacts(sha1.hexdigest(), sha256.hexdigest(), elf.soname, elf.needed, python), data


def _python_version(path: str, data: bytes) -> str:
    match = _PYTHON.fullmatch(path)
    if match is None:
        return ""
    # The end of a string, which the linker may have let two share; a search for the start of it takes a tenth.
    start = data.find(minor := match["minor"].encode() + b".")
    while start >= 0:
        if (found := _VERSION.match(data, start)) and data[start - 1 : start] not in _INSIDE:
            return found[0].decode()
        start = data.find(minor, start + 1)
    return ""


def _record(name: str, data: bytes) -> str:
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return text.partition("\n\n")[0] if name.endswith(_HEADERS_ONLY) else text
