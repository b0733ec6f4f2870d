"""Rules about encodings: how the properties of a form are written."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.contract.media_types import essence
from contractctl.contract.versions import Version
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_object, object_at
from contractctl.core.locations import Location, Place
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.property_names import property_names
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part

_URL_ENCODED = "application/x-www-form-urlencoded"
_FIELDS = ("encoding", "prefixEncoding", "itemEncoding")
_STYLES = ("style", "explode", "allowReserved")


@rule("encoding-property-unknown", severity=Severity.WARNING, family="media types")
def encoding_property_unknown(subject: Subject) -> Iterator[Defect]:
    """An encoding is for a property that the schema does not have.

    Why: There is nothing that it could apply to, and the property that was meant is written in the default way.

    Source: OpenAPI 3.0.4 §4.7.14, 3.1.1 §4.8.14: the keys of `encoding` must exist as properties; OpenAPI 3.2.0
    §Encoding By Name: entries without a property are ignored

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  multipart/form-data:
                    schema: {type: object, properties: {photo: {type: string}}}
                    encoding: {foto: {contentType: image/png}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  multipart/form-data:
                    schema: {type: object, properties: {photo: {type: string}}}
                    encoding: {photo: {contentType: image/png}}
              responses: {"201": {description: Added}}
    """
    for media in subject.parts("media-type"):
        encodings = object_at(media.value, "encoding")
        if encodings and "schema" in media.value and _is_form(_name(media)):
            known = property_names(subject, media.at / "schema")
            for name in encodings if known else ():
                if name not in known:
                    at = Location(media.at / "encoding" / name)
                    hint = did_you_mean(name, known) or "name a property of the schema, or remove the encoding"
                    yield Defect(at, f"the encoding is for `{name}`, which the schema does not have", hint)


def _name(media: Part) -> str:
    """Return the media type without parameters that an object is filed under, empty where no `content` has it."""
    return essence(media.tokens[-1]) if media.tokens[-2:-1] == ("content",) else ""


def _is_form(name: str) -> bool:
    """Tell whether encodings may apply; of a component, and of any media type, nobody knows."""
    return name in ("", "*/*", _URL_ENCODED) or name.startswith("multipart/")


@rule("encoding-ignored", severity=Severity.WARNING, family="media types")
def encoding_ignored(subject: Subject) -> Iterator[Defect]:
    """An encoding, or a field of one, stands where the specification has tools ignore it.

    Why: Its author believes that it counts. Encodings are for forms: `multipart` and
    `application/x-www-form-urlencoded`; headers are for `multipart`, and `Content-Type` among them is said by
    `contentType`. A style counts in web forms only (in OpenAPI 3.0 in URL-encoded ones), and there it takes the place
    of `contentType`.

    Source: OpenAPI 3.0.4 §4.7.14, §4.7.15; 3.1.1 §4.8.14, §4.8.15.1

    Bad:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  application/json:
                    schema: {type: object, properties: {photo: {type: string}}}
                    encoding: {photo: {contentType: image/png}}
              responses: {"201": {description: Added}}

    Good:

        paths:
          /pets:
            post:
              operationId: addPet
              requestBody:
                content:
                  multipart/form-data:
                    schema: {type: object, properties: {photo: {type: string}}}
                    encoding: {photo: {contentType: image/png}}
              responses: {"201": {description: Added}}
    """
    for media in subject.parts("media-type"):
        name = _name(media)
        for field in _FIELDS:
            if field not in media.value:
                continue
            if _is_form(name) and (field == "encoding" or name != _URL_ENCODED):
                yield from _fields_ignored(subject, media, field)
            else:
                due = "forms" if field == "encoding" else "`multipart`"
                message = f"`{field}` is ignored for `{name}`; it is for {due}"
                yield Defect(Location(media.at / field), message, f"remove it, or use the media type of {due}")


def _fields_ignored(subject: Subject, media: Part, field: str) -> Iterator[Defect]:
    """Yield what is ignored in the encodings of one field of a form."""
    version, name = subject.references.version_at(media.uri), _name(media)
    for at, encoding in _encodings(media, field):
        for ignored, why in _ignored(encoding, name, version):
            message = f"`{ignored}` of an encoding is ignored {why}"
            yield Defect(Location(at / ignored), message, f"remove `{ignored}`")
        for header in object_at(encoding, "headers"):
            if header.lower() == "content-type" and name != _URL_ENCODED:
                message = f"`{header}` is ignored among the headers of an encoding"
                yield Defect(Location(at / "headers" / header), message, "use `contentType` of the encoding")


def _encodings(media: Part, field: str) -> Iterator[tuple[Place, Mapping[str, Json]]]:
    """Yield the encodings of a field by name or by position; `itemEncoding` is one itself."""
    value, at = media.value[field], media.at / field
    if field == "itemEncoding":
        members: list[tuple[Place, Json]] = [(at, value)]
    elif is_object(value):
        members = [(at / name, member) for name, member in value.items()]
    else:
        members = [(at / index, member) for index, member in enumerate(value if isinstance(value, list) else ())]
    yield from ((place, member) for place, member in members if is_object(member))


def _ignored(encoding: Mapping[str, Json], name: str, version: Version) -> Iterator[tuple[str, str]]:
    """Yield the fields of an encoding that are ignored, and why, as far as the media type is known.

    The style of a form is told nowhere: generators write it out, and it is what a form has anyway.
    """
    given = [field for field in _STYLES if field in encoding and encoding[field] != "form"]
    if name == _URL_ENCODED and "headers" in encoding:
        yield "headers", "for a URL-encoded form; they are for `multipart`"
    if name.startswith("multipart/") and (version == "3.0" or name != "multipart/form-data"):
        since = " before OpenAPI 3.1" if name == "multipart/form-data" else "; it is for web forms"
        yield from ((field, f"for `{name}`{since}") for field in given[:1])
    elif name and given and "contentType" in encoding and version != "3.0":
        yield "contentType", f"beside `{given[0]}`, which takes its place"


RULES = (
    encoding_property_unknown,
    encoding_ignored,
)
