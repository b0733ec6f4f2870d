"""The file of approvals: read with places, and added to without touching what people wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from contractctl.core.changes import Verdict
from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.patterns import pattern
from contractctl.core.policies import Scope
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean
from contractctl.diff.policies.approvals import Approval
from contractctl.source.document import Document
from contractctl.source.files import read_file
from contractctl.source.parse import parse_document

_KEYS = ("fingerprint", "id", "paths", "operations", "message", "file", "document", "reason", "owner", "expires")
_HEAD = """\
# Changes that `contractctl diff` found and that this team has accepted. `contractctl diff --accept` adds to them.
# An entry names one change by its fingerprint, or several by `id`, `paths` and `operations`, which may be globs.
accepted:
"""
_BLOCK = "write `accepted:` as a block list, `- ` before each entry, and nothing after it"
_SHOWN = 10
_PLAIN = pattern(r"[a-z][a-z-]*[a-z]")
_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIST = Pointer(("accepted",))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A change that is approved of, with its description and the file of it that it is in, as `Approval` has them."""

    verdict: Verdict
    file: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """What goes with the approvals that are written: why, who, until when; empty for what is not said."""

    reason: str
    owner: str = ""
    expires: date | None = None


def read_approvals(file: Path) -> tuple[Approval, ...]:
    """Read the approvals; there are none without a file. Raise UsageFailure, with the place, for a broken one."""
    return _parsed(file, read_file(file)) if file.exists() else ()


def with_approvals(file: Path, accepted: Iterable[Accepted], signature: Signature) -> bytes:
    """Return the text of the file with an entry for each of these changes.

    What is there stays to the byte. Raise UsageFailure for a file that nothing can be appended to.
    """
    data = read_file(file) if file.exists() else b""
    known = _parsed(file, data)
    entries = [_entry(one, signature) for one in accepted]
    text = data + (b"" if data.endswith(b"\n") or not data else b"\n")
    text += _HEAD.encode() if _says_nothing(data) else b""
    added = text + "".join(_written(entry, _indentation(file, data)) for entry in entries).encode()
    if _fingerprints(_reread(file, added)) != [*_fingerprints(known), *(str(one["fingerprint"]) for one in entries)]:
        raise UsageFailure(f"nothing can be added to {file} as it is written", hint=_BLOCK)
    return added


def _fingerprints(approvals: Sequence[Approval]) -> list[str]:
    return [approval.fingerprint for approval in approvals]


def _reread(file: Path, data: bytes) -> tuple[Approval, ...]:
    try:
        return _parsed(file, data)
    except UsageFailure:
        raise UsageFailure(f"nothing can be added to {file} as it is written", hint=_BLOCK) from None


def _entry(accepted: Accepted, signature: Signature) -> dict[str, Json]:
    change = accepted.verdict.change
    entry: dict[str, Json] = {
        "fingerprint": change.fingerprint,
        "id": change.kind,
        "operations": _shown(change.operations),
        "message": change.message,
        "file": accepted.file,
        "document": accepted.document,
        "reason": signature.reason,
        "owner": signature.owner,
        "expires": str(signature.expires or ""),
    }
    return {key: value for key, value in entry.items() if value}


def _shown(operations: Sequence[str]) -> list[Json]:
    """Return the operations that readers are told of: an edit of a component may reach hundreds."""
    more = len(operations) - _SHOWN
    return [*operations[:_SHOWN], *([f"and {more} more"] if more > 0 else [])]


def _written(entry: Mapping[str, Json], indentation: int) -> str:
    """Return an entry as YAML: a key a line, text in the quotes of JSON."""
    lines = (f"{key}: {_scalar(value)}" for key, value in entry.items())
    first, *others = lines
    margin = " " * indentation
    return "".join((f"{margin}- {first}\n", *(f"{margin}  {line}\n" for line in others)))


def _scalar(value: Json) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and "-" in value:
        return value
    text = json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _indentation(file: Path, data: bytes) -> int:
    """Return how far the entries that are there are indented; two blanks where there are none."""
    document = None if _says_nothing(data) else parse_document(str(file), data)
    accepted = document.root.get("accepted") if document and is_object(document.root) else None
    if document is None or not is_array(accepted) or not accepted:
        return 2
    line = document.text.splitlines()[document.locate(Place(document.uri, _LIST / (len(accepted) - 1))).line - 1]
    return len(line) - len(line.lstrip())


def _says_nothing(data: bytes) -> bool:
    return all(line.strip()[:1] in (b"", b"#") for line in data.splitlines())


