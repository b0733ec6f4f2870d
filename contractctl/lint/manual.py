"""Manual pages of rules, read from their docstrings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from contractctl.core.records import dataclass

_SECTION = re.compile(r"^(Why|Source|Bad|Good):[ \n]?(.*?)(?=^(?:Why|Source|Bad|Good):|\Z)", re.MULTILINE | re.DOTALL)
_HEAD = 'openapi: 3.1.0\ninfo: {title: Example, version: "1"}\n'


@dataclass(frozen=True, slots=True)
class Manual:
    """A manual page: what is wrong, why it matters, who says so, a bad and a good description.

    `bad` and `good` are parts of a description in YAML, complete but for the head that `whole` adds; there are none of
    what no rule tells.
    """

    title: str
    why: str
    source: str
    bad: str = ""
    good: str = ""


UNREADABLE: Mapping[str, Manual] = {
    "document-not-openapi": Manual(
        "The file is no OpenAPI description.",
        "It is empty, a list, plain text, HTML, or a mapping that names no version of OpenAPI. Whoever asked for a "
        "check of it meant another file, so this is never passed over in silence.",
        "OpenAPI 3.1.1 §4.8.1",
    ),
    "document-encoding": Manual(
        "The bytes are no text.",
        "A description is UTF-8 (UTF-16 and UTF-32 are read, too). Each program makes other characters of other bytes; "
        "half of a surrogate pair is no character at all.",
        "RFC 8259 §8.1; YAML 1.2.2 §5.2",
    ),
    "document-too-deep": Manual(
        "Collections stand inside each other more than 200 levels deep.",
        "No description that a person wrote is that deep; many programs that read it would crash.",
        "RFC 8259 §9",
    ),
    "json-syntax": Manual(
        "The text is not JSON.",
        "A file whose name ends in `.json`, or that begins as JSON does, is read as JSON and as nothing else.",
        "RFC 8259 §2",
    ),
    "yaml-syntax": Manual(
        "The text is not YAML.",
        "What stands after the place of the error cannot be told from what was meant, so nothing else is checked.",
        "YAML 1.2.2",
    ),
    "yaml-alias": Manual(
        "An alias names no anchor, stands inside its own, or makes a small text a huge one.",
        "An alias stands for a copy of its anchor. Nested aliases multiply: a few hundred bytes become gigabytes.",
        "YAML 1.2.2 §7.1",
    ),
    "yaml-complex-key": Manual(
        "A key of a mapping is itself a list or a mapping.",
        "A description can be written as JSON, whose keys are strings.",
        "OpenAPI 3.1.1 §4.2",
    ),
    "yaml-multiple-documents": Manual(
        "The file holds several YAML documents.",
        "Programs read the first one, or the last one, or none.",
        "YAML 1.2.2 §9.2",
    ),
}
"""What every run tells, because the description cannot be read: errors that are no rules and so are never off."""


def read_manual(docstring: str) -> Manual:
    """Read a docstring of the form: title line, then the sections `Why:`, `Source:`, `Bad:` and `Good:`."""
    # Both cost 8 ms to import, which a lint run need not pay.
    import inspect
    import textwrap

    text = inspect.cleandoc(docstring)
    sections = {name: textwrap.dedent(body).strip() for name, body in _SECTION.findall(text)}
    why, source, bad, good = (sections.get(name, "") for name in ("Why", "Source", "Bad", "Good"))
    return Manual(text.partition("\n")[0], why, source, bad, good)


def whole(example: str) -> str:
    """Return the description that an example stands for: with `openapi` and `info`, unless it names its version.

    One that is written in JSON is whole.
    """
    return example if example.startswith(("openapi:", "swagger:", "{")) else _HEAD + example
