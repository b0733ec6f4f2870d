"""Manual pages of rules, read from their docstrings."""

from __future__ import annotations

import re

from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass

_SECTION = pattern(r"^(Why|Source|Bad|Good):[ \n]?(.*?)(?=^(?:Why|Source|Bad|Good):|\Z)", re.MULTILINE | re.DOTALL)
_HEAD = 'openapi: 3.1.0\ninfo: {title: Example, version: "1"}\n'


@dataclass(frozen=True, slots=True)
class Manual:
    """A manual page: what is wrong, why it matters, who says so, a bad and a good description.

    `bad` and `good` are parts of a description in YAML, complete but for the head that `whole` adds.
    """

    title: str
    why: str
    source: str
    bad: str
    good: str


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
