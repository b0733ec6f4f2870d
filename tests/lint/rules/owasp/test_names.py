"""The words of names."""

from __future__ import annotations

import pytest

from contractctl.lint.rules.owasp.names import ends_in, is_called, words

WORDS = {
    "petId": ("pet", "id"),
    "petID": ("pet", "id"),
    "pet_id": ("pet", "id"),
    "X-Api-Key": ("x", "api", "key"),
    "APIKey": ("api", "key"),
    "$top": ("top",),
    "page2Size": ("page", "2", "size"),
    "id": ("id",),
    "": (),
    "--": (),
}


@pytest.mark.parametrize(("name", "expected"), WORDS.items(), ids=WORDS)
def test_a_name_falls_into_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_a_name_is_known_by_its_last_words_or_by_all() -> None:
    known = {"apikey", "token"}
    assert [ends_in(name, known) for name in ("myApiKey", "api_key", "token", "apiKeyId", "key", "")] == [
        *(True, True, True, False, False, False)
    ]
    assert [is_called(name, known) for name in ("myApiKey", "api_key", "token", "")] == [False, True, True, False]
