"""What an image holds once all its layers lie upon each other: files with their digests, and the records of installers.

Source: OCI image specification 1.1, layer.md ("Applying Changesets", "Whiteouts").
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from contractctl.core.failures import DeliveryFailure
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.image.bases.elf import MAGIC, parse_elf
from contractctl.image.cache import cached
from contractctl.image.model import LayerBlob

_FORMAT = "3"
"""Part of the key under which the facts of a layer are cached: to be counted up when they change."""

_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"
_CHUNK = 1 << 15
_LARGEST_FILE = 4 * 1024**3
"""Bytes: a sparse file may claim any number in a few hundred."""

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


def read_contents(layers: Sequence[LayerBlob]) -> Contents:
    """Read the layers of an image from the lowest to the highest. What a layer shows is cached by its digest.

    Raise DeliveryFailure when one cannot be read.
    """
    contents = Contents()
    for index, layer in enumerate(layers):
        _apply(_facts(layer, index), contents)
    return contents


def _facts(layer: LayerBlob, index: int) -> _Layer:
    def make() -> bytes:
        read = _read(layer)
        files = {path: [f.sha1, f.sha256, f.soname, f.needed, f.python] for path, f in read.files.items()}
        rest = [read.links, read.copies, read.folders, read.hidden, read.emptied, read.records]
        return zlib.compress(json.dumps([files, *rest]).encode(), 1)

    # A kind for each place in the pile: of one kind only a few stay.
    known = cached(f"contents-{index}", (_FORMAT, layer.blob.digest), make)
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


def _read(layer: LayerBlob) -> _Layer:
    try:
        return _unpacked(layer)
    except (tarfile.TarError, zlib.error, EOFError, ValueError) as error:  # ValueError: a PAX header of nonsense
        raise DeliveryFailure(
            f"cannot tell what is in the image: the layer {layer.blob.digest} ({layer.blob.media_type}) "
            f"cannot be read: {error}",
            hint="copy the base with gzip layers: skopeo copy --dest-compress-format gzip SOURCE oci:DIR",
        ) from error


def _unpacked(layer: LayerBlob) -> _Layer:
    """Read a layer as a stream. Devices, pipes and owners are none of ours."""
    files: dict[str, FileFacts] = {}
    links: dict[str, str] = {}
    copies: dict[str, str] = {}
    folders: list[str] = []
    hidden: list[str] = []
    emptied: list[str] = []
    records: dict[str, str] = {}
    for archive, member in _members(layer):
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
        elif member.isreg() and (content := archive.extractfile(member)) is not None:
            if member.size > _LARGEST_FILE:
                raise tarfile.ReadError(f"{path} has {member.size} bytes")
            data = content.read()
            files[path] = _describe(path, data)
            if _RECORDS.fullmatch(path):
                records[path] = _record(name, data)
    return _Layer(files, links, copies, folders, hidden, emptied, records)


def _members(layer: LayerBlob) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    with tarfile.open(fileobj=io.BytesIO(layer.blob.data), mode="r|*", bufsize=_CHUNK) as archive:
        for member in archive:
            yield archive, member


def _clean(path: str) -> str:
    return posixpath.normpath(path).lstrip("/").removeprefix("./")


def _describe(path: str, data: bytes) -> FileFacts:
    # SPDX asks for SHA-1 as the name of a file, which nobody trusts.
    sha1, sha256 = hashlib.sha1(data, usedforsecurity=False).hexdigest(), hashlib.sha256(data).hexdigest()
    elf = parse_elf(data) if data.startswith(MAGIC) else None
    if elf is None:
        return FileFacts(sha1, sha256)
    return FileFacts(sha1, sha256, elf.soname, elf.needed, _python_version(path, data))


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
