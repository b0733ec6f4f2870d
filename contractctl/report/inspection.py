"""What `inspect` shows: which contract an image serves, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from contractctl import __version__
from contractctl.core.json import Json
from contractctl.core.reports import InspectReport
from contractctl.report.words import visible

FORMATS = ("text", "json")

_NEVER = "1970-01-01T00:00:00Z"
"""When an image was made that says of no day that it was."""


def renderings(report: InspectReport) -> Mapping[str, Callable[[bool], str]]:
    """Return a text by the name of its format. It is asked for with True where colours are wanted; there are none."""
    return {"text": lambda _color: _text(report), "json": lambda _color: _json(report)}


def _text(report: InspectReport) -> str:
    lines = [visible(report.reference)]
    for name, values in _rows(report):
        for index, value in enumerate(filter(None, values)):
            lines.append(visible(f"  {'' if index else name:<9}  {value}"))
    return "\n".join(lines) + "\n"


def _rows(report: InspectReport) -> Iterator[tuple[str, Sequence[str]]]:
    yield "digest", [report.digest]
    yield "platforms" if len(report.platforms) > 1 else "platform", [", ".join(report.platforms)]
    for contract in report.contracts:
        yield "contract", [f"{contract.name} {contract.version}".strip(), contract.digest]
    yield "title", [report.title]
    yield "base", [report.base, report.base_digest]
    yield "source", [report.source]
    yield "created", [report.created if report.created != _NEVER else ""]
    yield "layers", [f"{layer.size:>12,}  {layer.name}" for layer in report.layers]


def _json(report: InspectReport) -> str:
    value: dict[str, Json] = {
        "schema_version": 1,
        "command": "inspect",
        "tool": {"name": "contractctl", "version": __version__},
        "reference": report.reference,
        "digest": report.digest,
        "platforms": list(report.platforms),
        "specs": [{"name": one.name, "version": one.version, "digest": one.digest} for one in report.contracts],
        "title": report.title,
        "base": report.base,
        "base_digest": report.base_digest,
        "source": report.source,
        "created": report.created,
        "layers": [{"name": layer.name, "digest": layer.digest, "size": layer.size} for layer in report.layers],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
