"""Rules about what a description says about itself: its purpose, contact, license, and the addresses it gives."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location
from contractctl.core.profiles import Profile
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part
from contractctl.lint.syntax.addresses import begins_with_host, has_scheme, is_email_address, url_fault
from contractctl.lint.syntax.licenses import expression_fault

_FLOWS = ("implicit", "password", "client-credentials", "authorization-code", "device-authorization")
_OF_FLOWS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")
_URLS: Mapping[str, tuple[str, ...]] = {
    "info": ("termsOfService",),
    "contact": ("url",),
    "license": ("url",),
    "external-documentation": ("url",),
    "security-scheme": ("openIdConnectUrl", "oauth2MetadataUrl"),
    **dict.fromkeys((f"flow-{name}" for name in _FLOWS), _OF_FLOWS),
}
# 2.0 calls the terms of service a text, and says of its OAuth URLs only that they SHOULD be in the form of a URL.
_URLS_2_0: Mapping[str, tuple[str, ...]] = dict.fromkeys(("contact", "license", "external-documentation"), ("url",))
_DESIRED_URLS_2_0: Mapping[str, tuple[str, ...]] = {"security-scheme": ("authorizationUrl", "tokenUrl")}


@rule("info-description-missing", severity=Severity.INFO, family="info", profile=Profile.STRICT)
def info_description_missing(subject: Subject) -> Iterator[Defect]:
    """The description does not say what the API is for.

    Why: It is the first thing that a reader of the documentation looks for.

    Source: OpenAPI 3.1.1 §4.8.2

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1"}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", description: The pets of a shop.}
        paths: {}
    """
    at, info = subject.root / "info", subject.value_at(subject.root / "info")
    if is_object(info) and _is_blank(info, "description"):
        yield Defect(Location(at), "`info` has no `description`", "say in a sentence or two what the API is for")


def _is_blank(holder: Mapping[str, Json], name: str) -> bool:
    """Tell whether a text is absent, or nothing but blanks. What is no text is somebody else's fault."""
    value = holder.get(name, "")
    return isinstance(value, str) and not value.strip()


@rule("info-contact-missing", severity=Severity.INFO, family="info", profile=Profile.STRICT)
def info_contact_missing(subject: Subject) -> Iterator[Defect]:
    """The description names nobody to turn to.

    Why: Who finds a fault in the API, or wants to use it, does not know whom to ask.

    Source: OpenAPI 3.1.1 §4.8.2

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1"}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {name: Shop team, email: shop@example.com}}
        paths: {}
    """
    info = subject.value_at(subject.root / "info")
    if is_object(info) and "contact" not in info:
        hint = "add `contact`, with a name, an e-mail address or a URL"
        yield Defect(Location(subject.root / "info"), "`info` has no `contact`", hint)


@rule("contact-incomplete", severity=Severity.WARNING, family="info", profile=Profile.STRICT)
def contact_incomplete(subject: Subject) -> Iterator[Defect]:
    """The contact has neither name nor URL nor e-mail address.

    Why: It promises somebody to turn to, and does not say who.

    Source: OpenAPI 3.1.1 §4.8.3

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {x-team: shop}}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {email: shop@example.com, x-team: shop}}
        paths: {}
    """
    at = subject.root / "info" / "contact"
    contact = subject.value_at(at)
    if is_object(contact) and all(_is_blank(contact, name) for name in ("name", "url", "email")):
        yield Defect(Location(at), "`contact` names nobody", "add a `name`, an `email` or a `url`")


@rule("contact-email-invalid", severity=Severity.ERROR, family="info", profile=Profile.SPEC)
def contact_email_invalid(subject: Subject) -> Iterator[Defect]:
    """The `email` of the contact is no e-mail address.

    Why: Mail to it does not arrive, and documentation makes a dead link of it.

    Source: OpenAPI 3.1.1 §4.8.3; RFC 5321 §4.1.2

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {email: shop at example.com}}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {email: shop@example.com}}
        paths: {}
    """
    for contact in subject.parts("contact"):
        email = contact.value.get("email")
        if isinstance(email, str) and not is_email_address(email):
            message = f"`{email}` is not an e-mail address"
            hint = "write it as `name@example.com`, with nothing around it; `contact.url` is for pages"
            yield Defect(Location(contact.at / "email"), message, hint)


@rule("info-license-missing", severity=Severity.INFO, family="info", profile=Profile.STRICT)
def info_license_missing(subject: Subject) -> Iterator[Defect]:
    """The description has no license.

    Why: Without one nobody knows what may be done with the API and its description.

    Source: OpenAPI 3.1.1 §4.8.2

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1"}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", license: {name: MIT, identifier: MIT}}
        paths: {}
    """
    info = subject.value_at(subject.root / "info")
    if is_object(info) and "license" not in info:
        hint = "add `license` with its `name`, such as `MIT`, or what your company calls its own"
        yield Defect(Location(subject.root / "info"), "`info` has no `license`", hint)


