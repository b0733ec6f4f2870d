"""What was revoked or used is of one world, and is forgotten with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.mockserver.serving import Served, bundle_of, serving
from tests.mockserver.test_tokens import CONTRACT, INVALID, PASSES, REFUSED, Client


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("worlds") / "worlds.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path, "--auth", "token") as running:
        yield running


def reset(client: Client, session: str) -> None:
    kind = {"Content-Type": "application/json"}
    status, _, _ = Client(client.server, session).ask("POST", "/__mock/reset", json.dumps({"only": ["tokens"]}), **kind)
    assert status == 200


def revoked(client: Client) -> str:
    token = client.tokens("client_credentials")["access_token"]
    assert client.post("/__mock/oauth/revoke", token=token)[0] == 200
    assert client.call(token) == INVALID
    return str(token)


@pytest.mark.parametrize("other", ["another", "revoked", "used", "refresh"])
def test_a_world_that_is_reset_leaves_the_tokens_of_others(served: Served, other: str) -> None:
    client = Client(served, "one")
    token, begun = revoked(client), client.begun()
    client.tokens("refresh_token", refresh_token=begun["refresh_token"])
    reset(client, other)
    assert client.call(token) == INVALID
    assert client.refusal("refresh_token", refresh_token=begun["refresh_token"]) == REFUSED


def test_a_world_that_is_reset_knows_of_none_that_were_revoked_or_used(served: Served) -> None:
    client = Client(served, "two")
    token, code = revoked(client), client.code()
    assert [client.redeemed(code)[0] for _ in range(2)] == [200, 400]
    reset(client, "two")
    assert (client.call(token), client.redeemed(code)[0]) == (PASSES, 200)


def test_what_one_world_revokes_is_good_in_others(served: Served) -> None:
    token = revoked(Client(served, "three"))
    assert Client(served, "four").call(token) == PASSES
