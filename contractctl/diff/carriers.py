"""What in an exchange carries a value: the body, a parameter, a header."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from contractctl.contract.model import ParameterLocation
from contractctl.core.records import dataclass

Location: TypeAlias = Literal["body"] | ParameterLocation


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where a value travels. `status` is that of a response, empty for a request.

    `name` is a parameter's or header's; `media_type` is as written, empty where there is none. `callback` says which
    callback of the operation it belongs to, `part` which part of a body it is (each item of a stream, a header of a
    part); both are empty for what is whole.
    """

    location: Location
    name: str = ""
    media_type: str = ""
    status: str = ""
    callback: str = ""
    part: str = ""

    @property
    def subject(self) -> str:
        """What readers call it: `request body (application/json)`, `query parameter `q``."""
        media_type = f" ({self.media_type})" if self.media_type else ""
        return ", ".join(word for word in (self.callback, f"{self._whole}{media_type}", self.part) if word)

    @property
    def _whole(self) -> str:
        if self.location == "body":
            return f"response {self.status} body" if self.status else "request body"
        if self.status:
            return f"response {self.status}, header `{self.name}`"
        return f"{self.location} parameter `{self.name}`"

    def of(self, media_type: str) -> Carrier:
        """Return the same with its content of one media type."""
        return replace(self, media_type=media_type)
