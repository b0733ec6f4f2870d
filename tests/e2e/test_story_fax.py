"""The fax story: the client of the service's documentation works against the mock, unchanged, and so do its errors."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.e2e.backend import Answer, Asked, serving_backend
from tests.e2e.mocking import CONTRACTS, Mock, mocking, run_python
from tests.e2e.running import CommandLine, example

MOUNT = "/_mock/fax/fax4a-api"
ACCOUNT = {"FAX_USER": "9991", "FAX_PASSWORD": "correct horse"}
WHO = ("9991", "correct horse")
JOB_ID = "FJKQQUVF1J0IADYARQEXKC"
JOB = {
    "recipients": [{"number": "+49301234567"}],
    "renderingOptions": {"paperFormat": None},
    "documents": [{"name": "letter.pdf", "data": "JVBERi0xLjcK"}],
}
NOT_AUTHENTICATED = "Not authenticated. Supported authentication types: httpBasicAuth."


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract in a folder of its own."""
    return Path(shutil.copy(CONTRACTS / "fax.yaml", tmp_path_factory.mktemp("fax")))


@pytest.fixture(scope="module")
def mock(command_line: CommandLine, contract: Path) -> Iterator[Mock]:
    """The mock of the contract as it is."""
    with mocking(command_line, contract.name, folder=contract.parent) as mock:
        yield mock


def send(mock: Mock, **options: object) -> requests.Response:
    """Send the job; `options` are those of requests."""
    return requests.post(f"{mock.address}{MOUNT}/9991/fax", timeout=10, **{"json": JOB, **options})  # type: ignore[arg-type]  # as the caller says


def test_the_client_of_the_documentation_prints_a_job_id(mock: Mock) -> None:
    assert run_python("fax.py", {**ACCOUNT, "FAX_URL": mock.address + MOUNT}) == f"{JOB_ID}\n"


def test_a_prefix_gives_the_same_url_to_a_contract_that_says_less(command_line: CommandLine, contract: Path) -> None:
    text = contract.read_text().replace("https://fax.example.com/_mock/fax/fax4a-api", "https://fax.example.com")
    contract.with_name("bare.yaml").write_text(text)
    with mocking(command_line, f"{MOUNT}=bare.yaml", folder=contract.parent) as mock:
        assert run_python("fax.py", {**ACCOUNT, "FAX_URL": mock.address + MOUNT}) == f"{JOB_ID}\n"


def test_the_same_client_sends_to_the_real_service() -> None:
    with serving_backend(fax_service) as address:
        assert run_python("fax.py", {**ACCOUNT, "FAX_URL": address}) == "REALREALREALREALREAL01\n"


def fax_service(asked: Asked) -> Answer:
    """Take a job from whoever has a password."""
    if not asked.authorization.startswith("Basic "):
        return 401, {"code": 401, "message": NOT_AUTHENTICATED}
    return 200, {"jobId": "REALREALREALREALREAL01"}


def test_without_authorization_the_refusal_says_what_is_supported(mock: Mock) -> None:
    refused = send(mock)
    assert (refused.status_code, refused.headers["WWW-Authenticate"], refused.headers["Content-Type"]) == (
        401,
        'Basic realm="httpBasicAuth", charset="UTF-8"',
        "application/problem+json",
    )
    assert refused.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": NOT_AUTHENTICATED,
        "code": 401,
        "message": NOT_AUTHENTICATED,
    }


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic ", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer abc"],
    ids=["empty", "no credential", "an empty credential", "not base64", "no colon", "another scheme"],
)
def test_a_header_that_is_no_basic_credential_is_refused(authorization: str, mock: Mock) -> None:
    assert send(mock, headers={"Authorization": authorization}).status_code == 401


ERRORS = [
    pytest.param("400", {"code": 400, "message": "The job has no recipients."}, id="400"),
    pytest.param("402", {"code": 402, "message": "The balance does not suffice for 3 recipients."}, id="402"),
    pytest.param("404", {"code": 404, "message": "There is no such job."}, id="404"),
    pytest.param("500", {"code": 500, "message": "Try again later."}, id="500"),
]


@pytest.mark.parametrize(("code", "body"), ERRORS)
def test_a_documented_error_comes_when_it_is_asked_for(code: str, body: object, mock: Mock) -> None:
    answer = send(mock, auth=WHO, headers={"Prefer": f"code={code}"})
    assert (answer.status_code, answer.json(), answer.headers["Preference-Applied"]) == (
        int(code),
        body,
        f"code={code}",
    )


def test_a_job_without_recipients_gets_the_documented_400_with_the_reason_beside_it(mock: Mock) -> None:
    refused = send(mock, auth=WHO, json={**JOB, "recipients": []})
    assert (refused.status_code, refused.json()) == (400, {"code": 400, "message": "The job has no recipients."})
    assert '"pointer":"/recipients"' in refused.headers["Mock-Violations"]


def test_nothing_is_stored(mock: Mock) -> None:
    jobs = f"{mock.address}{MOUNT}/9991/fax"
    before = requests.get(jobs, auth=WHO, timeout=10).json()
    sent = [send(mock, auth=WHO).json()["jobId"] for _ in range(3)]
    deleted = requests.delete(f"{jobs}/{JOB_ID}", auth=WHO, timeout=10)
    assert (sent, deleted.status_code) == ([JOB_ID] * 3, 204)
    assert requests.get(f"{jobs}/{JOB_ID}", auth=WHO, timeout=10).status_code == 200
    assert requests.get(jobs, auth=WHO, timeout=10).json() == before


def test_a_stateful_mock_reads_the_job_back_until_it_is_cancelled(command_line: CommandLine, contract: Path) -> None:
    with mocking(command_line, contract.name, "--stateful", folder=contract.parent) as mock:
        jobs = f"{mock.address}{MOUNT}/9991/fax"
        job_id = run_python("fax.py", {**ACCOUNT, "FAX_URL": mock.address + MOUNT}).strip()
        other = send(mock, auth=WHO).json()
        assert (list(other), other["jobId"] != job_id) == (["jobId"], True)
        job = requests.get(f"{jobs}/{job_id}", auth=WHO, timeout=10)
        assert (job.status_code, job.json()["jobId"], job.json()["recipients"]) == (
            200,
            job_id,
            [{"number": "+49301234567", "properties": [{"key": "costCentre", "value": "4711"}]}],
        )
        assert requests.delete(f"{jobs}/{job_id}", auth=WHO, timeout=10).status_code == 204
        assert requests.get(f"{jobs}/{job_id}", auth=WHO, timeout=10).json() == {
            "code": 404,
            "message": "There is no such job.",
        }


def test_a_contract_may_say_itself_what_belongs_together(command_line: CommandLine, tmp_path: Path) -> None:
    with mocking(command_line, "openapi.yaml", "--stateful", folder=example("fax", tmp_path)) as mock:
        reports = f"{mock.address}{MOUNT}/9991/fax/reports"
        job_id = run_python("fax.py", {**ACCOUNT, "FAX_URL": mock.address + MOUNT}).strip()
        report = requests.get(f"{reports}/{job_id}", auth=WHO, timeout=10)
        assert (report.status_code, report.json()["jobId"]) == (200, job_id)
        assert [recipient["number"] for recipient in report.json()["recipients"]] == ["+49301234567"]
        assert requests.get(f"{reports}/{JOB_ID[::-1]}", auth=WHO, timeout=10).status_code == 404
