"""The images of the three examples in a real engine: what an operator and a client see."""

from __future__ import annotations

import json

import docker
import pytest

from tests.e2e.running import CommandLine, example, health_of, running

T_REX = b'{"id":1,"common_name":"T-Rex","scientific_name":"Tyrannosaurus Rex"}'
STEGOSAURUS = {"common_name": "Stegosaurus", "scientific_name": "Stegosaurus Stenops"}
FAX = {
    "recipients": [{"number": "+49301234567", "properties": [{"key": "costCentre", "value": "4711"}]}],
    "renderingOptions": {"paperFormat": None, "coverpageTemplate": "standard"},
    "documents": [{"name": "letter.pdf", "data": "JVBERi0xLjcK"}],
}


@pytest.fixture(scope="module")
def image(
    request: pytest.FixtureRequest,
    namespace: str,
    engine: str,
    command_line: CommandLine,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The image of the example that the test names, built and loaded by the command line."""
    name = f"{namespace}/{request.param}:1"
    folder = example(request.param, tmp_path_factory.mktemp("example"))
    command_line.build("openapi.yaml", "--load", "--tag", name, folder=folder, environment={"DOCKER_HOST": engine})
    return name


dinosaurs = pytest.mark.parametrize("image", ["dinosaurs"], indirect=True)
fax = pytest.mark.parametrize("image", ["fax"], indirect=True)
conversations = pytest.mark.parametrize("image", ["conversations"], indirect=True)


@dinosaurs
def test_it_runs_unprivileged_becomes_healthy_answers_and_ends_well(client: docker.DockerClient, image: str) -> None:
    with running(client, image) as mock, health_of(client, mock.container) as health:
        python = ["python3", "-I", "-B", "-S", "-c"]
        who = "print(*(open('/proc/1/status').read().split('Uid:')[1].split()[i] for i in (0, 3, 5, 8)))"
        assert mock.container.exec_run([*python, who]).output == b"65532 65532 65532 65532\n"
        answer = mock.ask("GET", "/api/dinosaurs/1/")
        assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "application/json", T_REX)
        assert next(health) == "healthy"
        assert mock.stop() == 0


@dinosaurs
def test_what_is_posted_is_validated(client: docker.DockerClient, image: str) -> None:
    with running(client, image) as mock:
        added = mock.ask("POST", "/api/dinosaurs/", json=STEGOSAURUS)
        assert (added.status_code, added.headers["Location"], "Mock-Violations" in added.headers) == (
            201,
            "/api/dinosaurs/3/",
            False,
        )
        assert added.json() == {"id": 3, **STEGOSAURUS, "diet": "plants"}
        refused = mock.ask("POST", "/api/dinosaurs/", json={**STEGOSAURUS, "diet": "stones"})
        assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")
        (violation,) = json.loads(refused.headers["Mock-Violations"])
        assert (violation["where"], violation["pointer"], violation["line"]) == ("body", "/diet", "openapi.yaml:125")


@dinosaurs
def test_the_port_is_the_one_that_mock_port_names(client: docker.DockerClient, image: str) -> None:
    with running(client, image, port=8080, environment={"MOCK_PORT": "8080"}) as mock:
        assert mock.ask("GET", "/api/dinosaurs/1/").content == T_REX
        healthy = ["python3", "-I", "-B", "-S", "/opt/mock", "--health", "/opt/mock/contract.bundle"]
        assert mock.container.exec_run(healthy).exit_code == 0
        assert mock.stop() == 0


@fax
def test_a_fax_is_taken_from_whom_has_a_password(client: docker.DockerClient, image: str) -> None:
    with running(client, image) as mock:
        where = "/_mock/fax/fax4a-api/12345/fax"
        refused = mock.ask("POST", where, json=FAX)
        assert (refused.status_code, refused.headers["WWW-Authenticate"].split()[0]) == (401, "Basic")
        taken = mock.ask("POST", where, json=FAX, auth=("12345", "secret"))
        assert (taken.status_code, taken.json()) == (200, {"jobId": "FJKQQUVF1J0IADYARQEXKC"})
        assert mock.ask("GET", f"{where}/reports/FJKQQUVF1J0IADYARQEXKC", auth=("12345", "s")).status_code == 200


@conversations
def test_conversations_are_read_with_a_token(client: docker.DockerClient, image: str) -> None:
    with running(client, image) as mock:
        where = "/api/v2/conversations?pageNumber=1&pageSize=25"
        refused = mock.ask("GET", where)
        assert (refused.status_code, refused.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")
        wanted = {"grant_type": "client_credentials", "scope": "conversations:read"}
        token = mock.ask("POST", "/oauth/token", data=wanted, auth=("integration", "secret")).json()["access_token"]
        page = mock.ask("GET", where, headers={"Authorization": f"Bearer {token}"})
        assert page.status_code == 200
        assert {"entities", "pageCount", "pageSize", "total"} <= set(page.json())


LACKING = [
    pytest.param(
        {"MOCK_AUTH": "token"},
        "error: --auth token needs cryptography and pyjwt, which are not here; "
        "an image has them when it is built with them: contractctl build-mock --auth token\n",
        id="tokens",
    ),
    pytest.param(
        {"MOCK_STATE_URL": "redis://127.0.0.1"},
        "error: --state-url needs redis, which is not here; "
        "an image has it when it is built with it: contractctl build-mock --state-url redis://HOST\n",
        id="a shared state",
    ),
]


@dinosaurs
@pytest.mark.parametrize(("environment", "said"), LACKING)
def test_an_image_that_was_not_built_for_a_setting_says_how_to_build_it(
    environment: dict[str, str], said: str, client: docker.DockerClient, image: str
) -> None:
    container = client.containers.create(image, environment=environment)
    try:
        container.start()
        assert (container.wait()["StatusCode"], container.logs().decode()) == (2, said)
    finally:
        container.remove(force=True)
