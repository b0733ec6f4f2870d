"""Where requests may be sent: what URLs are taken apart to, and which addresses pass."""

from __future__ import annotations

import pytest

from contractctl.encodings.hosts import Host, parse_hosts
from contractctl.mockserver.callbacks.targets import AllowList, Refused, read_target, redacted


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("/hook", id="a path"),
        pytest.param("//127.0.0.1/hook", id="no scheme"),
        pytest.param("127.0.0.1:80/hook", id="no scheme before a port"),
        pytest.param("http:/127.0.0.1/", id="one slash"),
        pytest.param("http:127.0.0.1", id="no slash"),
        pytest.param("http:///hook", id="no host"),
        pytest.param("http://:80/hook", id="a port and no host"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("unix:///var/run/docker.sock", id="a socket"),
        pytest.param("gopher://127.0.0.1:6379/_x", id="gopher"),
        pytest.param("ftp://127.0.0.1/", id="ftp"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("http://127.0.0.1@example.com/", id="user information that looks like a host"),
        pytest.param("http://user:password@127.0.0.1/", id="a user and a password"),
        pytest.param("http://127.0.0.1:80@example.com/", id="user information that looks like a port"),
        pytest.param("http://127.0.0.1\\@example.com/", id="a backslash, which some take for a slash"),
        pytest.param("http://127.0.0.1/\r\nX-Injected: yes", id="a line end in the path"),
        pytest.param("http://127.0.0.1/?a=1\nb", id="a line end in the query"),
        pytest.param("http://127.0.0.1\r\n.example.com/", id="a line end in the host"),
        pytest.param("http://127.0.0.1/a b", id="a blank"),
        pytest.param("http://127.0.0.1/\t", id="a tab, which some leave out"),
        pytest.param("http://127.0.0.1/\x00", id="a NUL"),
        pytest.param(" http://127.0.0.1/", id="a blank before it"),
        pytest.param("http://2130706433/", id="an address as one number"),
        pytest.param("http://0x7f000001/", id="an address as a hexadecimal number"),
        pytest.param("http://0177.0.0.1/", id="an octal address"),
        pytest.param("http://0x7f.0.0.1/", id="a hexadecimal address"),
        pytest.param("http://127.1/", id="an address of two numbers"),
        pytest.param("http://127.0.0.256/", id="a number that no address has"),
        pytest.param("http://example.0x7f/", id="a name that ends with a number"),
        pytest.param("http://127.0.0.1:0/", id="port 0"),
        pytest.param("http://127.0.0.1:65536/", id="a port that there is not"),
        pytest.param("http://127.0.0.1:-1/", id="a negative port"),
        pytest.param("http://127.0.0.1:80a/", id="a port that is no number"),
        pytest.param("http://[::1/", id="a bracket that is not closed"),
        pytest.param("http://[::1%25lo]/", id="an address with a zone"),
        pytest.param("http://[v1.fe]/", id="an address of a version to come"),
        pytest.param("http://①②⑦.⓪.⓪.①/", id="digits that are no ASCII"),
        pytest.param("http://bücher.example/", id="a name that is not ASCII"),
        pytest.param("http://local host/", id="a host with a blank"),
        pytest.param("http://%31%32%37.0.0.1/", id="a host with escapes"),
        pytest.param("http://-a.example/", id="a label that begins with a hyphen"),
        pytest.param("http://a..example/", id="an empty label"),
        pytest.param("http://" + "a." * 200 + "example/", id="a long name"),
        pytest.param("http://127.0.0.1/" + "a" * 9000, id="a long URL"),
    ],
)
def test_nothing_is_sent_to(url: str) -> None:
    with pytest.raises(Refused):
        read_target(url)


