"""API4:2023, unrestricted resource consumption: what clients send without a limit to its size."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.model import Operation
from contractctl.core.findings import Severity
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.requests import (
    ALPHABET,
    CAP,
    ITEMS,
    LEAST,
    LENGTH,
    MOST,
    Requests,
    Sent,
)
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.owasp.names import is_called
from contractctl.lint.subject import Subject

_PAGE_SIZES: Final = frozenset(
    (
        *("limit", "pagesize", "perpage", "pagelimit", "maxresults", "maxpagesize", "maxrecords", "take", "rows"),
        *("resultsperpage", "itemsperpage", "recordsperpage", "pagelength", "top"),
    )
)
_PAGE_SIZES_BESIDE_PAGES: Final = frozenset(("size", "count", "first", "last", "num", "max", "length"))
_PAGES: Final = frozenset(
    ("page", "pagenumber", "pagetoken", "offset", "cursor", "after", "before", "start", "startindex", "skip", "from")
)


@rule("owasp-array-unlimited", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def array_unlimited(subject: Subject) -> Iterator[Defect]:
    """An array that clients send may have any number of items.

    Why: A request with a million items is read, checked and worked on before anybody refuses it. Answers are not
    looked at: their size is the server's own.

    Source: OWASP API4:2023 Unrestricted Resource Consumption ("maximum number of elements in arrays")

    Bad:

        paths:
          /pets:
            post:
              operationId: addPets
              requestBody: {content: {application/json: {schema: {type: array, items: {type: boolean}}}}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPets
              requestBody: {content: {application/json: {schema: {type: array, items: {type: boolean}, maxItems: 100}}}}
              responses: {"201": {description: Added}}
    """
    for sent in subject.requests.schemas:
        if sent.lacks(ITEMS) and sent.admits("array"):
            yield Defect(Location(sent.at), f"{sent.name} is an array of any length", "add `maxItems`")


@rule("owasp-string-unlimited", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def string_unlimited(subject: Subject) -> Iterator[Defect]:
    """A string that clients send may have any length.

    Why: A request with a string of a gigabyte is read, checked and stored before anybody refuses it. `enum`, `const`,
    a `format` of few characters (`date`, `uuid`) and a `pattern` that ends are limits, too. Answers are not looked
    at: their size is the server's own.

    Source: OWASP API4:2023 Unrestricted Resource Consumption ("maximum length for strings")

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody: {content: {application/json: {schema: {type: string}}}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody: {content: {application/json: {schema: {type: string, maxLength: 100}}}}
              responses: {"201": {description: Added}}
    """
    for sent in subject.requests.schemas:
        if sent.lacks(LENGTH) and sent.admits("string") and not _is_file_of_2_0(subject, sent):
            yield Defect(Location(sent.at), f"{sent.name} is a string of any length", "add `maxLength`")


def _is_file_of_2_0(subject: Subject, sent: Sent) -> bool:
    """Tell whether it is a file, of which Swagger 2.0 has no way to say how long it may be."""
    return sent.value.get("format") == "binary" and subject.references.version_at(sent.uri) == "2.0"


@rule("owasp-string-unrestricted", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def string_unrestricted(subject: Subject) -> Iterator[Defect]:
    """A string that clients send may be any text.

    Why: What is meant to be a name or a code arrives as a script, a path or a query. `format`, `pattern`, `enum` and
    `const` say what it may look like. Some strings are just text; that is why this is a hint.

    Source: OWASP API8:2023 Security Misconfiguration; API4:2023 Unrestricted Resource Consumption (validate all input)

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody: {content: {application/json: {schema: {type: string, maxLength: 20}}}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody: {content: {application/json: {schema: {type: string, pattern: "^[a-z]{1,20}$"}}}}
              responses: {"201": {description: Added}}
    """
    for sent in subject.requests.schemas:
        if sent.lacks(ALPHABET) and sent.admits("string"):
            yield Defect(Location(sent.at), f"{sent.name} may be any text", "add `format`, `pattern` or `enum`")


@rule("owasp-page-size-unlimited", severity=Severity.WARNING, family="owasp", profile=Profile.OWASP)
def page_size_unlimited(subject: Subject) -> Iterator[Defect]:
    """Clients may ask for pages of any size.

    Why: One request for a million records is as good as an attack. A `format` limits nothing here: two thousand
    millions are an `int32`.

    Source: OWASP API4:2023 Unrestricted Resource Consumption ("number of records per page to return")

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1}}]
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}]
              responses: {"200": {description: Pets}}
    """
    for at, name in _page_sizes(subject, subject.requests).items():
        message = f"query parameter `{name}` lets clients ask for any number of records"
        yield Defect(Location(at), message, "add `maximum`")


def _page_sizes(subject: Subject, requests: Requests) -> dict[Place, str]:
    """Return the places of page sizes without a maximum, with the names of their parameters."""
    return {
        sent.at: name
        for operation in subject.contract.operations
        for name, sent in _page_sizes_of(operation, requests)
        if sent.lacks(CAP)
    }


def _page_sizes_of(operation: Operation, requests: Requests) -> Iterator[tuple[str, Sent]]:
    query = [parameter for parameter in operation.parameters if parameter.location == "query"]
    has_pages = any(is_called(parameter.name, _PAGES) for parameter in query)
    for parameter in query:
        name = parameter.name
        if is_called(name, _PAGE_SIZES) or (has_pages and is_called(name, _PAGE_SIZES_BESIDE_PAGES)):
            for sent in requests.applied(parameter):
                if sent.admits("integer") or sent.admits("number"):
                    yield name, sent


@rule("owasp-integer-unlimited", severity=Severity.INFO, family="owasp", profile=Profile.OWASP)
def integer_unlimited(subject: Subject) -> Iterator[Defect]:
    """A whole number that clients send may be of any size.

    Why: Numbers that no program holds overflow, and negative ones are ordered, paid and counted. `minimum` and
    `maximum` limit a number, as do `enum`, `const`, and a `format` of 32 bits or less. Page sizes are reported by
    `owasp-page-size-unlimited`.

    Source: OWASP API4:2023 Unrestricted Resource Consumption (limits for all input)

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody: {content: {application/json: {schema: {type: integer, minimum: 1}}}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody: {content: {application/json: {schema: {type: integer, minimum: 1, maximum: 9}}}}
              responses: {"201": {description: Added}}
    """
    requests = subject.requests
    told = _page_sizes(subject, requests)
    for sent in requests.schemas:
        if (sent.lacks(LEAST) or sent.lacks(MOST)) and sent.admits("integer") and sent.at not in told:
            missing = [word for word, limit in (("minimum", LEAST), ("maximum", MOST)) if sent.lacks(limit)]
            message = f"{sent.name} is a whole number without a {' or a '.join(missing)}"
            hint = f"add {' and '.join(f'`{word}`' for word in missing)}, or `format: int32`"
            yield Defect(Location(sent.at), message, hint)


RULES = (
    array_unlimited,
    string_unlimited,
    string_unrestricted,
    page_size_unlimited,
    integer_unlimited,
)
