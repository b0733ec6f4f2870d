"""Reproducible bytecode: equal source at an equal path gives equal bytes with one Python, whatever else is loaded."""

from __future__ import annotations

import importlib.util
import marshal
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from contractctl.image.tree import Entry, File

_UNCHECKED_HASH = (1).to_bytes(4, "little")
_MARSHAL_WITHOUT_REFERENCES = 2
"""Later formats write references by reference count, which depends on what else the process has interned."""

_ONE_AT_A_TIME = threading.Lock()
"""What `warnings.catch_warnings` saves and restores is the process's, not the thread's."""


def with_bytecode(tree: Mapping[str, Entry]) -> dict[str, Entry]:
    """Add a `__pycache__` file for each source file of this Python's syntax; other files stay as they are.

    The bytecode is of the unchecked-hash kind (PEP 552): never compared with its source, so no time is in it.
    """
    compiled: dict[str, Entry] = {}
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, source in _sources(tree):
            if (data := compile_source(source, f"/{path}")) is not None:
                compiled[_cached_path(path)] = File(data)
    return {**tree, **compiled}


def compile_source(source: bytes, path: str) -> bytes | None:
    """Return the content of the .pyc file for `source` at `path`; None when it is not valid Python."""
    try:
        code = compile(source, path, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        return None
    body = marshal.dumps(code, _MARSHAL_WITHOUT_REFERENCES)
    return importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source) + body


def _sources(tree: Mapping[str, Entry]) -> Iterator[tuple[str, bytes]]:
    for path, entry in tree.items():
        if isinstance(entry, File) and path.endswith(".py"):
            yield path, entry.data


def _cached_path(path: str) -> str:
    at = PurePosixPath(path)
    return str(at.parent / "__pycache__" / f"{at.stem}.{sys.implementation.cache_tag}.pyc")
