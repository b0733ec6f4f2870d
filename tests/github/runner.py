"""What the Actions runner does with a log and with its files, written from GitHub's documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_OLD = re.compile(r"##\[(?P<name>[A-Za-z-]+)(?: (?P<properties>[^\]]*))?\](?P<data>.*)")
_NEW = re.compile(r"::(?P<name>[A-Za-z0-9-]+)(?: (?P<properties>.*?))?::(?P<data>.*)")


@dataclass(frozen=True)
class Obeyed:
    name: str
    properties: dict[str, str]
    message: str


@dataclass
class Runner:
    """Reads a log line by line and obeys the commands in it, old form (anywhere in a line) and new."""

    obeyed: list[Obeyed] = field(default_factory=list)
    stopped_by: str = ""

    def read(self, log: str) -> list[Obeyed]:
        for line in re.split(r"\r\n|\r|\n", log):
            if self.stopped_by:
                self.stopped_by = "" if line.strip() == f"::{self.stopped_by}::" else self.stopped_by
                continue
            found = _NEW.match(line.lstrip()) or _OLD.search(line)
            if found is None:
                continue
            if found["name"] == "stop-commands":
                self.stopped_by = found["data"]
                continue
            pairs = [pair.partition("=") for pair in (found["properties"] or "").split(",") if pair]
            properties = {key.strip(): _unescaped(value, property_=True) for key, _, value in pairs}
            self.obeyed.append(Obeyed(found["name"], properties, _unescaped(found["data"], property_=False)))
        return self.obeyed


def read_output_file(text: str) -> dict[str, str]:
    """Read `name=value` and `name<<delimiter` entries; raise ValueError for what the runner refuses."""
    outputs, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, heredoc, delimiter = line.partition("<<")
        if not heredoc:
            raise ValueError(f"no entry: {line!r}")
        value: list[str] = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        else:
            raise ValueError(f"no end of {name}")
        outputs[name] = "\n".join(value)
    return outputs


def _unescaped(text: str, *, property_: bool) -> str:
    table = [("%0D", "\r"), ("%0A", "\n"), *([("%3A", ":"), ("%2C", ",")] if property_ else []), ("%25", "%")]
    for escaped, plain in table:
        text = text.replace(escaped, plain)
    return text
