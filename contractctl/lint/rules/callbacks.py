"""Rules about callbacks and webhooks."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contractctl.contract.model import Operation
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.operations import every_callback
from contractctl.lint.rule import Defect, rule
from contractctl.lint.structure.kinds import compiled
from contractctl.lint.subject import Subject

_URL = r"[A-Za-z][A-Za-z0-9+.-]*:|//|\{\$|\$[A-Za-z]"


@rule("callback-url-unknown", severity=Severity.WARNING, family="callbacks")
def callback_url_unknown(subject: Subject) -> Iterator[Defect]:
    """The key of a callback is neither a runtime expression nor a URL.

    Why: The key says where the request goes. Without an expression, which takes the address from the client's
    request, or a whole URL nobody knows to whom it is sent.

    Source: OpenAPI 3.1.1 §4.8.18.1

    Bad:

        paths:
          /subscriptions:
            post:
              operationId: subscribe
              callbacks: {sold: {/sold: {post: {operationId: sold, responses: {"204": {description: Taken}}}}}}
              responses: {"201": {description: Subscribed}}

    Good:

        paths:
          /subscriptions:
            post:
              operationId: subscribe
              callbacks:
                sold: {"{$request.body#/url}": {post: {operationId: sold, responses: {"204": {description: Taken}}}}}
              responses: {"201": {description: Subscribed}}
    """
    for callback in subject.parts("callback"):
        for key in callback.value:
            if not key.startswith("x-") and not compiled(_URL).match(key) and "{$" not in key:
                message = f"`{key}` is neither a runtime expression nor a URL"
                hint = f"write {_proposal(key)}: where the client says what to call"
                yield Defect(Location(callback.at / key), message, hint)


def _proposal(key: str) -> str:
    return f"`{{$request.body#/url}}{key}`" if key.startswith("/") else "an expression such as `{$request.body#/url}`"


@rule("callback-in-callback", severity=Severity.WARNING, family="callbacks", profile=Profile.STRICT)
def callback_in_callback(subject: Subject) -> Iterator[Defect]:
    """An operation of a callback has callbacks itself.

    Why: The client would have to call back the one that calls it back. OpenAPI allows it; hardly any tool shows it.

    Source: OpenAPI 3.1.1 §4.8.18

    Bad:

        paths:
          /subscriptions:
            post:
              operationId: subscribe
              callbacks:
                sold:
                  "{$request.body#/url}":
                    post:
                      operationId: sold
                      callbacks:
                        paid:
                          "{$request.body#/url}":
                            post: {operationId: paid, responses: {"204": {description: Taken}}}
                      responses: {"204": {description: Taken}}
              responses: {"201": {description: Subscribed}}

    Good:

        paths:
          /subscriptions:
            post:
              operationId: subscribe
              callbacks:
                sold: {"{$request.body#/url}": {post: {operationId: sold, responses: {"204": {description: Taken}}}}}
                paid: {"{$request.body#/url}": {post: {operationId: paid, responses: {"204": {description: Taken}}}}}
              responses: {"201": {description: Subscribed}}
    """
    for callback in every_callback(subject.operations):
        yield from _calling_back(callback.operations, "callback")


@rule("callback-in-webhook", severity=Severity.WARNING, family="callbacks", profile=Profile.STRICT)
def callback_in_webhook(subject: Subject) -> Iterator[Defect]:
    """An operation of a webhook has callbacks.

    Why: A webhook is a callback without an operation that asks for it: the client would have to call back who calls
    it. OpenAPI allows it; hardly any tool shows it.

    Source: OpenAPI 3.1.1 §4.8.1 (`webhooks`), §4.8.18

    Bad:

        webhooks:
          sold:
            post:
              operationId: sold
              callbacks:
                paid: {"{$request.body#/url}": {post: {operationId: paid, responses: {"204": {description: Taken}}}}}
              responses: {"204": {description: Taken}}

    Good:

        webhooks:
          sold: {post: {operationId: sold, responses: {"204": {description: Taken}}}}
          paid: {post: {operationId: paid, responses: {"204": {description: Taken}}}}
    """
    yield from _calling_back(subject.contract.webhooks, "webhook")


def _calling_back(operations: Iterable[Operation], what: str) -> Iterator[Defect]:
    for operation in operations:
        if operation.callbacks:
            at = Location(operation.at / "callbacks")
            message = f"`{operation.title}` of a {what} has callbacks"
            yield Defect(at, message, "move them to the operation of a path, or make webhooks of them")


@rule("server-in-webhook", severity=Severity.WARNING, family="callbacks")
def server_in_webhook(subject: Subject) -> Iterator[Defect]:
    """A webhook has servers.

    Why: It is sent to an address that its receiver has registered, whatever the description says here.

    Source: OpenAPI 3.1.1 §4.8.1: webhooks are requests that the API consumer may choose to implement

    Bad:

        webhooks:
          sold:
            servers: [{url: "https://example.com"}]
            post: {operationId: sold, responses: {"204": {description: Taken}}}

    Good:

        webhooks:
          sold:
            post: {operationId: sold, responses: {"204": {description: Taken}}}
    """
    for operation in subject.contract.webhooks:
        for owner in (operation.template, operation.at):
            value = subject.value_at(owner)
            if is_object(value) and value.get("servers"):
                message = f"webhook `{operation.path}` has servers"
                yield Defect(Location(owner / "servers"), message, "remove them; the receiver has the address")


RULES = (
    callback_url_unknown,
    callback_in_callback,
    callback_in_webhook,
    server_in_webhook,
)
