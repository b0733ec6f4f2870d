"""API2:2023, broken authentication: what must not stand in a URL."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Operation, Parameter
from contractctl.core.findings import Severity
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.requests import Requests
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.names import ends_in, is_called, words
from contractctl.lint.subject import Subject

_CREDENTIALS: Final = frozenset(
    (
        *("password", "passwd", "passphrase", "passcode", "secret"),
        *("apikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "authkey"),
        *("accesstoken", "refreshtoken", "idtoken", "authtoken", "authenticationtoken", "authorizationtoken"),
        *("bearertoken", "sessiontoken", "securitytoken", "usertoken", "apitoken", "logintoken", "oauthtoken"),
        *("resettoken", "jwt"),
    )
)
_CREDENTIALS_ALONE: Final = frozenset(("token", "pwd", "authorization"))
_PERSONAL: Final = frozenset(
    (
        *("ssn", "socialsecuritynumber", "nationalid", "taxid", "passportnumber", "iban"),
        *("creditcard", "creditcardnumber", "cardnumber", "cvv", "cvc"),
    )
)


@rule("owasp-credential-in-url", severity=Severity.ERROR, family="owasp", profile=Profile.OWASP)
def credential_in_url(subject: Subject) -> Iterator[Defect]:
    """A parameter of path or query holds a credential.

    Why: URLs are kept in logs, histories and caches, and handed on in `Referer`; the credential is found there. Tokens
    that only say where a list goes on (`page_token`) are no credentials.

    Source: OWASP API2:2023 Broken Authentication ("sends sensitive authentication details, such as auth tokens and
    passwords in the URL"); RFC 9700 §4.3.2

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: access_token, in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: page_token, in: query, schema: {type: string}}]
              security: [{token: []}]
              responses: {"200": {description: Pets}}
        components:
          securitySchemes:
            token: {type: http, scheme: bearer}
    """
    requests = subject.requests
    for operation, parameter in _in_urls(subject):
        name = parameter.name
        is_credential = ends_in(name, _CREDENTIALS) or is_called(name, _CREDENTIALS_ALONE)
        if is_credential and not _is_key_of_collection(operation, name) and _is_text(requests, parameter):
            message = f"{parameter.location} parameter `{name}` is a credential, and is kept wherever URLs are"
            yield Defect(Location(parameter.at / "name"), message, "send it in a header, or in the body")


def _in_urls(subject: Subject) -> Iterator[tuple[Operation, Parameter]]:
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            if parameter.location in {"path", "query"}:
                yield operation, parameter


def _is_key_of_collection(operation: Operation, name: str) -> bool:
    """Tell whether a variable is the name of one of many secrets: `/secrets/{secret}`."""
    before = operation.path.partition(f"{{{name}}}")[0]
    return words(name)[-1:] == ("secret",) and words(before)[-1:] == ("secrets",)


def _is_text(requests: Requests, parameter: Parameter) -> bool:
    """Tell whether a parameter may be any text: not a switch, nor one of a few words."""
    texts = [
        sent.admits("string") and "enum" not in sent.value
        for sent in requests.applied(parameter)
        if "type" in sent.value
    ]
    return any(texts) or not texts


@rule("owasp-sensitive-data-in-url", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def sensitive_data_in_url(subject: Subject) -> Iterator[Defect]:
    """A parameter of path or query holds what is nobody else's business.

    Why: URLs are kept in logs, histories and caches, and handed on in `Referer`; the number of a card or of a person
    is found there.

    Source: OWASP API8:2023 Security Misconfiguration; RFC 9110 §17.9 (disclosure of sensitive information in URIs)

    Bad:

        paths:
          /people:
            get:
              operationId: findPerson
              parameters: [{name: ssn, in: query, schema: {type: string}}]
              responses: {"200": {description: Person}}

    Good:

        paths:
          /people/search:
            post:
              operationId: findPerson
              requestBody:
                content: {application/json: {schema: {type: object, properties: {ssn: {type: string}}}}}
              responses: {"200": {description: Person}}
    """
    for _, parameter in _in_urls(subject):
        if ends_in(parameter.name, _PERSONAL):
            message = f"{parameter.location} parameter `{parameter.name}` is kept wherever URLs are, in logs say"
            yield Defect(Location(parameter.at / "name"), message, "send it in the body")


RULES = (credential_in_url, sensitive_data_in_url)
