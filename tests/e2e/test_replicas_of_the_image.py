"""Two replicas of one image in a real engine: whoever answers, the answer is the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product

import docker
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.components.redis import Redis
from tests.e2e.balancing import ask, round_robin
from tests.e2e.mocking import CONTRACTS
from tests.e2e.running import EXAMPLES, CommandLine, Running, running, running_beside

JSON = {"Content-Type": "application/json"}
STEGOSAURUS = b'{"common_name":"Stegosaurus","scientific_name":"Stegosaurus Stenops"}'
FAX = b'{"recipients":[{"number":"+49301234567"}],"documents":[{"name":"a.pdf","data":"JVBERi0xLjcK"}]}'
CUSTOMER = {"Authorization": "Basic MTIzNDU6c2VjcmV0"}
BEARER = {"Authorization": "Bearer demo"}
SHARED = ("--stateful", "--state-url", "redis://127.0.0.1", "--auth", "token")
CONFINED = {"Uid": "65532 65532 65532 65532", "CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1"}

PREFERENCES = (
    *("", "code=200", "code=201", "code=400", "code=404", "code=418", "example=stegosaurus", "example=nobody"),
    *("dynamic=true", "dynamic=true, seed=7", "dynamic=true, items=3", "items=0", "media=application/xml"),
    *(f"dynamic=true, shape={shape}" for shape in ("min", "max", "null", "edge")),
)
CORS = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}


@dataclass(frozen=True, slots=True)
class Question:
    """A request; `headers` go before those that it is varied by."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    def variants(self) -> Iterator[Question]:
        """Yield it with every preference, as HEAD and OPTIONS, and for clients that take something else."""
        for preference in PREFERENCES:
            prefer = {"Prefer": preference} if preference else {}
            yield Question(self.method, self.target, {**prefer, **self.headers}, self.body)
        for method, accept in product(("HEAD", "OPTIONS", self.method), ("text/csv", "application/*;q=0.5")):
            yield Question(method, self.target, {"Accept": accept, **self.headers}, self.body)
        yield Question("OPTIONS", self.target, CORS)
        yield Question("PATCH", self.target, self.headers)
        yield Question(self.method, self.target, {})


DINOSAURS = [
    *(
        Question("GET", f"/api/dinosaurs/{query}", {})
        for query in (
            "",
            "?limit=2",
            "?limit=0",
            "?diet=meat",
            "?diet=stones",
            "?limit=3&__dynamic=true",
            "?__code=400",
        )
    ),
    Question("POST", "/api/dinosaurs/", JSON, STEGOSAURUS),
    Question("POST", "/api/dinosaurs/", JSON, b'{"common_name":""}'),
    Question("POST", "/api/dinosaurs/", JSON, b'{"common_name":'),
    Question("POST", "/api/dinosaurs/", {"Content-Type": "text/plain"}, b"a dinosaur"),
    *(Question("GET", f"/api/dinosaurs/{one}/", {}) for one in ("1", "7", "0", "x", "%zz")),
    Question("GET", "/api/dinosaur", {}),
]
FAXES = [
    Question("POST", "/_mock/fax/fax4a-api/12345/fax", {**JSON, **CUSTOMER}, FAX),
    Question("POST", "/_mock/fax/fax4a-api/12345/fax", {**JSON, **CUSTOMER}, b'{"recipients":[]}'),
    Question("POST", "/12345/fax", JSON, FAX),
    *(
        Question("GET", f"/12345/fax/reports/{job}", CUSTOMER)
        for job in ("FJKQQUVF1J0IADYARQEXKC", "AAAAAAAAAAAAAAAAAAAAAA", "nothing")
    ),
]
TOYS = [
    *(
        Question("GET", f"/toys{query}", BEARER)
        for query in ("", "?pageNumber=2", "?pageNumber=5&pageSize=25", "?pageNumber=9", "?pageNumber=0", "?pageSize=x")
    ),
    Question("POST", "/toys", {**JSON, **BEARER}, b'{"name":"kite"}'),
    Question("GET", "/toys/7", BEARER),
    Question("PUT", "/toys/7", {**JSON, **BEARER}, b'{"name":"ball"}'),
    Question("DELETE", "/toys/7", BEARER),
]
OWN = [Question("GET", f"/__mock/{name}", {}) for name in ("health", "ready", "openapi.json", "nothing")]
CONTRACT_OF = {
    "dinosaurs": EXAMPLES / "dinosaurs" / "openapi.yaml",
    "fax": EXAMPLES / "fax" / "openapi.yaml",
    "toys": CONTRACTS / "toys.yaml",
}
ASKED = [
    pytest.param("dinosaurs", DINOSAURS, id="the dinosaurs"),
    pytest.param("fax", FAXES, id="faxes"),
    pytest.param("toys", TOYS, id="toys, page by page"),
]


