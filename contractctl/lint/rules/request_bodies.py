"""Rules about what requests carry: bodies where there should be none, forms without their media type."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contractctl.contract.media_types import essence
from contractctl.contract.model import Body, MediaType, Operation
from contractctl.contract.versions import Version
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.parameters import uses_of
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject

_VAGUE: Final = frozenset(("GET", "HEAD", "DELETE", "TRACE"))
_FORMS: Final = frozenset(("multipart/form-data", "application/x-www-form-urlencoded"))


@rule("request-body-unexpected", severity=Severity.WARNING, family="operations")
def request_body_unexpected(subject: Subject) -> Iterator[Defect]:
    """GET, HEAD, DELETE or TRACE has a request body.

    Why: HTTP gives it no meaning. OpenAPI 3.0 tells tools to ignore it; browsers, proxies and caches drop it or refuse
    the request; TRACE must not have one. Of DELETE, OpenAPI 2.0 says nothing, and neither does the rule there. A form
    without fields, which some generators write for every operation, is no loss and is left alone.

    Source: RFC 9110 §9.3.1, §9.3.2, §9.3.5, §9.3.8; OpenAPI 3.0.4 §4.7.10 ("SHALL be ignored"), 3.1.1 §4.8.10
    ("SHOULD be avoided if possible")

    Bad:

        paths:
          /pets:
            get:
              operationId: findPets
              requestBody: {content: {application/json: {schema: {type: object}}}}
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets/search:
            post:
              operationId: findPets
              requestBody: {content: {application/json: {schema: {type: object}}}}
              responses: {"200": {description: Pets}}
    """
    for operation in subject.operations:
        version = subject.version_at(operation.at)
        if operation.method in _VAGUE and (operation.method != "DELETE" or version != "2.0"):
            for at in _bodies(subject, operation):
                message = f"`{operation.title}` has a request body, {_meaning(operation.method, version)}"
                hint = "use parameters, or a method such as POST"
                yield Defect(Location(at), message, hint, operation.method)


def _bodies(subject: Subject, operation: Operation) -> Iterator[Place]:
    """Yield where the body of an operation stands: one place, or each of the parameters of 2.0 that make it up."""
    if subject.version_at(operation.at) == "2.0":
        yield from (use.at for use in uses_of(subject, operation) if use.location in ("body", "formData"))
    elif operation.body is not None and not _is_void(operation.body):
        yield operation.at / "requestBody"


def _is_void(body: Body) -> bool:
    """Tell whether a body may be left out and has no member, so that nothing is lost where it is dropped."""
    return not body.required and bool(body.content) and all(_holds_nothing(media) for media in body.content)


def _holds_nothing(media: MediaType) -> bool:
    schema = media.schema.value if media.schema is not None else None
    return is_object(schema) and schema.get("type") == "object" and schema.get("properties") == {}


def _meaning(method: str, version: Version) -> str:
    if method == "TRACE":
        return "which HTTP forbids"
    return "which OpenAPI 3.0 tells tools to ignore" if version == "3.0" else "to which HTTP gives no meaning"


@rule("form-without-consumes", severity=Severity.ERROR, family="parameters", profile=Profile.SPEC)
def form_without_consumes(subject: Subject) -> Iterator[Defect]:
    """An operation of Swagger 2.0 has form parameters, but consumes no form.

    Why: There are two media types for forms, and `consumes` says which one it is. Without either, clients send what
    the server does not read.

    Source: OpenAPI 2.0 §Parameter Object: `in` (Form), and `type` (the MUST for files)

    Bad:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        host: example.com
        schemes: [https]
        paths:
          /pets:
            post:
              operationId: addPet
              consumes: [application/json]
              parameters: [{name: photo, in: formData, type: file}]
              responses: {"201": {description: Added}}

    Good:

        swagger: "2.0"
        info: {title: Example, version: "1"}
        host: example.com
        schemes: [https]
        paths:
          /pets:
            post:
              operationId: addPet
              consumes: [multipart/form-data]
              parameters: [{name: photo, in: formData, type: file}]
              responses: {"201": {description: Added}}
    """
    for operation in subject.operations:
        if subject.version_at(operation.at) != "2.0":
            continue
        field = next((use for use in uses_of(subject, operation) if use.location == "formData"), None)
        if field is not None:
            owner, consumes = _consumes(subject, operation)
            if consumes is None or (is_array(consumes) and _FORMS.isdisjoint(map(_essence, consumes))):
                what = "consumes no form" if consumes else "does not say what it consumes"
                message = f"`{operation.title}` has the form parameter `{field.name}`, but {what}"
                hint = "add `multipart/form-data` (for files) or `application/x-www-form-urlencoded` to `consumes`"
                yield Defect(Location(owner), message, hint)


def _consumes(subject: Subject, operation: Operation) -> tuple[Place, Json]:
    """Return what an operation consumes, and where the fault is if that is wrong; None where nothing says it."""
    own, root = subject.value_at(operation.at), subject.entry.root
    if is_object(own) and "consumes" in own:
        return operation.at / "consumes", own["consumes"]
    return operation.at, root.get("consumes") if is_object(root) else None


def _essence(name: Json) -> str:
    return essence(name) if isinstance(name, str) else ""


RULES = (
    request_body_unexpected,
    form_without_consumes,
)
