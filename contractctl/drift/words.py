"""What is said about each kind of drift, and which command comes next."""

from __future__ import annotations

import json

from contractctl.core.failures import DeliveryFailure
from contractctl.core.records import dataclass
from contractctl.drift.kinds import Kind, Situation, compares_versions_only

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Names:
    """How users know the parts: paths as given, and upstream without userinfo ("" without one)."""

    spec: str
    version_file: str
    upstream: str = ""


_OWN: dict[Kind, tuple[str, str]] = {
    Kind.UNVERSIONED: (
        "{spec} says {spec_version}, and {version_file} does not name a version yet",
        "run `contractctl stamp {spec}`, and commit {version_file}",
    ),
    Kind.LOCAL_MODIFIED: (
        "{modified}",
        "raise `info.version` if clients can tell the difference, then run `contractctl stamp {spec}`",
    ),
    Kind.FORMAT_ONLY: ("{spec} says what {version_file} says ({spec_version}), in other formatting", ""),
    Kind.NONE: ("{spec} is what {version_file} says: {spec_version}", ""),
}
_COPY: dict[Kind, tuple[str, str]] = {
    Kind.UNVERSIONED: (
        "{spec} says {spec_version}, and {version_file} does not name a version yet",
        "run `contractctl sync {spec}` to take what upstream serves and record it",
    ),
    Kind.LOCAL_MODIFIED: (
        "{modified}",
        "run `contractctl sync {spec}` to take upstream's again, or `contractctl stamp {spec}` to keep the change",
    ),
    Kind.FORMAT_ONLY: ("{spec} {our_version} is what {upstream} serves, which is now formatted differently", ""),
    Kind.NONE: ("{spec} {our_version} is what {upstream} serves", ""),
    Kind.SILENT: (
        "UPSTREAM CHANGED ITS CONTRACT WITHOUT A NEW VERSION: {upstream} and {ours} both say {our_version}",
        "look at the changes and ask upstream's owners; `contractctl sync {spec}` takes them",
    ),
    Kind.VERSION_ONLY: (
        "{upstream} calls the same contract {their_version}; {ours} says {our_version}",
        "run `contractctl sync {spec}` to follow",
    ),
    Kind.UPSTREAM_NEWER: (
        "{upstream} is at {their_version}; {ours} says {our_version}",
        "look at the changes, then run `contractctl sync {spec}`",
    ),
    Kind.UPSTREAM_OLDER: (
        "{upstream} went back to {their_version}; {ours} says {our_version}",
        "ask upstream's owners; `contractctl sync --allow-downgrade {spec}` follows them",
    ),
    Kind.PROPOSAL: ("{spec} proposes {our_version}; {upstream} serves {their_version}", ""),
}
_PROVIDER: dict[Kind, tuple[str, str]] = _COPY | {
    Kind.UNVERSIONED: _OWN[Kind.UNVERSIONED],
    Kind.SILENT: (
        "THE DEPLOYED API HAS ANOTHER CONTRACT UNDER THE SAME VERSION: {upstream} and {spec} both say {our_version}",
        "raise `info.version` in {spec} if it is a proposal, or deploy what it says",
    ),
    Kind.UPSTREAM_NEWER: (
        "{upstream} is at {their_version}; {spec} says {our_version}",
        "bring what was deployed into {spec}; `contractctl sync {spec}` takes it as it is",
    ),
}


def describe(kind: Kind, situation: Situation, names: Names) -> tuple[str, str]:
    """Return the message and the hint for a kind; the hint is empty when there is nothing to do."""
    if isinstance(situation.upstream, DeliveryFailure):
        return situation.upstream.message, situation.upstream.hint
    message, hint = _table(situation)[kind]
    values = _values(situation, names)
    note = ""
    if compares_versions_only(situation) and not (situation.provider and situation.upstream):
        remedy = "sync" if situation.upstream else "stamp"
        note = f"; only versions were compared, since {names.version_file} records no content"
        hint = hint or f"run `contractctl {remedy} {{spec}}` to record it"
    return message.format_map(values) + note, hint.format_map(values)


def shown_version(version: str) -> str:
    """Return a version as it may stand in a message: one line of at most 60 printable characters."""
    text = version if version.isprintable() else json.dumps(version)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _table(situation: Situation) -> dict[Kind, tuple[str, str]]:
    if situation.upstream is None:
        return _OWN
    return _PROVIDER if situation.provider else _COPY


def _values(situation: Situation, names: Names) -> dict[str, str]:
    values = {
        "spec": names.spec,
        "version_file": names.version_file,
        "upstream": names.upstream,
        "spec_version": shown_version(situation.spec.version),
    }
    if situation.recorded is None:
        return values
    ours, theirs = situation.sides()
    from_spec = situation.provider and situation.upstream is not None
    return values | {
        "ours": names.spec if from_spec else names.version_file,
        "our_version": shown_version(ours.version),
        "their_version": shown_version(theirs.version),
        "modified": _modified(situation, names),
    }


def _modified(situation: Situation, names: Names) -> str:
    assert situation.recorded is not None
    now, then = shown_version(situation.spec.version), shown_version(situation.recorded.version)
    if situation.spec.version != situation.recorded.version:
        return f"{names.spec} says {now}, and {names.version_file} {then}"
    return f"{names.spec} was changed since {names.version_file} was written; both say {now}"