@rule("license-url-missing", severity=Severity.INFO, family="info", profile=Profile.STRICT)
def license_url_missing(subject: Subject) -> Iterator[Defect]:
    """The license has a name, but nothing that leads to its text.

    Why: Names such as `BSD` stand for several licenses; only the text says what is allowed.

    Source: OpenAPI 3.1.1 §4.8.4

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1", license: {name: BSD}}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", license: {name: BSD, identifier: BSD-3-Clause}}
        paths: {}
    """
    at = subject.root / "info" / "license"
    license_ = subject.value_at(at)
    is_named = subject.version_at(at) in {"3.1", "3.2"}
    if is_object(license_) and not (is_named and "identifier" in license_) and _is_blank(license_, "url"):
        message = f"`license` has {'neither `url` nor `identifier`' if is_named else 'no `url`'}"
        hint = "add `identifier`, an SPDX expression, or `url`" if is_named else "add `url`, the address of its text"
        yield Defect(Location(at), message, hint)


@rule("license-identifier-invalid", severity=Severity.WARNING, family="info")
def license_identifier_invalid(subject: Subject) -> Iterator[Defect]:
    """The `identifier` of the license is no SPDX expression.

    Why: Tools that look at licenses read nothing else; what they cannot read counts as no license.

    Source: OpenAPI 3.1.1 §4.8.4; SPDX 3.0.1 annex B

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1", license: {name: Apache, identifier: Apache 2.0}}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", license: {name: Apache, identifier: Apache-2.0 OR MIT}}
        paths: {}
    """
    for license_ in subject.parts("license"):
        identifier = license_.value.get("identifier")
        if not isinstance(identifier, str) or subject.version_at(license_.at) not in {"3.1", "3.2"}:
            continue
        if fault := expression_fault(identifier):
            message = f"`{identifier}` is not an SPDX expression: {fault}"
            hint = "write identifiers as spdx.org/licenses has them, such as `Apache-2.0`, or `LicenseRef-…` for others"
            yield Defect(Location(license_.at / "identifier"), message, hint)


@rule("url-invalid", severity=Severity.ERROR, family="info", profile=Profile.SPEC)
def url_invalid(subject: Subject) -> Iterator[Defect]:
    """A field that must be a URL is none.

    It is asked of terms of service, contact, license, external documentation and security schemes. OpenAPI 3 allows
    relative references, 2.0 does not.

    Why: The link leads nowhere, and generators that parse it stop.

    Source: OpenAPI 3.1.1 §4.6, §4.7, §4.8.2 to §4.8.4, §4.8.11, §4.8.27, §4.8.29; RFC 3986 §4.1

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1", termsOfService: see our page}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", termsOfService: https://example.com/terms}
        paths: {}
    """
    for part, name, url, is_2_0 in _urls(subject, _URLS, _URLS_2_0):
        fault = url_fault(url)
        if not fault and is_2_0 and not has_scheme(url):
            fault = "it has no scheme"
        if fault:
            hint = _completed(url) or "escape it, or correct it"
            yield Defect(Location(part.at / name), f"`{url}` is not a URL: {fault}", hint)


def _urls(
    subject: Subject, fields: Mapping[str, tuple[str, ...]], fields_2_0: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Part, str, str, bool]]:
    """Yield objects with the names and texts of the URLs in them, in these fields by type, and whether 2.0 rules."""
    for kind in {**fields, **fields_2_0}:
        for part in subject.parts(kind):
            is_2_0 = subject.references.version_at(part.uri) == "2.0"
            for name in (fields_2_0 if is_2_0 else fields).get(kind, ()):
                url = part.value.get(name)
                if isinstance(url, str):
                    yield part, name, url, is_2_0


@rule("url-incomplete", severity=Severity.WARNING, family="info")
def url_incomplete(subject: Subject) -> Iterator[Defect]:
    """A URL is empty, or begins with a host instead of a scheme.

    Why: Without `https://` it is the name of a file beside the description; the link leads to a page that is not there.

    Source: OpenAPI 3.1.1 §4.6, §4.7; RFC 3986 §4.2

    Bad:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {url: www.example.com/support}}
        paths: {}

    Good:

        openapi: 3.1.0
        info: {title: Pets, version: "1", contact: {url: "https://www.example.com/support"}}
        paths: {}
    """
    for part, name, url, is_2_0 in _urls(subject, _URLS, _DESIRED_URLS_2_0):
        is_lacking = begins_with_host(url) or (is_2_0 and not has_scheme(url))
        if not url:
            hint = "write the address, or remove the field"
            yield Defect(Location(part.at / name), f"`{name}` is empty", hint)
        elif is_lacking and (is_2_0 or not url_fault(url)):
            hint = _completed(url) or "write it from `https://` on"
            yield Defect(Location(part.at / name), f"`{url}` has no scheme", hint)


def _completed(url: str) -> str:
    if not begins_with_host(url) or url_fault(url):
        return ""
    return f"write `{'mailto:' if '@' in url else 'https://'}{url}`"


RULES = (
    info_description_missing,
    info_contact_missing,
    contact_incomplete,
    contact_email_invalid,
    info_license_missing,
    license_url_missing,
    license_identifier_invalid,
    url_invalid,
    url_incomplete,
)
