"""What in an exchange carries a value: the body, a parameter, a header."""

from __future__ import annotations

from typing import Literal, TypeAlias

from contractctl.contract.model import ParameterLocation
from contractctl.core.records import dataclass

Location: TypeAlias = Literal["body"] | ParameterLocation


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where a value travels. `status` is that of a response, empty for a request.

    `name` is a parameter's or header's; `media_type` is as written, empty where there is none.
    """

    location: Location
    name: str = ""
    media_type: str = ""
    status: str = ""

    @property
    def subject(self) -> str:
        """What readers call it: `request body (application/json)`, `query parameter `q``."""
        media_type = f" ({self.media_type})" if self.media_type else ""
        if self.location == "body":
            return (f"response {self.status} body" if self.status else "request body") + media_type
        if self.status:
            return f"response {self.status}, header `{self.name}`{media_type}"
        return f"{self.location} parameter `{self.name}`{media_type}"

    def of(self, media_type: str) -> Carrier:
        """Return the same with its content of one media type."""
        return Carrier(self.location, self.name, media_type, self.status)
