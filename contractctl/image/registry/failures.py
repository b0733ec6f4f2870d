"""What a registry's refusals mean, in words: what came back, and what to try."""

from __future__ import annotations

import re

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import is_array, is_object, read_json
from contractctl.image.reference import Reference
from contractctl.image.registry.advice import Refused, advice
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import Answer, TooLarge, Unreachable, UnsafeRedirect, Untrusted, WireError

_LASTING = frozenset({501, 505, 507, 511})
"""Faults of a server that waiting does not mend: not implemented, no such HTTP, storage full, log in to the network."""

_LONGEST_WORDS = 300


class Transient(Exception):
    """An attempt that may succeed later. `failure` is what to raise when it never does.

    `wait` is what the registry asks for in seconds, None where it does not say.
    """

    def __init__(self, failure: DeliveryFailure, wait: float | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait = wait


def refusal(
    task: str,
    reference: Reference,
    answer: Answer,
    *,
    words: str,
    who: Credentials | None,
    speaker: str = "the registry",
    pushes: bool = True,
) -> DeliveryFailure | Transient:
    """Make what to raise for an answer that was not hoped for: a failure, or Transient where a later try may do.

    `words` are what the registry said (`registry_words`), free of secrets.
    """
    from http.client import responses

    status = f"{answer.status} {responses.get(answer.status, '')}".strip()
    said = f" ({words})" if words else ""
    message = f"cannot {task}: {speaker} answered {status}{said}"
    failure = DeliveryFailure(message, hint=advice(Refused(reference, answer, words, who, pushes)))
    return Transient(failure, asked_wait(answer)) if _may_pass(answer.status) else failure


def _may_pass(status: int) -> bool:
    return status in {408, 429} or (status >= 500 and status not in _LASTING)


def broken_wire(task: str, host: str, error: WireError) -> DeliveryFailure | Transient:
    """Make what to raise where no answer came."""
    match error:
        case Untrusted():
            return DeliveryFailure(
                f"cannot {task}: no trusted TLS connection to {host}: {error}",
                hint="for a CA of your own set REQUESTS_CA_BUNDLE; plain http is spoken to loopback hosts only",
            )
        case UnsafeRedirect():
            hint = "no credentials were sent there; check the registry's address"
            return DeliveryFailure(f"cannot {task}: {host} answered, but {error}", hint=hint)
        case Unreachable():
            hint = "does the registry run? check its name, your network and HTTPS_PROXY"
            return Transient(DeliveryFailure(f"cannot {task}: cannot reach {host}: {error}", hint=hint))
        case TooLarge():
            hint = f"is {host} a registry? check the address"
            return DeliveryFailure(f"cannot {task}: {host} answered, but {error}", hint=hint)
        case _:
            hint = "try again; if it stays so, look into the registry's log"
            return Transient(DeliveryFailure(f"cannot {task}: {host} broke off: {error}", hint=hint))


def registry_words(answer: Answer) -> str:
    """Return code and message of the first error in an answer on one line.

    Sources: distribution-spec v1.1 "Error Codes"; RFC 6749 §5.2 for token services; `details` is Docker Hub's.
    """
    try:
        document = read_json(answer.body)
    except ValueError:
        return ""
    errors = document.get("errors") if is_object(document) else None
    first = errors[0] if is_array(errors) and errors else document
    if not is_object(first):
        return ""
    parts = [
        first.get("code") or first.get("error"),
        first.get("message") or first.get("error_description") or first.get("details"),
    ]
    text = ": ".join(part for part in parts if isinstance(part, str) and part)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", text)[:_LONGEST_WORDS].strip()


def asked_wait(answer: Answer) -> float | None:
    """Return the seconds that Retry-After asks for (RFC 9110 §10.2.3); a date counts from the answer's own Date."""
    from email.utils import parsedate_to_datetime

    value = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return float(value)
    try:
        until, now = (parsedate_to_datetime(text) for text in (value, answer.headers.get("date", "")))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return None
