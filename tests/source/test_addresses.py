"""URLs, addresses and payloads: what is shown, what is public, what unpacks."""

from __future__ import annotations

import gzip
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.source.addresses import Address, is_local_name, is_public, literal_address
from contractctl.source.payload import OversizedPayload, inflate
from contractctl.source.urls import presentable, shares_credentials


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ann:pw@api.example.com/x?version=2#frag", "https://api.example.com/x?version=2"),
        ("https://a.example/x?private_token=abc&ref=main", "https://a.example/x?private_token=***&ref=main"),
        ("https://a.example/x?X-Amz-Signature=abc&sig=d", "https://a.example/x?X-Amz-Signature=***&sig=***"),
        ("https://[::1", "a malformed URL"),
    ],
)
def test_what_is_shown_of_a_url_holds_no_secret(url: str, shown: str) -> None:
    assert presentable(url) == shown


@pytest.mark.parametrize(
    ("first", "other", "shared"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "https://a.example:443/y", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "http://a.example/x", False),
    ],
)
def test_credentials_are_shared_within_an_origin_and_its_move_to_https(first: str, other: str, shared: bool) -> None:
    assert shares_credentials(first, other) is shared


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%lo", "fe80::1"),
    ],
)
def test_old_spellings_of_addresses_are_understood(host: str, address: str) -> None:
    assert literal_address(host) == ipaddress.ip_address(address)


@given(st.ip_addresses())
def test_an_address_is_read_back_from_its_spelling(address: Address) -> None:
    assert literal_address(str(address)) == address


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("db.local.", True), ("mylocalhost", False), ("api.example.com", False)]
)
def test_local_names(host: str, local: bool) -> None:
    assert is_local_name(host) is local


@given(st.binary(max_size=2000), st.integers(0, 1500))
def test_unpacking_gives_back_what_was_packed_or_refuses_what_is_too_large(data: bytes, limit: int) -> None:
    packed = gzip.compress(data)
    if len(data) > limit:
        with pytest.raises(OversizedPayload):
            inflate(packed, limit)
    else:
        assert inflate(packed, limit) == data
