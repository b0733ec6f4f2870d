"""libyaml's parser, as far as it is asked."""

from __future__ import annotations

from typing import Protocol

import yaml

from contractctl.core.failures import DeliveryFailure


class EventSource(Protocol):
    """What is asked of libyaml's parser."""

    def get_event(self) -> yaml.Event | None:
        """Return the next event, or None after the last. Raise yaml.MarkedYAMLError."""

    def dispose(self) -> None:
        """Let go of the text."""


def parser_of(text: str) -> EventSource:
    """Return libyaml's parser of a text. Raise DeliveryFailure where PyYAML has come without libyaml."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        raise DeliveryFailure(
            "cannot read YAML: PyYAML is installed here without libyaml, and its slow parser is not used in silence",
            hint="reinstall PyYAML from a wheel, or give the description as JSON",
        ) from None
    parser: EventSource = CParser(text)
    return parser


def extent(event: yaml.Event) -> tuple[int, int]:
    """Return where an event begins and ends, in offsets into the text."""
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index