def _parsed(file: Path, data: bytes) -> tuple[Approval, ...]:
    if _says_nothing(data):
        return ()
    try:
        document = parse_document(str(file), data)
    except UnloadableDescription as failure:
        first = failure.findings[0]
        if first.rule == "document-not-openapi":
            raise UsageFailure(f"{file}: approvals are a mapping with `accepted:`", hint=_BLOCK) from None
        raise UsageFailure(f"{first.location}: {first.message}", hint=first.hint) from None
    broken = next((one for one in document.problems if one.severity is Severity.ERROR), None)
    if broken is not None:
        raise UsageFailure(f"{broken.location}: {broken.message}", hint=broken.hint)
    return tuple(_Reader(document).approvals())


class _Reader:
    """Reads one file; every refusal names the place."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def approvals(self) -> Iterable[Approval]:
        root = self._object(self._document.root, Pointer(), ("accepted",))
        accepted = root.get("accepted")
        if accepted is not None and not is_array(accepted):
            raise self._failure(_LIST, "`accepted` must be a list", _BLOCK)
        for index, item in enumerate(accepted or ()):
            yield self._approval(item, _LIST / index)

    def _approval(self, item: Json, at: Pointer) -> Approval:
        entry = self._object(item, at, _KEYS)
        fingerprint, ids = self._text(entry, at, "fingerprint"), self._texts(entry, at, "id")
        if not fingerprint and not ids:
            hint = 'write the `fingerprint` of a change, or its `id` (`id: "request-*"`) with `paths` or `operations`'
            raise self._failure(at, "an approval names no change", hint)
        reason = self._text(entry, at, "reason")
        if not reason:
            raise self._failure(at, "an approval needs a `reason`", "say why the change may be made")
        operations = () if fingerprint else self._operations(entry, at)
        paths = () if fingerprint else self._texts(entry, at, "paths")
        return Approval(
            at=str(self._located(at)),
            reason=reason,
            fingerprint=fingerprint,
            scope=Scope(ids, paths, operations),
            file=self._text(entry, at, "file"),
            document=self._text(entry, at, "document"),
            owner=self._text(entry, at, "owner"),
            expires=self._date(entry, at),
        )

    def _operations(self, entry: Mapping[str, Json], at: Pointer) -> tuple[str, ...]:
        globs = self._texts(entry, at, "operations")
        for glob in globs:
            if not glob.partition(" ")[2]:
                hint = "write a method and a path, such as `GET /pets/*`, or name the path under `paths:`"
                raise self._failure(at / "operations", f"`{glob}` is no operation", hint)
        return globs

    def _object(self, value: Json, at: Pointer, known: tuple[str, ...]) -> Mapping[str, Json]:
        if not is_object(value):
            raise self._failure(at, "an approval must be a mapping", f"its keys are {', '.join(known)}")
        for name in value:
            if name not in known:
                hint = did_you_mean(name, known) or f"known keys: {', '.join(known)}"
                raise self._failure(at / name, f"approvals have no key `{name}`", hint, of_key=True)
        return value

    def _text(self, entry: Mapping[str, Json], at: Pointer, key: str) -> str:
        value = entry.get(key)
        if value is not None and not isinstance(value, str):
            raise self._failure(at / key, f"`{key}` must be text", "put it between quotes")
        return value or ""

    def _texts(self, entry: Mapping[str, Json], at: Pointer, key: str) -> tuple[str, ...]:
        value = entry.get(key)
        if not is_array(value):
            text = self._text(entry, at, key)
            return (text,) if text else ()
        texts = tuple(item for item in value if isinstance(item, str) and item)
        if len(texts) < len(value):
            raise self._failure(at / key, f"`{key}` must be a list of texts", "put each between quotes")
        return texts

    def _date(self, entry: Mapping[str, Json], at: Pointer) -> date | None:
        text = self._text(entry, at, "expires")
        if not text:
            return None
        found = day(text)
        if found is None:
            raise self._failure(at / "expires", f"`{text}` is no date", "write the year first: 2026-01-31")
        return found

    def _located(self, at: Pointer, *, of_key: bool = False) -> Location:
        return self._document.located(Location(Place(self._document.uri, at), of_key=of_key))

    def _failure(self, at: Pointer, message: str, hint: str, *, of_key: bool = False) -> UsageFailure:
        return UsageFailure(f"{self._located(at, of_key=of_key)}: {message}", hint=hint)


def day(text: str) -> date | None:
    """Read `2026-01-31` (RFC 3339 full-date); None for anything else."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
