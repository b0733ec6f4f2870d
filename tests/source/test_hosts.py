"""Permissions to ask other hosts: how they are read, and what each of them covers."""

from __future__ import annotations

import ipaddress

import pytest

from contractctl.core.failures import UsageFailure
from contractctl.source.hosts import AllowedHosts, read_hosts


@pytest.mark.parametrize(
    ("permission", "url"),
    [
        pytest.param("example.com", "https://example.com/a.yaml", id="https"),
        pytest.param("example.com", "http://example.com/a.yaml", id="http"),
        pytest.param("Example.COM", "https://EXAMPLE.com/a.yaml", id="capitals"),
        pytest.param("example.com", "https://example.com:443/a.yaml", id="the usual port in words"),
        pytest.param("example.com:8443", "https://example.com:8443/a.yaml", id="a port"),
        pytest.param("*.example.com", "https://a.b.example.com/", id="subdomains at any depth"),
        pytest.param("10.0.0.7:80", "http://10.0.0.7/", id="an address"),
        pytest.param("[::1]:8080", "http://[::1]:8080/", id="an address of version 6"),
        pytest.param("my_host", "http://my_host/", id="a name without dots"),
    ],
)
def test_a_permission_covers(permission: str, url: str) -> None:
    assert read_hosts([permission]).allow(url)


@pytest.mark.parametrize(
    ("permission", "url"),
    [
        pytest.param("example.com", "https://example.com:8443/", id="another port"),
        pytest.param("example.com", "http://example.com:443/", id="the port of the other scheme"),
        pytest.param("example.com:8443", "https://example.com/", id="the usual port when another is named"),
        pytest.param("example.com", "https://www.example.com/", id="a subdomain"),
        pytest.param("example.com", "https://example.com.evil.test/", id="a longer name"),
        pytest.param("example.com", "https://notexample.com/", id="a name that ends alike"),
        pytest.param("*.example.com", "https://example.com/", id="the domain of subdomains"),
        pytest.param("*.example.com", "https://notexample.com/", id="a name that ends alike, without the dot"),
        pytest.param("example.com", "https://example.com@evil.test/", id="a user name that looks like it"),
        pytest.param("127.0.0.1", "http://127.1/", id="another spelling of an address"),
        pytest.param("127.0.0.1", "http://localhost/", id="a name of the address"),
    ],
)
def test_a_permission_does_not_cover(permission: str, url: str) -> None:
    assert not read_hosts([permission]).allow(url)


def test_nothing_is_allowed_by_default() -> None:
    assert not AllowedHosts().allow("https://example.com/")


@pytest.mark.parametrize(
    "text",
    [
        *("", "https://example.com", "example.com/path", "ann@example.com", "example.com:", "example.com:0", "a:b"),
        *("a b", "*", "*.com", "a.*.com", "example.com:99999", "[::1", "[zebra]", "example..com", "a?b", "a#b"),
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(UsageFailure) as caught:
        read_hosts([text])
    assert caught.value.message == f"`{text}` is no host"
    assert caught.value.hint == "write HOST, HOST:PORT or *.example.com, without `https://`"


@pytest.mark.parametrize(
    ("permissions", "url", "address", "verdict"),
    [
        pytest.param(["127.0.0.1:8080"], "http://127.0.0.1:8080/", "127.0.0.1", True, id="the one that was named"),
        pytest.param(["127.0.0.1:8080"], "http://127.0.0.1:8080/", "127.0.0.2", False, id="another one behind it"),
        pytest.param(["127.0.0.1"], "http://127.0.0.1:8080/", "127.0.0.1", False, id="on another port"),
        pytest.param(["evil.test", "127.0.0.1"], "http://evil.test/", "127.0.0.1", False, id="behind a name"),
        pytest.param(["localhost"], "http://localhost/", "127.0.0.1", False, id="behind a local name"),
        pytest.param(["example.com"], "http://example.com/", "8.8.8.8", True, id="a public one"),
    ],
)
def test_private_addresses_are_asked_only_where_they_are_named(
    permissions: list[str], url: str, address: str, verdict: bool
) -> None:
    assert read_hosts(permissions).addresses(url)(ipaddress.ip_address(address)) is verdict
