"""The two ways in which no value comes back: there is none, or nobody found one."""

from __future__ import annotations


class Unsatisfiable(Exception):
    """It is proved that no value satisfies the schema. The message says where the contradiction lies."""


class GaveUp(Exception):
    """No value was found and none was excluded. The message says what stood in the way."""
