"""Values as YAML 1.2 text, in the styles that people and generators write.

PyYAML's own dumper decides by YAML 1.1 which strings need quotes: it quotes `no`, and leaves `1e3` and `0o14` plain.
Here the core schema of YAML 1.2.2 §10.3.2 decides, which has it the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

Json = object

CORE = (
    ("null", r"null|Null|NULL|~|", "nN~"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
)
"""Tag, the plain scalars that have it, and the characters that such scalars begin with."""


class CoreDumper(yaml.CSafeDumper):
    """Writes block or flow style, whatever `yaml.dump` is asked for; long texts of several lines become `|` blocks."""


class QuotingDumper(CoreDumper):
    """Writes strings in double quotes."""


def represent_text(dumper: CoreDumper, text: str) -> yaml.ScalarNode:
    several = "\n" in text.rstrip("\n") and not text[0].isspace()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if several else None)


def represent_quoted(dumper: QuotingDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


CoreDumper.yaml_implicit_resolvers = {}
for name, pattern, first in CORE:
    CoreDumper.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(f"^(?:{pattern})$"), list(first))
CoreDumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
# No scalar of YAML 1.2, yet every reader takes a plain `<<` for a merge.
CoreDumper.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^<<$"), ["<"])
CoreDumper.add_representer(str, represent_text)
QuotingDumper.add_representer(str, represent_quoted)


def block(value: Json) -> str:
    """Write every collection over lines of its own, every node in full."""
    return dumped(tree(value), CoreDumper, flow=False)


def flow(value: Json) -> str:
    """Write everything in brackets and braces, as JSON does, but with plain scalars."""
    return dumped(tree(value), CoreDumper, flow=True)


def quoted_with_aliases(value: Json) -> str:
    """Write strings in double quotes, and a collection that stood before as an alias."""
    return dumped(shared(value), QuotingDumper, flow=False)


STYLES = {"block": block, "flow": flow, "quoted with aliases": quoted_with_aliases}


def dumped(value: Json, dumper: type[CoreDumper], *, flow: bool) -> str:
    return yaml.dump(value, Dumper=dumper, default_flow_style=flow, sort_keys=False, allow_unicode=True)


def tree(value: Json) -> Json:
    """Copy a value so that no collection in it is another: the dumper would write an alias for the second."""
    if isinstance(value, Mapping):
        return {key: tree(member) for key, member in value.items()}
    return [tree(item) for item in value] if isinstance(value, list) else value


def shared(value: Json) -> Json:
    """Copy a value so that equal collections in it are one object."""
    return Sharing().copy(value)


class Sharing:
    """Knows the collections that it has copied."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Json] = {}

    def copy(self, value: Json) -> Json:
        if isinstance(value, Mapping):
            members = {key: self.copy(member) for key, member in value.items()}
            return self._known.setdefault((dict, *((key, identity(one)) for key, one in members.items())), members)
        if isinstance(value, list):
            items = [self.copy(item) for item in value]
            return self._known.setdefault((list, *map(identity, items)), items)
        return value


def identity(value: Json) -> object:
    """Return what is equal for equal values: of a collection its only copy, of a scalar its type, too (`True == 1`)."""
    return id(value) if isinstance(value, dict | list) else (type(value), value)
