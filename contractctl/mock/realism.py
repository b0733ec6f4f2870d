"""What a description says of the mock itself: `x-mock-auth`, `x-mock-latency`, `x-mock-faults`, `x-mock-rate-limit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from contractctl.contract.model import Operation
from contractctl.core.json import Json
from contractctl.encodings.quantities import parse_faults, parse_latency, parse_rate_limit
from contractctl.mock.telling import Told, warning


def operation_settings(operation: Operation, told: Told) -> dict[str, Json]:
    """Return the settings of an operation, by the name that the server knows each by; what cannot be used is told."""
    found: dict[str, Json] = {}
    for name, (parse, expected) in _EXTENSIONS.items():
        value = operation.extensions.get(name)
        if value is None:
            continue
        try:
            parse(text := _text(value))
        except ValueError:
            message = f"`{name}` is {value!r}, which cannot be used; the mock keeps its own setting"
            told.tell(warning("mock-setting-invalid", operation.at / name, message, hint=f"it must be {expected}"))
        else:
            found[name.removeprefix("x-mock-").replace("-", "_")] = text
    return found


def _text(value: Json) -> str:
    """Return a value as it would be given to an option: YAML reads `off` as a boolean, and `50` as a number."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, (str, int, float)) else ""


def _mode(text: str) -> None:
    if text not in {"off", "presence", "token"}:
        raise ValueError(text)


_EXTENSIONS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "x-mock-auth": (_mode, "off, presence or token"),
    "x-mock-latency": (parse_latency, "milliseconds such as 50-1000, or off"),
    "x-mock-faults": (parse_faults, "kinds and shares such as 503=1%,reset=0.5%, or off"),
    "x-mock-rate-limit": (parse_rate_limit, "requests in a window such as 100/1m, or off"),
}
