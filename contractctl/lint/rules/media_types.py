"""Rules about the names of media types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contractctl.core.findings import Related, Severity
from contractctl.core.json import Json, is_array, is_object, object_at
from contractctl.core.locations import Location, Place
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.syntax.http import media_type

_SHORT: Final[Mapping[str, str]] = {
    "binary": "application/octet-stream",
    "csv": "text/csv",
    "form": "application/x-www-form-urlencoded",
    "formdata": "multipart/form-data",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "text": "text/plain",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "*": "*/*",
}
"""What people write for the name of a media type."""
_CHARSETS: Final = frozenset(("utf-8", "utf8", "us-ascii", "iso-8859-1"))
_FIELDS: Final = frozenset(("schema", "example", "examples", "encoding", "itemSchema"))


@rule("media-type-invalid", severity=Severity.ERROR, family="media types")
def media_type_invalid(subject: Subject) -> Iterator[Defect]:
    """Something stands for a media type that is none.

    Why: It is compared with `Content-Type` and `Accept`, so no request and no response can match it.

    Source: OpenAPI 3.1.1 §4.8.13.1 (a media type or media type range); RFC 9110 §8.3.1, §12.5.1

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets, content: {json: {schema: {type: array}}}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses: {"200": {description: Pets, content: {application/json: {schema: {type: array}}}}}
    """
    for content, at in _contents(subject):
        yield from _misplaced(content, at)
    for name, at in (*_keys(subject), *_listed(subject), *_of_encodings(subject)):
        yield Defect(Location(at), f"`{name}` is not a media type", _proposal(name), name)


def _misplaced(content: Mapping[str, Json], at: Place) -> Iterator[Defect]:
    """Yield one defect of a map whose entries are parts of a schema or of a media type, which was left out."""
    names = _parts(content)
    if names:
        listed = ", ".join(f"`{name}`" for name in names)
        message = f"{listed} {'stands' if len(names) == 1 else 'stand'} where a media type is due"
        hint = "name the media type, such as `application/json`, and under it the `schema`, with what stands here"
        yield Defect(Location(at / names[0]), message, hint, " ".join(names))


def _parts(content: Mapping[str, Json]) -> list[str]:
    """Return the entries that are no media types with another name, but something else, or several words at once."""
    words = [name for name in content if name.lower() not in _SHORT and "/" not in name and not name.startswith("x-")]
    named = [name for name in words if name]
    return named if len(named) > 1 else [name for name in named if _is_part(name, content[name])]


def _is_part(name: str, value: Json) -> bool:
    return name in _FIELDS or (is_object(value) and bool(value) and _FIELDS.isdisjoint(value))


def _proposal(name: str) -> str:
    plain = name.strip().lower().replace("\\", "/")
    found = _SHORT.get(plain.lstrip("."), plain)
    if media_type(found) is not None:
        return f"write `{found}`"
    kind, _, last = name.rpartition(";")
    if last.strip().lower() in _CHARSETS and media_type(kind) is not None:
        return f"write `{kind}; charset={last.strip()}`"
    if media_type(name.replace(",", ";")) is not None:
        return f"write `{name.replace(',', ';')}`: parameters stand after `;`"
    if all(media_type(part.strip()) for part in name.split(",")):
        return "write one entry for each media type"
    return "write `type/subtype`, such as `application/json`, and parameters after `;`"


def _keys(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield what is none of that under which `content` is filed, and the examples of responses of 2.0."""
    for content, at in _contents(subject):
        parts = _parts(content)
        yield from ((name, at / name) for name in content if media_type(name) is None and name not in parts)
    for response in subject.parts("response"):
        if "examples" in response.value and subject.references.version_at(response.uri) == "2.0":
            at = response.at / "examples"
            names = object_at(response.value, "examples")
            yield from ((name, at / name) for name in names if media_type(name) is None)


def _contents(subject: Subject) -> Iterator[tuple[Mapping[str, Json], Place]]:
    """Yield every map of media types with its place."""
    for part in subject.parts("request-body", "response", "parameter", "header"):
        content = part.value.get("content")
        if is_object(content) and subject.references.version_at(part.uri) != "2.0":
            yield content, part.at / "content"


def _listed(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield what is none of that which operations and descriptions of 2.0 consume and produce."""
    for part in subject.parts("description", "operation"):
        if subject.references.version_at(part.uri) != "2.0":
            continue
        for field in ("consumes", "produces"):
            names = part.value.get(field)
            for index, name in enumerate(names if is_array(names) else ()):
                if isinstance(name, str) and media_type(name) is None:
                    yield name, part.at / field / index


def _of_encodings(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield what is none of that which encodings name: one media type, or several with commas between them."""
    for encoding in subject.parts("encoding"):
        names = encoding.value.get("contentType")
        if isinstance(names, str):
            at = encoding.at / "contentType"
            # A comma in quotes belongs to a parameter; nobody needs those here.
            listed = [name.strip() for name in names.split(",")] if '"' not in names else []
            yield from ((name, at) for name in listed if media_type(name) is None)


@rule("media-type-duplicate", severity=Severity.WARNING, family="media types")
def media_type_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two entries of `content` are for one media type.

    Why: Media types have no case, and blanks and the order of parameters mean nothing. Every message matches both
    entries; which one counts differs from tool to tool.

    Source: RFC 9110 §8.3.1

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  content:
                    application/json;charset=utf-8: {schema: {type: array}}
                    application/json; charset=UTF-8: {schema: {type: object}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              responses:
                "200":
                  description: Pets
                  content:
                    application/json: {schema: {type: array}}
    """
    for content, at in _contents(subject):
        first: dict[tuple[str, ...], str] = {}
        for name in content if len(content) > 1 else ():
            meant = media_type(name)
            other = first.setdefault(meant, name) if meant is not None else name
            if other != name:
                related = Related(f"`{other}` stands here", Location(at / other))
                message = f"`{name}` is the same media type as `{other}`"
                yield Defect(Location(at / name), message, "keep one of the two", related=(related,))


RULES = (
    media_type_invalid,
    media_type_duplicate,
)
