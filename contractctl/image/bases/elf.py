"""What the dynamic loader needs to know of an ELF file, and the file without what only a linker needs.

Source: System V ABI, chapters 4 and 5 (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html).
"""

from __future__ import annotations

import mmap
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from contractctl.core.records import dataclass

MAGIC = b"\x7fELF"
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_DT_NEEDED, _DT_STRTAB, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 1, 5, 14, 15, 29

Buffer: TypeAlias = "bytes | mmap.mmap"


@dataclass(frozen=True, slots=True)
class Elf:
    """The dynamic section: `needed` sonames in order, search folders (may hold `$ORIGIN`), PT_INTERP ("" if none).

    `machine` is e_machine (62 for x86-64), `bits` 32 or 64.
    """

    machine: int
    bits: int
    interpreter: str
    needed: tuple[str, ...]
    soname: str
    runpath: tuple[str, ...]
    rpath: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    size: int


@dataclass(frozen=True, slots=True)
class _Header:
    """The parts of the file header that reading and cutting rest on; `order` is struct's byte-order mark."""

    order: str
    wide: bool
    machine: int
    table: int
    table_end: int
    segments: tuple[_Segment, ...]


def parse_elf(data: bytes) -> Elf | None:
    """Read the dynamic section of a file's content; None for what is not ELF or is damaged."""
    try:
        return _parse(data) if data.startswith(MAGIC) else None
    except (struct.error, IndexError):
        return None


def read_elf(path: Path) -> Elf | None:
    """Read the dynamic section of a file; None for what is not an ELF file.

    Raise ValueError when it starts like one and is damaged.
    """
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return _parse(data)
            except (struct.error, IndexError) as error:
                raise ValueError(f"{path} is a damaged ELF file: {error}") from error


def strip_elf(data: bytes) -> bytes:
    """Cut symbols and debugging data: everything after the last segment, and the section table's place in the header.

    Loading is not affected, since the loader reads segments only. What is not ELF comes back as it is.
    """
    if not data.startswith(MAGIC):
        return data
    header = _read_header(data)
    end = max([header.table_end, *(segment.offset + segment.size for segment in header.segments)])
    stripped = bytearray(data[:end])
    if header.wide:
        struct.pack_into(header.order + "Q", stripped, 40, 0)
        struct.pack_into(header.order + "HH", stripped, 60, 0, 0)
    else:
        struct.pack_into(header.order + "I", stripped, 32, 0)
        struct.pack_into(header.order + "HH", stripped, 48, 0, 0)
    return bytes(stripped)


def hide_folder(data: bytes, folder: str) -> bytes:
    """Take what is above a folder out of the paths that an ELF file was built with; its length stays.

    `/home/ada/python/3.13` becomes `//////////////////3.13`: linkers let strings end alike, so that another one (the
    version, say) may be the end of this path. What is not ELF comes back as it is, and so does what the kernel starts
    with a loader from there.
    """
    above, _, name = folder.rpartition("/")
    if not above or not data.startswith(MAGIC):
        return data
    hidden = b"/" * len(os.fsencode(above)) + b"/" + os.fsencode(name)
    changed = re.sub(re.escape(os.fsencode(folder)) + rb"(?=[/:\0])", hidden, data)
    return changed if _loader(changed) == _loader(data) else data


def _loader(data: bytes) -> str:
    elf = parse_elf(data)
    return elf.interpreter if elf else ""


def _parse(data: Buffer) -> Elf:
    header = _read_header(data)
    entries = tuple(_dynamic_entries(data, header))
    strings = next((_file_offset(header, value) for tag, value in entries if tag == _DT_STRTAB), 0)

    def texts(wanted: int) -> tuple[str, ...]:
        return tuple(_text(data, strings + value) for tag, value in entries if tag == wanted)

    return Elf(
        machine=header.machine,
        bits=64 if header.wide else 32,
        interpreter=next((_text(data, s.offset) for s in header.segments if s.kind == _PT_INTERP), ""),
        needed=texts(_DT_NEEDED),
        soname=next(iter(texts(_DT_SONAME)), ""),
        runpath=_folders(texts(_DT_RUNPATH)),
        rpath=_folders(texts(_DT_RPATH)),
    )


def _folders(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folder for value in values for folder in value.split(":") if folder)


def _read_header(data: Buffer) -> _Header:
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    (machine,) = struct.unpack_from(order + "H", data, 18)
    (table,) = struct.unpack_from(order + ("Q" if wide else "I"), data, 32 if wide else 28)
    size, count = struct.unpack_from(order + "HH", data, 54 if wide else 42)
    segments = tuple(_read_segment(data, table + index * size, order, wide=wide) for index in range(count))
    return _Header(order, wide, machine, table, table + size * count, segments)


def _read_segment(data: Buffer, at: int, order: str, *, wide: bool) -> _Segment:
    if wide:
        kind, _flags, offset, address, _physical, size = struct.unpack_from(order + "IIQQQQ", data, at)
    else:
        kind, offset, address, _physical, size = struct.unpack_from(order + "IIIII", data, at)
    return _Segment(kind, offset, address, size)


def _dynamic_entries(data: Buffer, header: _Header) -> Iterator[tuple[int, int]]:
    pair = struct.Struct(header.order + ("qQ" if header.wide else "iI"))
    for segment in header.segments:
        if segment.kind == _PT_DYNAMIC:
            for at in range(segment.offset, segment.offset + segment.size, pair.size):
                tag, value = pair.unpack_from(data, at)
                if tag == 0:
                    return
                yield tag, value


def _file_offset(header: _Header, address: int) -> int:
    for segment in header.segments:
        if segment.kind == _PT_LOAD and segment.address <= address < segment.address + segment.size:
            return address - segment.address + segment.offset
    raise IndexError(f"no segment holds address {address:#x}")


def _text(data: Buffer, at: int) -> str:
    end = data.find(b"\0", at)
    if end < 0:
        raise IndexError(f"no end of the text at {at:#x}")
    return data[at:end].decode("utf-8", "surrogateescape")
