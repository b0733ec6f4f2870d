"""The kinds table: every row, the order of the rows, and the words for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.failures import DeliveryFailure
from contractctl.drift.edition import Edition
from contractctl.drift.kinds import Kind, Situation, kind_of
from contractctl.drift.version_file import VersionFile
from contractctl.drift.words import Names, describe, shown_version

A, B, C = "c1:sha256:a", "c1:sha256:b", "c1:sha256:c"
RAW, REFORMATTED = "sha256:1", "sha256:2"
URL = "https://api.example.com/openapi.json"
NAMES = Names("openapi.yaml", "spec-version.txt", URL)
DOWN = DeliveryFailure("cannot fetch it: 503", hint="try again later")
SPEC = Edition("1.4.2", A, "sha256:local")
SYNCED = VersionFile("1.4.2", A, RAW, URL)
STAMPED = VersionFile("1.4.2", A, "sha256:local")


def upstream(version: str = "1.4.2", content: str = A, raw: str = RAW) -> Edition:
    return Edition(version, content, raw)


ROWS = [
    pytest.param(
        Situation(SPEC, None, DOWN), Kind.UNKNOWN, "cannot fetch it: 503", "try again later",
        id="unknown: upstream could not be asked, whatever else is missing",
    ),
    pytest.param(
        Situation(SPEC, None, None), Kind.UNVERSIONED,
        "openapi.yaml says 1.4.2, and spec-version.txt does not name a version yet",
        "run `contractctl stamp openapi.yaml`, and commit spec-version.txt",
        id="unversioned: a contract of one's own",
    ),
    pytest.param(
        Situation(SPEC, None, upstream()), Kind.UNVERSIONED,
        "openapi.yaml says 1.4.2, and spec-version.txt does not name a version yet",
        "run `contractctl sync openapi.yaml` to take what upstream serves and record it",
        id="unversioned: a copy",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.1", A), None), Kind.LOCAL_MODIFIED,
        "openapi.yaml says 1.4.2, and spec-version.txt 1.4.1",
        "raise `info.version` if clients can tell the difference, then run `contractctl stamp openapi.yaml`",
        id="local-modified: another version, no upstream",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.2", B), None), Kind.LOCAL_MODIFIED,
        "openapi.yaml was changed since spec-version.txt was written; both say 1.4.2",
        "raise `info.version` if clients can tell the difference, then run `contractctl stamp openapi.yaml`",
        id="local-modified: another content, no upstream",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.2", B, RAW, URL), upstream(content=B)), Kind.LOCAL_MODIFIED,
        "openapi.yaml was changed since spec-version.txt was written; both say 1.4.2",
        "run `contractctl sync openapi.yaml` to take upstream's again, or `contractctl stamp openapi.yaml` to keep the"
        " change",
        id="local-modified: a copy that was edited",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream(raw=REFORMATTED)), Kind.FORMAT_ONLY,
        f"openapi.yaml 1.4.2 is what {URL} serves, which is now formatted differently", "",
        id="format-only: upstream was reformatted",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.2", A, RAW), None), Kind.FORMAT_ONLY,
        "openapi.yaml says what spec-version.txt says (1.4.2), in other formatting", "",
        id="format-only: our own was reformatted",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream()), Kind.NONE, f"openapi.yaml 1.4.2 is what {URL} serves", "",
        id="none: a copy",
    ),
    pytest.param(
        Situation(SPEC, STAMPED, None), Kind.NONE, "openapi.yaml is what spec-version.txt says: 1.4.2", "",
        id="none: a contract of one's own",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, None), Kind.NONE, "openapi.yaml is what spec-version.txt says: 1.4.2", "",
        id="none: a copy whose upstream is not asked has been written in another format",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.2"), upstream(content=B)), Kind.NONE,
        f"openapi.yaml 1.4.2 is what {URL} serves; only versions were compared, since spec-version.txt records no"
        " content",
        "run `contractctl sync openapi.yaml` to record it",
        id="none, with a note: a file of one line",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.2", "c9:sha256:a"), None), Kind.NONE,
        "openapi.yaml is what spec-version.txt says: 1.4.2; only versions were compared, since spec-version.txt records"
        " no content",
        "run `contractctl stamp openapi.yaml` to record it",
        id="none, with a note: a digest of a kind that this version does not make",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream(content=B)), Kind.SILENT,
        f"UPSTREAM CHANGED ITS CONTRACT WITHOUT A NEW VERSION: {URL} and spec-version.txt both say 1.4.2",
        "look at the changes and ask upstream's owners; `contractctl sync openapi.yaml` takes them",
        id="silent",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream("1.5.0")), Kind.VERSION_ONLY,
        f"{URL} calls the same contract 1.5.0; spec-version.txt says 1.4.2",
        "run `contractctl sync openapi.yaml` to follow",
        id="version-only",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream("1.10.0", B)), Kind.UPSTREAM_NEWER,
        f"{URL} is at 1.10.0; spec-version.txt says 1.4.2",
        "look at the changes, then run `contractctl sync openapi.yaml`",
        id="upstream-newer: by number, not by character",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream("spring", B)), Kind.UPSTREAM_NEWER,
        f"{URL} is at spring; spec-version.txt says 1.4.2",
        "look at the changes, then run `contractctl sync openapi.yaml`",
        id="upstream-newer: versions without an order",
    ),
    pytest.param(
        Situation(SPEC, VersionFile("1.4.0", C), upstream("1.4.1", B), provider=True), Kind.PROPOSAL,
        f"openapi.yaml proposes 1.4.2; {URL} serves 1.4.1", "",
        id="proposal: our own deployed API is behind",
    ),
    pytest.param(
        Situation(SPEC, STAMPED, upstream("1.4.2", B), provider=True), Kind.SILENT,
        f"THE DEPLOYED API HAS ANOTHER CONTRACT UNDER THE SAME VERSION: {URL} and openapi.yaml both say 1.4.2",
        "raise `info.version` in openapi.yaml if it is a proposal, or deploy what it says",
        id="silent: a proposal that kept its version",
    ),
    pytest.param(
        Situation(SPEC, STAMPED, upstream("1.5.0", B), provider=True), Kind.UPSTREAM_NEWER,
        f"{URL} is at 1.5.0; openapi.yaml says 1.4.2",
        "bring what was deployed into openapi.yaml; `contractctl sync openapi.yaml` takes it as it is",
        id="upstream-newer: our own deployed API is ahead",
    ),
    pytest.param(
        Situation(SPEC, SYNCED, upstream("1.4.1", B)), Kind.UPSTREAM_OLDER,
        f"{URL} went back to 1.4.1; spec-version.txt says 1.4.2",
        "ask upstream's owners; `contractctl sync --allow-downgrade openapi.yaml` follows them",
        id="upstream-older",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "kind", "message", "hint"), ROWS)
def test_every_row_of_the_table(situation: Situation, kind: Kind, message: str, hint: str) -> None:
    assert (kind_of(situation), *describe(kind, situation, NAMES)) == (kind, message, hint)


def test_every_kind_has_a_row() -> None:
    assert {row.values[1] for row in ROWS} == set(Kind)


def test_what_each_kind_means_for_the_exit_code() -> None:
    assert {kind.value: kind.drift for kind in Kind} == {
        "unknown": "unknown",
        "unversioned": "true",
        "local-modified": "true",
        "format-only": "false",
        "none": "false",
        "silent": "true",
        "version-only": "true",
        "upstream-newer": "true",
        "proposal": "false",
        "upstream-older": "true",
    }


@pytest.mark.parametrize(
    ("version", "shown"),
    [("1.4.2", "1.4.2"), ("1\n::error::x", '"1\\n::error::x"'), ("9" * 99, "9" * 59 + "…")],
)
def test_a_version_stands_in_a_message_on_one_line(version: str, shown: str) -> None:
    assert shown_version(version) == shown


VERSIONS = st.sampled_from(["1.0.0", "1.1.0", "2.0.0-rc.1", "spring", "{}"])
CONTENTS = st.sampled_from([A, B, "c0:sha256:a"])
RAWS = st.sampled_from([RAW, REFORMATTED])
EDITIONS = st.builds(Edition, VERSIONS, CONTENTS, RAWS)
FILES = st.builds(VersionFile, VERSIONS, st.none() | CONTENTS, st.none() | RAWS, st.none() | st.just(URL))
SITUATIONS = st.builds(
    Situation, EDITIONS, st.none() | FILES, st.none() | st.just(DOWN) | EDITIONS, st.booleans()
)  # fmt: skip


@given(SITUATIONS)
def test_every_situation_has_a_kind_and_words(situation: Situation) -> None:
    kind = kind_of(situation)
    message, hint = describe(kind, situation, NAMES)
    assert message
    assert hint or kind.drift == "false"
    assert (kind is Kind.UNKNOWN) == (situation.upstream is DOWN)


@given(EDITIONS, st.booleans())
def test_what_was_just_recorded_is_no_drift(edition: Edition, provider: bool) -> None:
    file = VersionFile(edition.version, edition.content, edition.raw, URL)
    assert kind_of(Situation(edition, file, edition, provider)) is Kind.NONE
    assert kind_of(Situation(edition, file, None)) is Kind.NONE
