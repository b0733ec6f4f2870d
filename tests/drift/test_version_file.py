"""spec-version.txt: everything that is read, the one text that is written, and that the two agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contractctl.core.failures import UsageFailure
from contractctl.drift.version_file import VersionFile, parse_version_file, read_version_file, write_version_file

FULL = VersionFile(
    "1.4.2", f"c1:sha256:{'a' * 64}", f"sha256:{'b' * 64}", "https://api.example.com/openapi.json", '"abc"'
)


def test_the_text_is_the_documented_one() -> None:
    assert write_version_file(FULL).decode() == (
        "1.4.2\n"
        "# written by contractctl sync; line 1 is upstream's info.version\n"
        f"content: c1:sha256:{'a' * 64}\n"
        f"raw: sha256:{'b' * 64}\n"
        "source: https://api.example.com/openapi.json\n"
        'etag: "abc"\n'
    )


def test_a_contract_of_ones_own_has_no_source() -> None:
    assert write_version_file(VersionFile("2.0.0", "c1:sha256:0", "sha256:1")).decode() == (
        "2.0.0\n"
        "# written by contractctl stamp; line 1 is info.version of the contract\n"
        "content: c1:sha256:0\n"
        "raw: sha256:1\n"
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"1.4.2", VersionFile("1.4.2"), id="one line without its end"),
        pytest.param(b"1.4.2 \t\r\n\r\n", VersionFile("1.4.2"), id="CRLF and trailing blanks"),
        pytest.param(b"1.4.2\rcontent: c\r", VersionFile("1.4.2", "c"), id="line ends of old Macs"),
        pytest.param(b"\xef\xbb\xbf1.4.2\n", VersionFile("1.4.2"), id="byte order mark"),
        pytest.param("1.4.2\r\n".encode("utf-16"), VersionFile("1.4.2"), id="what PowerShell writes"),
        pytest.param(b"\n# ours\n1.4.2\n", VersionFile("1.4.2"), id="comment and empty line before the version"),
        pytest.param(b'"1.4.2"\n', VersionFile("1.4.2"), id="quoted"),
        pytest.param(b'"1.4.2\n', VersionFile('"1.4.2'), id="half quoted"),
        pytest.param(b"2025-01 beta: two\n", VersionFile("2025-01 beta: two"), id="a version with a colon"),
        pytest.param(b"1\nfuture: x\nnonsense\ncontent:c1:0\n", VersionFile("1", "c1:0"), id="foreign keys"),
        pytest.param(b"1\ncontent: a\ncontent: b\n", VersionFile("1", "a"), id="a key twice: the first counts"),
        pytest.param(b'1\netag: W/"a b"\n', VersionFile("1", etag='W/"a b"'), id="weak entity tag"),
        pytest.param(b"1\ncontent:\netag:  \n", VersionFile("1"), id="keys without values"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b"\n \n# nothing yet\n", None, id="comments only"),
        pytest.param(b"content: c1:sha256:0\n", None, id="keys without a version"),
    ],
)
def test_what_is_read(data: bytes, expected: VersionFile | None) -> None:
    assert parse_version_file(data, "spec-version.txt") == expected


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(UsageFailure) as caught:
        parse_version_file(b"\xff\x00\x9f", "spec-version.txt")
    assert (caught.value.message, caught.value.hint) == (
        "spec-version.txt is no text file",
        "run `contractctl sync` or `contractctl stamp` to write it anew",
    )


def test_a_missing_file_names_no_version(tmp_path: Path) -> None:
    assert read_version_file(tmp_path / "spec-version.txt") is None


def test_the_password_of_the_source_is_not_written() -> None:
    written = write_version_file(VersionFile("1", source="https://ann:pw@api.example.com/x?token=t&v=1"))
    assert b"\nsource: https://api.example.com/x?token=***&v=1\n" in written
    assert b"pw" not in written


def test_an_entity_tag_that_is_none_is_left_out() -> None:
    assert b"etag" not in write_version_file(VersionFile("1", etag="not quoted"))


VERSIONS = st.text(min_size=1).filter(lambda text: not any(0xD800 <= ord(char) < 0xE000 for char in text))
FILES = st.builds(
    VersionFile,
    VERSIONS,
    st.none() | st.from_regex(r"c1:sha256:[0-9a-f]{64}", fullmatch=True),
    st.none() | st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True),
    st.none() | st.just("https://api.example.com/openapi.json") | VERSIONS.filter(lambda text: "://" not in text),
    st.none() | st.from_regex(r'(W/)?"[\x21\x23-\x7e]*"', fullmatch=True),
)


@given(FILES)
@example(VersionFile("# 1"))
@example(VersionFile("content: x"))
@example(VersionFile("1.0\n::error::x", source='"a"\n'))
def test_reading_what_was_written_gives_it_back(file: VersionFile) -> None:
    written = write_version_file(file)
    assert parse_version_file(written, "x") == file
    assert parse_version_file(written.replace(b"\n", b"\r\n"), "x") == file
    assert parse_version_file(b"\xef\xbb\xbf" + written, "x") == file


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        file = parse_version_file(data, "x")
    except UsageFailure:
        return
    assert file is None or parse_version_file(write_version_file(file), "x") is not None