@pytest.mark.parametrize(
    ("url", "authority", "port", "path"),
    [
        ("http://127.0.0.1:9000/hook?a=1&b=2#part", "127.0.0.1:9000", 9000, "/hook?a=1&b=2"),
        ("HTTP://LocalHost./", "localhost", 80, "/"),
        ("https://hooks.example.com", "hooks.example.com", 443, "/"),
        ("https://hooks.example.com:80?a", "hooks.example.com:80", 80, "/?a"),
        ("http://[0:0:0:0:0:0:0:1]:80/", "[::1]", 80, "/"),
        ("http://my_service:8080/x;y=1", "my_service:8080", 8080, "/x;y=1"),
        ("http://127.0.0.1/é?ü=%2F", "127.0.0.1", 80, "/%C3%A9?%C3%BC=%2F"),
        ("http://127.0.0.1:/", "127.0.0.1", 80, "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, authority: str, port: int, path: str) -> None:
    target = read_target(url)
    assert (target.authority, target.port, target.path) == (authority, port, path)


@pytest.mark.parametrize(
    ("setting", "url", "addresses"),
    [
        pytest.param("", "http://127.0.0.1/", ["127.0.0.1"], id="loopback"),
        pytest.param("", "http://127.8.8.8/", ["127.8.8.8"], id="another address of loopback"),
        pytest.param("", "http://localhost./", ["::1", "127.0.0.1"], id="a name whose addresses are all loopback"),
        pytest.param("", "http://[::ffff:127.0.0.1]/", ["::ffff:127.0.0.1"], id="loopback, mapped"),
        pytest.param("10.0.0.5", "http://10.0.0.5:99/", ["10.0.0.5"], id="an address that is listed, at any port"),
        pytest.param("a.example:8080", "http://a.example:8080/", ["10.0.0.5"], id="a name that is listed, at its port"),
        pytest.param(
            "A.Example., b", "https://a.example/", ["203.0.113.1"], id="a name that is listed in another case"
        ),
        pytest.param("[2001:DB8::1]:80", "http://[2001:db8:0::1]/", ["2001:db8::1"], id="an IPv6 address"),
        pytest.param("on", "http://127.0.0.1/", ["127.0.0.1"], id="loopback with `on`"),
    ],
)
def test_a_target_passes(setting: str, url: str, addresses: list[str]) -> None:
    AllowList(setting).judge(read_target(url), addresses)


@pytest.mark.parametrize(
    ("setting", "url", "addresses", "reason"),
    [
        pytest.param(
            "",
            "http://example.com/",
            ["203.0.113.1"],
            "example.com (203.0.113.1) is not this machine; allow it with --callbacks example.com",
            id="another machine",
        ),
        pytest.param(
            "",
            "http://rebound.example:8080/",
            ["127.0.0.1", "169.254.169.254"],
            "rebound.example (169.254.169.254) is not this machine; allow it with --callbacks rebound.example:8080",
            id="a name with one address that is not loopback",
        ),
        pytest.param(
            "",
            "http://0.0.0.0/",
            ["0.0.0.0"],
            "0.0.0.0 is not this machine; allow it with --callbacks 0.0.0.0",
            id="the address that stands for all",
        ),
        pytest.param(
            "", "http://[::]/", ["::"], ":: is not this machine; allow it with --callbacks [::]", id="that of IPv6"
        ),
        pytest.param(
            "",
            "http://[::ffff:10.0.0.1]/",
            ["::ffff:10.0.0.1"],
            "::ffff:a00:1 (::ffff:10.0.0.1) is not this machine; allow it with --callbacks [::ffff:a00:1]",
            id="another machine, mapped",
        ),
        pytest.param(
            "a.example:8080",
            "http://a.example/",
            ["10.0.0.5"],
            "a.example (10.0.0.5) is not this machine; allow it with --callbacks a.example",
            id="a name that is listed with another port",
        ),
        pytest.param(
            "a.example",
            "http://b.a.example/",
            ["10.0.0.5"],
            "b.a.example (10.0.0.5) is not this machine; allow it with --callbacks b.a.example",
            id="a name below one that is listed",
        ),
        pytest.param(
            "off",
            "http://127.0.0.1/",
            ["127.0.0.1"],
            "callbacks are off; start the mock without `--callbacks off`",
            id="loopback where callbacks are off",
        ),
    ],
)
def test_a_target_is_refused(setting: str, url: str, addresses: list[str], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        AllowList(setting).judge(read_target(url), addresses)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("", ()),
        ("on", ()),
        ("off", None),
        ("hooks.example.com, 10.0.0.5:8080,", (("hooks.example.com", None), ("10.0.0.5", 8080))),
        ("::1,[::1]:80", (("::1", None), ("::1", 80))),
        ("Localhost.:1", (("localhost", 1),)),
    ],
)
def test_the_hosts_of_a_setting(text: str, hosts: tuple[Host, ...] | None) -> None:
    assert parse_hosts(text) == hosts


@pytest.mark.parametrize(
    "text", ["http://a", "a/b", "a:0", "a:65536", "a:b", "a b", "[::1", "[a]", "a,*.b", "-a", "user@a"]
)
def test_what_is_no_host_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"no host|no port|not permitted|Expected|At least"):
        parse_hosts(text)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://a/b?event=made&token=abc&apiKey=d", "http://a/b?event=made&token=***&apiKey=***"),
        ("http://user:password@a/b", "http://***@a/b"),
        ("http://a/b?apI%6bey=d;token=e&f=g;h", "http://a/b?apI%6bey=***;token=***&f=g;h"),
        ("http://a/users/@me?of=b@c", "http://a/users/@me?of=b@c"),
        ("http://[::1]:80/b#access_token=d", "http://[::1]:80/b#***"),
        ("user:password@a/b", "***@a/b"),
        ("http:user:password@a/b", "***@a/b"),
        ("http:\\\\user:password@a/b", "***@a/b"),
        ("http://user:pass?word@a/b?token=c", "***@a/b?token=***"),
        ("http://user:p@ssword@a/b", "***@a/b"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_url_is_shown_without_credentials(url: str, shown: str) -> None:
    assert redacted(url) == shown
