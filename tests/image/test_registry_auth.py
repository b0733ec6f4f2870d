from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.failures import DeliveryFailure
from contractctl.image.registry.authority import Authority, Challenge, read_challenges
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.transport import Answer, Request, is_safe, origin, without_query

CHALLENGES = {
    "nothing": ("", ()),
    "Basic": ('Basic realm="tests"', (Challenge("basic", {"realm": "tests"}),)),
    "Bearer with commas inside quotes": (
        'Bearer realm="https://r/token",service="r",scope="repository:a:pull,push"',
        (Challenge("bearer", {"realm": "https://r/token", "service": "r", "scope": "repository:a:pull,push"}),),
    ),
    "blanks, capitals, and values without quotes": (
        "BEARER  Realm = https://r/token ,  Service=r",
        (Challenge("bearer", {"realm": "https://r/token", "service": "r"}),),
    ),
    "two schemes": (
        'Basic realm="a, b", Bearer realm="https://r/token"',
        (Challenge("basic", {"realm": "a, b"}), Challenge("bearer", {"realm": "https://r/token"})),
    ),
    "an escaped quote": ('Basic realm="the \\"room\\""', (Challenge("basic", {"realm": 'the "room"'}),)),
    "a scheme alone": ("Negotiate", (Challenge("negotiate"),)),
    "a quote that never ends": ('Bearer realm="https', (Challenge("bearer"),)),
}


@pytest.mark.parametrize(("header", "challenges"), CHALLENGES.values(), ids=CHALLENGES)
def test_a_challenge_is_read(header: str, challenges: tuple[Challenge, ...]) -> None:
    assert read_challenges(header) == challenges


@given(st.text(st.characters(max_codepoint=0xFF), max_size=200))
def test_no_header_is_too_odd_to_be_read(header: str) -> None:
    assert all(challenge.scheme for challenge in read_challenges(header))


SAFE = {
    "https": ("https://r.example/token", True),
    "http to this machine by name": ("http://localhost:5000/v2/", True),
    "http to this machine by address": ("http://127.0.0.1/", True),
    "http to this machine by IPv6 address": ("http://[::1]:5000/", True),
    "http": ("http://r.example/token", False),
    "http to a name that begins like this machine": ("http://localhost.example/", False),
    "http to an address that looks like this machine": ("http://127.0.0.1.example/", False),
    "http with this machine as the user": ("http://localhost@r.example/", False),
    "a file": ("file:///etc/passwd", False),
    "no host": ("https:///token", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("url", "safe"), SAFE.values(), ids=SAFE)
def test_credentials_travel_to_safe_addresses_only(url: str, safe: bool) -> None:
    assert is_safe(url) is safe


def test_the_origin_leaves_out_the_user_and_a_message_the_query() -> None:
    url = "HTTPS://ada:s@R.example:443/token?key=s"
    assert (origin(url), without_query(url)) == (("https", "r.example"), "https://r.example/token")


def test_a_request_and_an_answer_show_no_secret() -> None:
    request = Request("GET", "https://r.example/", {"authorization": "hunter2"}, b"hunter2")
    answer = Answer(200, "https://r.example/", {"set-cookie": "hunter2"}, b"hunter2")
    assert "hunter2" not in repr(request) + repr(answer)


def nobody_asks(request: Request) -> Answer:
    raise AssertionError("no token is needed")


def test_basic_is_answered_once() -> None:
    authority = Authority("repository:a:pull", Credentials("ada", "s", "here"), nobody_asks)
    assert authority.header() == ""
    assert authority.renew('Basic realm="r"', "") is True
    assert authority.header() == "Basic YWRhOnM="
    assert authority.renew('Basic realm="r"', "Basic YWRhOnM=") is False


def test_a_token_service_on_this_machine_is_believed_to_a_registry_on_this_machine() -> None:
    def authority(*, is_local: bool) -> Authority:
        return Authority("repository:a:pull", None, lambda _: Answer(200, "", {}, b'{"token": "t"}'), is_local=is_local)

    challenge = 'Bearer realm="http://127.0.0.1:5001/token"'
    assert authority(is_local=True).renew(challenge, "")
    with pytest.raises(DeliveryFailure) as told:
        authority(is_local=False).renew(challenge, "")
    assert told.value.message == (
        "the registry sends us for a token to `http://127.0.0.1:5001/token`, which is this machine"
    )


def test_who_was_refused_with_an_older_header_takes_the_newer_one() -> None:
    answers = iter([b'{"token": "t0"}', b'{"token": "t1"}'])
    authority = Authority("repository:a:pull", None, lambda request: Answer(200, request.url, {}, next(answers)))
    challenge = 'Bearer realm="https://r/token"'
    assert [authority.renew(challenge, refused) for refused in ("", "", "Bearer t0", "Bearer t0")] == [True] * 4
    assert authority.header() == "Bearer t1"
