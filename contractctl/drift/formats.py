"""The format of the local file: what upstream serves is written as the file is, JSON or YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from contractctl.contract.digest import content_digest
from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json
from contractctl.source.parse import parse_document

if TYPE_CHECKING:
    import yaml

    from contractctl.drift.upstream import Served

Format: TypeAlias = Literal["json", "yaml"]
_BY_SUFFIX: dict[str, Format] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}
_WIDTH = 110


def format_of(path: Path, current: bytes | None, served: bytes) -> Format:
    """Return the format of the local file: by its suffix, else by its bytes, else (a new file) by what is served."""
    return _BY_SUFFIX.get(path.suffix.lower()) or _sniff(served if current is None else current)


def render(served: Served, target: Path, form: Format) -> bytes:
    """Return what to write to `target`: YAML as served, everything else converted, members in their order.

    JSON is indented by two blanks. Raise DeliveryFailure when the conversion does not read back as the same contract.
    """
    if form == "yaml" and _sniff(served.data) == "yaml":
        return served.data
    data = to_json(served.document.root) if form == "json" else to_yaml(served.document.root)
    copy = parse_document(str(target), data)
    if content_digest(copy) != served.edition.content:
        message = f"cannot write {target}: what upstream serves does not survive the conversion to {form.upper()}"
        raise DeliveryFailure(message, hint="keep the local file in upstream's format")
    return data


def to_json(root: Json) -> bytes:
    """Return indented JSON with a line break at its end."""
    return (json.dumps(root, ensure_ascii=False, indent=2) + "\n").encode()


def to_yaml(root: Json) -> bytes:
    """Return block YAML that YAML 1.1 and 1.2 readers agree on."""
    import yaml

    dumper: type[yaml.CSafeDumper] = type("Dumper", (yaml.CSafeDumper,), {"ignore_aliases": lambda *_: True})
    dumper.add_representer(str, _represent_text)
    text = yaml.dump(root, Dumper=dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, encoding="utf-8")
    assert isinstance(text, bytes)
    return text


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.Node:
    if "\n" in text and text.replace("\n", "").isprintable():
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    # YAML 1.1 and 1.2 take different words for numbers (`1e3`, `0o17`): quote whatever begins like one.
    style = "'" if text[:1] in "0123456789+-." and text.isprintable() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _sniff(data: bytes) -> Format:
    return "json" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "yaml"
