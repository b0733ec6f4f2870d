"""What `init` wrote, or would write, as text and JSON; a dry run as a patch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff
from typing import TypeAlias

from contractctl import __version__
from contractctl.core.json import Json
from contractctl.core.scaffolds import Scaffold, ScaffoldFile

Renderings: TypeAlias = Mapping[str, Callable[[bool], str]]
"""A text by the name of its format. It is asked for with True where colours are wanted; none has any."""

FORMATS = ("text", "json")

_WRITTEN = {"new": "wrote {path}", "changed": "wrote {path} anew", "unchanged": "{path} is as it was"}


def renderings(scaffold: Scaffold, *, is_dry: bool) -> Renderings:
    """Return what was written; for a dry run the patch that would be, as `git apply` takes it."""
    return {
        "text": lambda _color: "".join(map(_patch, scaffold.files) if is_dry else _lines(scaffold)),
        "json": lambda _color: _json(scaffold, is_dry=is_dry),
    }


def _lines(scaffold: Scaffold) -> Iterator[str]:
    for file in scaffold.files:
        yield _WRITTEN[file.state].format(path=file.path) + "\n"


def _patch(file: ScaffoldFile) -> str:
    before = "/dev/null" if file.before is None else f"a/{file.path.as_posix()}"
    lines = (file.before or "").splitlines(keepends=True)
    changes = unified_diff(lines, file.text.splitlines(keepends=True), before, f"b/{file.path.as_posix()}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in changes)


def _json(scaffold: Scaffold, *, is_dry: bool) -> str:
    document: dict[str, Json] = {
        "schema_version": 1,
        "command": "init",
        "tool": {"name": "contractctl", "version": __version__},
        "dry_run": is_dry,
        "image": scaffold.image,
        "files": [{"path": file.path.as_posix(), "state": file.state} for file in scaffold.files],
        "notes": list(scaffold.notes),
        "next": list(scaffold.next),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
