"""`contractctl mock` while its files are edited: what is saved is served, and what is broken is told."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.cli.mocking import Mock, mocking
from tests.cli.running import CommandLine

NOT_YAML = "not YAML: while parsing a flow mapping did not find expected ',' or '}'"
SERVED = "what was there before is still served"


def toys(example: str, *, title: str = "Toys") -> str:
    return f"""\
openapi: 3.1.0
info: {{title: {title}, version: "1"}}
paths:
  /toys:
    get: {{responses: {{"200": {{description: all, content: {{text/plain: {{example: {example}}}}}}}}}}}
"""


@pytest.fixture
def spec(cli: CommandLine) -> Path:
    path = cli.folder / "openapi.yaml"
    path.write_text(toys("one"))
    return path


def test_what_is_saved_is_served_on_the_connections_that_are_open(cli: CommandLine, spec: Path) -> None:
    with mocking(cli, "openapi.yaml") as mock:
        assert mock.get("/toys") == (200, "one")
        for example in ("two", "three"):
            spec.write_text(toys(example))
            assert mock.errors.up_to("reloaded") == ["reloaded openapi.yaml: 1 operation, 0 findings"]
            assert mock.get("/toys") == (200, example)


def test_a_broken_save_is_told_with_its_place_and_the_earlier_contract_stays(cli: CommandLine, spec: Path) -> None:
    with mocking(cli, "openapi.yaml") as mock:
        spec.write_text(toys("two").replace("paths:", "paths: {"))
        assert mock.errors.up_to(SERVED) == [
            f"openapi.yaml:5:8: error: {NOT_YAML} [yaml-syntax]",
            '   5 |     get: {responses: {"200": {description: all, content: {text/plain: {…',
            "     |        ^",
            "  hint: mend the syntax here",
            f"openapi.yaml: {SERVED}",
        ]
        assert mock.get("/toys") == (200, "one")
        spec.write_text(toys("two"))
        assert mock.errors.up_to("mended") == ["mended and reloaded openapi.yaml: 1 operation, 0 findings"]
        assert mock.get("/toys") == (200, "two")


def test_flags_and_configuration_that_change_reach_the_server(cli: CommandLine, spec: Path) -> None:
    configuration = cli.folder / "contractctl.yaml"
    configuration.write_text("specs: [{path: openapi.yaml}]\n")
    with mocking(cli, "--validate", "warn", environment={"MOCK_VALIDATE": "enforce"}) as mock:
        configuration.write_text("specs: [{path: openapi.yaml}]\nmock: {strict: true, validate: off}\n")
        assert mock.errors.up_to("reloaded") == ["reloaded openapi.yaml: 1 operation, 0 findings"]
        assert mock.get("/toys?colour=red") == (200, "one")
        configuration.write_text("mock: {strikt: true}\n")
        assert mock.errors.up_to(SERVED) == [
            "error: contractctl.yaml:1:16: mock has no key `strikt`",
            "  hint: did you mean `strict`?",
            f"contractctl.yaml: {SERVED}",
        ]


def test_lines_move_with_the_text_though_nothing_is_told(cli: CommandLine, spec: Path) -> None:
    spec.write_text(
        toys("one").replace("get: {", "get: {parameters: [{name: q, in: query, schema: {type: integer}}], ")
    )
    with mocking(cli, "openapi.yaml", "--verbose") as mock:
        assert '"line":"openapi.yaml:5"' in mock.get("/toys?q=x")[1]
        spec.write_text("# one more line\n" + spec.read_text())
        assert mock.errors.up_to("reloaded") == ["reloaded openapi.yaml: only lines have moved"]
        assert '"line":"openapi.yaml:6"' in mock.get("/toys?q=x")[1]


def test_no_request_fails_while_contracts_change(cli: CommandLine, spec: Path) -> None:
    stop, answers = threading.Event(), list[tuple[int, str]]()

    def load(mock: Mock) -> None:
        connection = mock.connect()
        connection.connect()
        sock = connection.sock
        while not stop.is_set():
            connection.request("GET", "/toys")
            response = connection.getresponse()
            answers.append((response.status, response.read().decode()))
            assert connection.sock is sock
        answers.append((0, "to the end"))

    with mocking(cli, "openapi.yaml") as mock:
        client = threading.Thread(target=load, args=(mock,))
        client.start()
        try:
            for example in ("two", "three", "four"):
                spec.write_text(toys(example))
                mock.errors.up_to("reloaded")
        finally:
            stop.set()
            client.join()
    assert set(answers) <= {(200, example) for example in ("one", "two", "three", "four")} | {(0, "to the end")}
    assert answers[-1] == (0, "to the end")