Images = Callable[[str], str]
"""The reference of an image by its name in `CONTRACT_OF`; `shared` is the toys with what it needs to share state."""


@pytest.fixture(scope="module")
def images(namespace: str, engine: str, command_line: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Images:
    """The images, each built when it is asked for first."""

    @cache
    def built(name: str) -> str:
        folder = tmp_path_factory.mktemp(name)
        shutil.copy(CONTRACT_OF["toys" if name == "shared" else name], folder / "openapi.yaml")
        options = SHARED if name == "shared" else ()
        image = f"{namespace}/replicas-{name}:1"
        environment = {"DOCKER_HOST": engine}
        command_line.build("openapi.yaml", "--load", "-t", image, *options, folder=folder, environment=environment)
        return image

    return built


@pytest.mark.parametrize(("name", "questions"), ASKED)
def test_replicas_answer_alike_to_the_byte(
    name: str, questions: list[Question], client: docker.DockerClient, images: Images
) -> None:
    asked = [variant for question in questions for variant in question.variants()] + OWN
    with running(client, images(name)) as one, running(client, images(name)) as other:
        assert [confinement(replica) for replica in (one, other)] == [CONFINED, CONFINED]
        with round_robin([one.address, other.address]) as address:
            answers = [
                [ask(address, each.method, each.target, each.headers, each.body) for _ in range(2)] for each in asked
            ]
        differing = [(each, pair) for each, pair in zip(asked, answers, strict=True) if pair[0] != pair[1]]
        assert differing == []
        # The proxy was fair, and no operation was left out.
        coverage = [replica.ask("GET", "/__mock/coverage").json() for replica in (one, other)]
        assert coverage[0]["totals"] == coverage[1]["totals"]
        assert [told["unused"] for told in coverage] == [[], []]
    assert len(asked) >= 150
    assert len({pair[0] for pair in answers}) >= 40, "most of the answers say something of their own"


def test_a_replica_with_another_seed_would_be_told(client: docker.DockerClient, images: Images) -> None:
    toys = images("toys")
    with (
        running(client, toys) as one,
        running(client, toys, environment={"MOCK_SEED": "7"}) as other,
        round_robin([one.address, other.address]) as address,
    ):
        answers = {ask(address, "GET", "/toys", BEARER) for _ in range(4)}
    assert len(answers) == 2


def confinement(replica: Running) -> dict[str, str]:
    """Return what the kernel says of the rights of a replica's server."""
    read = "print(open('/proc/1/status').read())"
    said = replica.container.exec_run(["python3", "-I", "-B", "-S", "-c", read]).output.decode()
    told = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    assert replica.container.attrs["HostConfig"]["ReadonlyRootfs"] is True
    return {name: " ".join(told[name].split()) for name in CONFINED}


# With a Redis


@pytest.fixture
def key() -> str:
    """A key that replicas sign their tokens with."""
    made = rsa.generate_private_key(65537, 2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@contextmanager
def pair(client: docker.DockerClient, images: Images, redis: Redis, key: str = "") -> Iterator[tuple[Running, Running]]:
    """Run two replicas with one Redis, and one key if there is one; their clients call both by one name."""
    environment = {"MOCK_STATE_URL": redis.url, **({"MOCK_SIGNING_KEY": key} if key else {})}
    with (
        running_beside(client, images("shared"), environment=environment) as one,
        running_beside(client, images("shared"), environment=environment) as other,
    ):
        for replica in (one, other):
            replica.session.headers["Host"] = "mock.example"
        yield one, other


def token_of(replica: Running) -> str:
    wanted = {"grant_type": "client_credentials", "scope": "toys"}
    granted = replica.ask("POST", "/oauth/token", data=wanted, auth=("shop", "secret"))
    assert granted.status_code == 200, granted.text
    return str(granted.json()["access_token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_with_a_redis_what_one_keeps_the_other_has(
    client: docker.DockerClient, images: Images, redis: Redis, key: str
) -> None:
    with pair(client, images, redis, key) as (one, other):
        assert [confinement(replica) for replica in (one, other)] == [CONFINED, CONFINED]
        mine = bearer(token_of(one))
        made = one.ask("POST", "/toys", json={"name": "kite"}, headers=mine)
        assert (made.status_code, made.json()) == (201, {"id": 104, "name": "kite"})
        where, tag = made.headers["Location"], made.headers["ETag"]
        read = [replica.ask("GET", where, headers=mine) for replica in (one, other)]
        assert [(answer.json(), answer.headers["ETag"]) for answer in read] == [(made.json(), tag)] * 2
        listed = [ask(each.address, "GET", "/toys?pageNumber=5", {**mine}) for each in (one, other)]
        assert listed[0] == listed[1]
        assert json.loads(listed[0].partition(b"\r\n\r\n")[2])["total"] == 104

        replaced = other.ask("PUT", where, json={"name": "ball"}, headers={**mine, "If-Match": tag})
        assert (replaced.status_code, replaced.json()["name"]) == (200, "ball")
        late = one.ask("PUT", where, json={"name": "drum"}, headers={**mine, "If-Match": tag})
        assert late.status_code == 412
        known = one.ask("GET", where, headers={**mine, "If-None-Match": replaced.headers["ETag"]})
        assert known.status_code == 304

        assert other.ask("DELETE", where, headers=mine).status_code == 204
        assert [each.ask("GET", where, headers=mine).status_code for each in (one, other)] == [404, 404]


def test_with_one_key_a_token_of_one_is_good_at_the_other_until_it_is_revoked_or_expires(
    client: docker.DockerClient, images: Images, redis: Redis, key: str
) -> None:
    with pair(client, images, redis, key) as (one, other):
        first, second = token_of(one), token_of(other)
        assert [other.ask("GET", "/toys", headers=bearer(token)).status_code for token in (first, second)] == [200, 200]
        assert one.ask("GET", "/toys", headers=bearer(second)).status_code == 200
        one.ask("POST", "/__mock/oauth/revoke", data={"token": first}, auth=("shop", "secret")).raise_for_status()
        refused = other.ask("GET", "/toys", headers=bearer(first))
        assert (refused.status_code, 'error="invalid_token"' in refused.headers["WWW-Authenticate"]) == (401, True)
        one.ask("POST", "/__mock/clock", json={"advance": "3h"}).raise_for_status()
        assert other.ask("GET", "/toys", headers=bearer(second)).status_code == 401


def test_without_one_key_a_token_is_good_at_its_own_replica_alone(
    client: docker.DockerClient, images: Images, redis: Redis
) -> None:
    with pair(client, images, redis) as (one, other):
        mine = bearer(token_of(one))
        assert [replica.ask("GET", "/toys", headers=mine).status_code for replica in (one, other)] == [200, 401]


def test_a_replica_whose_redis_is_away_lives_and_is_not_ready(
    client: docker.DockerClient, images: Images, redis: Redis, key: str
) -> None:
    with pair(client, images, redis, key) as (one, _), redis.silent():
        assert [one.ask("GET", f"/__mock/{name}").status_code for name in ("health", "ready")] == [200, 503]
