"""What a registry's refusals mean, in words: what came back, and what to try."""

from __future__ import annotations

import json
import re

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json, is_array, is_object
from contractctl.image.reference import Reference
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import Answer, Unreachable, UnsafeRedirect, Untrusted, WireError

_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
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
) -> DeliveryFailure | Transient:
    """Make what to raise for an answer that was not hoped for: a failure, or Transient where a later try may do.

    `words` are what the registry said (`registry_words`), free of secrets.
    """
    from http.client import responses

    status = f"{answer.status} {responses.get(answer.status, '')}".strip()
    said = f" ({words})" if words else ""
    message = f"cannot {task}: {speaker} answered {status}{said}"
    failure = DeliveryFailure(message, hint=_hint(reference, answer, words, who))
    return Transient(failure, asked_wait(answer)) if answer.status in _TRANSIENT else failure


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
        case _:
            hint = "try again; if it stays so, look into the registry's log"
            return Transient(DeliveryFailure(f"cannot {task}: {host} broke off: {error}", hint=hint))


def registry_words(answer: Answer) -> str:
    """Return code and message of the first error in an answer (distribution-spec v1.1 "Error Codes"), on one line."""
    try:
        document: Json = json.loads(answer.body)
    except ValueError:
        return ""
    errors = document.get("errors") if is_object(document) else None
    first = errors[0] if is_array(errors) and errors else document
    if not is_object(first):
        return ""
    parts = [first.get("code"), first.get("message") or first.get("details")]
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


def _hint(reference: Reference, answer: Answer, words: str, who: Credentials | None) -> str:
    host = reference.registry
    match answer.status:
        case 401 if who:
            return f"the user name or password from {who.source} is wrong, or the account may not do this"
        case 401:
            return f"log in with `docker login {host}`, or give --username and --password-stdin"
        case 403 if host == "ghcr.io":
            return _github_hint(words)
        case 403:
            return f"may the account push to {reference.repository}? ask the registry's owner"
        case 404 | 405:
            return f"is {host} a registry, and does {reference.repository} exist in it?"
        case 413:
            return "the registry, or a proxy before it, takes no blob of this size; raise its limit"
        case 429:
            return "the registry limits how often it is asked; try again later, or log in"
        case status if status >= 500:
            return "the registry has a fault; try again later"
        case _:
            return "look into the registry's log"


def _github_hint(words: str) -> str:
    if "write_package" in words:
        return (
            "the job needs `permissions: packages: write`, and a package that exists must list this repository "
            "under Package settings, Manage Actions access; pull requests from forks may never push"
        )
    return "the token needs `packages: write` (in a workflow: `permissions: packages: write`)"
