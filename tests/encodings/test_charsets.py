"""Which charsets there are: those that are in use, however a client spells them."""

from __future__ import annotations

import pytest

from contractctl.encodings.charsets import is_known


@pytest.mark.parametrize(
    "name",
    [
        *("utf-8", "UTF8", "utf-16", "utf-16le", "UTF-32BE", "us-ascii", "ISO-8859-15", "latin1", "windows-1252"),
        *("cp437", "koi8-u", "Shift_JIS", "EUC-KR", "gb18030", "big5", "iso-2022-jp"),
    ],
)
def test_a_charset_in_use_is_known_and_read(name: str) -> None:
    assert is_known(name)
    assert "abc".encode(name).decode(name) == "abc"


@pytest.mark.parametrize(
    "name",
    [
        *("", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "hex", "zlib", "undefined"),
        *("cp1252x", "utf-8-of-mine", "latin1\n", "iso-8859-", "cp00000", "mbcs", "oem"),
    ],
)
def test_what_a_client_makes_up_or_takes_long_is_not_known(name: str) -> None:
    assert not is_known(name)
