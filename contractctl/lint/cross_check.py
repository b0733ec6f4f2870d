"""A second opinion: openapi-spec-validator beside our own lint, and where the two disagree.

It costs half a second to import, and on the largest descriptions minutes to run. It follows references by itself; here
it is given the documents that were opened for our own lint, and nothing else. It asks nobody and opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote, unquote, urljoin

from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.lint.cross_cover import Cover, Opinion
from contractctl.lint.structure.kinds import Tokens
from contractctl.source.document import Document

if TYPE_CHECKING:
    from jsonschema_path.paths import SchemaPath
    from openapi_spec_validator.validation.validators import SpecValidator

DISAGREES: Final = "cross-check-disagrees"
"""The code of what the other refuses and we do not."""
UNSEEN: Final = "cross-check-unseen"
"""The code of what the specification forbids and the other does not see."""
STOPPED: Final = "cross-check-stopped"
"""The code of an exception that ended the other's work."""
_NAME: Final = "openapi-spec-validator"
_LONGEST: Final = 200
# Names of documents are relative to the entry; so many folders keep those in the folders above apart.
_BASE: Final = "https://contractctl.invalid/" + "/".join("-" * 40) + "/"


class _Error(Protocol):
    """What is used of the errors of jsonschema, which has no types."""

    @property
    def message(self) -> str: ...

    @property
    def absolute_path(self) -> Iterable[str | int]: ...

    @property
    def validator(self) -> object: ...


def cross_check(document: Document, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield where openapi-spec-validator disagrees with what we found in a description, `findings`, by place.

    What it refuses where we say nothing like it is a warning. That it stopped with an exception is an info, as is each
    rule of the specification that finds what it says nothing of. Nothing raised by it gets out. Of the references it
    follows only those into documents that are open already.
    """
    opinions = list(dict.fromkeys(_opinions(document)))
    cover = Cover(document, findings)
    yield from (_finding(document, opinion) for opinion in opinions if not cover.answers(opinion))
    unseen: dict[str, list[Finding]] = {}
    for finding in cover.unanswered(opinions):
        unseen.setdefault(finding.rule, []).append(finding)
    yield from map(_unseen, unseen.values())


def _unseen(findings: Sequence[Finding]) -> Finding:
    """Return what is told of the findings of one rule, at the first of them."""
    first, others = findings[0], len(findings) - 1
    more = "" if not others else " and at one other place" if others == 1 else f" and at {others} other places"
    message = f"{_NAME} does not see `{first.rule}` here{more}"
    hint = "trust the clause that the rule names; tools that rely on it will not complain"
    return Finding(UNSEEN, Severity.INFO, message, first.location, hint, subject=first.rule)


def _finding(document: Document, opinion: Opinion) -> Finding:
    at = Location(Place(document.uri, Pointer(opinion.tokens)))
    if opinion.is_stop:
        message = f"{_NAME} stopped here with {opinion.text}"
        return Finding(
            STOPPED, Severity.INFO, message, at, "it has said nothing of what comes after", subject=opinion.kind
        )
    message = f"{_NAME} refuses what we accept here: {opinion.text}"
    hint = "look which of the two is right; if we are wrong, please report it"
    return Finding(DISAGREES, Severity.WARNING, message, at, hint, subject=opinion.kind)


def _opinions(document: Document) -> Iterator[Opinion]:
    """Yield what the other says, of the structure and then part by part: its own errors do not say where they are."""
    try:
        validator, root = _validator(document)
    # Whatever a description makes somebody else's code raise is told as what it is.
    except Exception as error:
        yield _stop((), error)
        return
    value = document.root
    yield from _said((), partial(validator.schema_validator.iter_errors, value), has_places=True)
    rules = validator.root_validator
    if is_object(value) and "tags" in value:
        yield from _said(("tags",), partial(rules, _read(document, {"tags": value["tags"]})))
    check_schema = rules.components_validator.schemas_validator.schema_validator
    for name in _names(value, "components", "schemas"):
        tokens = ("components", "schemas", name)
        yield from _said(tokens, partial(check_schema, root / "components" / "schemas" / name))
    for path in _names(value, "paths"):
        check_path = partial(rules.paths_validator.path_validator, path, root / "paths" / path)
        yield from _said(("paths", path), check_path)


def _names(value: Json, *holders: str) -> Iterator[str]:
    for holder in holders:
        value = value.get(holder) if is_object(value) else None
    yield from (name for name in value if not name.startswith("x-")) if is_object(value) else ()


def _said(tokens: Tokens, errors: Callable[[], Iterable[_Error]], *, has_places: bool = False) -> Iterator[Opinion]:
    try:
        for error in errors():
            inner = tuple(map(str, error.absolute_path)) if has_places else ()
            name = type(error).__name__
            kind = error.validator if isinstance(error.validator, str) else name
            yield Opinion((*tokens, *inner), _short(error.message), kind, name, is_of_part=not has_places)
    except Exception as error:
        yield _stop(tokens, error)


def _stop(tokens: Tokens, error: Exception) -> Opinion:
    kind = type(error).__name__
    return Opinion(
        tokens, _short(f"{kind}: {error}" if str(error) else kind), kind, kind, is_of_part=True, is_stop=True
    )


def _short(text: str) -> str:
    """Return the first line, cut; those that follow tell of the schema that was asked, and of the value."""
    line = " ".join(text.partition("\n")[0].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _validator(document: Document) -> tuple[SpecValidator, SchemaPath]:
    """Return the validator of the description's version, and the description as it sees it. Raise what it raises."""
    from openapi_spec_validator.shortcuts import get_validator_cls

    value = document.root if is_object(document.root) else {}
    root = _read(document, value)
    return get_validator_cls(value)(root), root


def _read(document: Document, value: Mapping[str, Json]) -> SchemaPath:
    """Return a value of the entry as the other reads it. Names of members are cut at nothing that they may have."""
    from jsonschema_path.paths import SchemaPath

    address = _address(document, document)
    return SchemaPath.from_dict(value, separator="\0", base_uri=address, handlers=_OpenDocuments(document))


class _OpenDocuments(Mapping[str, Callable[[str], Json]]):
    """The handlers of every scheme there is: each gives a document that was opened already, or refuses."""

    def __init__(self, entry: Document) -> None:
        opened = entry.neighbours.opened() or (entry,)
        self._known = {unquote(name): one.root for one in opened for name in (_address(entry, one), one.uri)}

    def __getitem__(self, _scheme: str) -> Callable[[str], Json]:
        return self._open

    def __contains__(self, _scheme: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def _open(self, address: str) -> Json:
        known = self._known.get(unquote(address))
        if known is None:
            raise LookupError("the document was not opened, and is not asked for")
        return known


def _address(entry: Document, document: Document) -> str:
    """Return the URL that a document has for the other, such that relative references lead from one to the next."""
    return urljoin(_BASE, quote(entry.neighbours.relative(document.uri), safe="/:@!$&'()*+,;=~%"))
