"""What one rule alone says of a description."""

from __future__ import annotations

from contractctl.core.findings import Severity
from tests.lint.cases import findings, operation, pointed


def told(code: str, text: str) -> list[str]:
    """Every finding of the rule as `line:column: message`."""
    found = findings(text, profiles=(), rules={code: Severity.INFO})
    return [one.replace(f" {code}:", ":") for one in found]


def hit(text: str, message: str) -> tuple[str, list[str]]:
    """The text without its mark `»`, and the one finding that is due there."""
    plain, position = pointed(text)
    return plain, [f"{position}: {message}"]


def parameter(body: str, *, path: str = "/pets", method: str = "get") -> str:
    """An operation with this parameter, in flow style."""
    return operation(f"parameters: [{body}]", path=f"'{path}'", method=method)


def body(schema: str) -> str:
    """An operation with a body of JSON that has this schema, in flow style."""
    text = operation(f"requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}", method="post")
    return text.replace("schema: »", "»schema: ")


def schemes(*, requires: str = "", **named: str) -> str:
    """Security schemes, and an operation that requires what is said."""
    listed = ", ".join(f"{name}: {scheme}" for name, scheme in named.items())
    return operation(f"security: [{requires}]") + f"components: {{securitySchemes: {{{listed}}}}}\n"
