"""`contractctl mock`: several descriptions, what it says at the start, and what a person types wrongly."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.mocking import mocking
from tests.cli.running import CommandLine, Ran

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example.com/v1}]
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
paths:
  /pets:
    get: {security: [{key: []}], responses: {"200": {description: all, content: {text/plain: {example: all}}}}}
    post: {responses: {"201": {description: made}}}
"""
ORDERS = """\
openapi: 3.1.0
info: {title: "Orders: the API", version: "2"}
paths:
  /orders/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 7}]
      responses: {"200": {description: one, content: {text/plain: {example: one}}}}
"""


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    """A folder with two descriptions."""
    (cli.folder / "pets.yaml").write_text(PETS)
    (cli.folder / "orders.yaml").write_text(ORDERS)
    return cli


def test_each_of_several_descriptions_is_listed_with_a_line_that_works(shop: CommandLine) -> None:
    with mocking(shop, "/shop=pets.yaml", "orders.yaml") as mock:
        base = f"http://127.0.0.1:{mock.port}"
        assert mock.banner == [
            "Pets 1: 2 operations, 1 path",
            f"  {base}/shop/v1",
            f"  {base}/shop",
            "routes:",
            "  GET, POST  /pets",
            f"try:    curl -H 'X-Key: demo' {base}/shop/v1/pets",
            "Orders: the API 2: 1 operation, 1 path",
            f"  {base}/orders-the-api",
            "routes:",
            "  GET  /orders/{id}",
            f"try:    curl {base}/orders-the-api/orders/7",
            f"health: {base}/__mock/health",
        ]
        lines = [line.removeprefix("try:") for line in mock.banner if line.startswith("try:")]
        done = [subprocess.run(["/bin/sh", "-c", f"{line} -s"], capture_output=True, check=True) for line in lines]
        assert [one.stdout for one in done] == [b"all", b"one"]
        status, told = mock.get("/__mock/health")
        assert (status, [one["prefix"] for one in json.loads(told)["contracts"]]) == (200, ["/shop", "/orders-the-api"])


def test_the_configured_descriptions_are_served_with_the_settings_of_the_file(shop: CommandLine) -> None:
    (shop.folder / "contractctl.yaml").write_text(
        "specs: [{path: pets.yaml, prefix: /animals}, {path: orders.yaml, prefix: /shop/orders}]\n"
        "mock: {strict: true, auth: off}\n"
    )
    with mocking(shop) as mock:
        assert mock.get("/animals/pets") == (200, "all")
        assert mock.get("/animals/pets?colour=red")[0] == 400
        assert mock.get("/shop/orders/orders/1?colour=red")[0] == 400


def test_a_flag_goes_over_the_environment_and_the_file(shop: CommandLine) -> None:
    (shop.folder / "contractctl.yaml").write_text("mock: {auth: presence}\n")
    with mocking(shop, "pets.yaml", "--auth", "off", environment={"MOCK_AUTH": "presence"}) as mock:
        assert mock.get("/pets") == (200, "all")


def test_workers_share_the_port_and_all_of_them_reload(shop: CommandLine) -> None:
    (shop.folder / "contractctl.yaml").write_text("mock: {workers: 2, auth: off}\n")
    with mocking(shop, "pets.yaml") as mock:
        (shop.folder / "pets.yaml").write_text(PETS.replace("example: all", "example: none"))
        mock.errors.up_to("reloaded")
        connections = [mock.connect() for _ in range(8)]
        for connection in connections:
            connection.request("GET", "/pets")
        assert {connection.getresponse().read() for connection in connections} == {b"none"}


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        pytest.param(
            "mock /a=pets.yaml /a=orders.yaml",
            "pets.yaml and orders.yaml have the prefix /a",
            "give each a path of its own: /pets=pets.yaml /orders=orders.yaml",
            id="the same prefix twice",
        ),
        pytest.param(
            "mock shop=pets.yaml",
            "the prefix of pets.yaml cannot be `shop`",
            "write /shop=pets.yaml",
            id="a prefix without its slash",
        ),
        pytest.param("mock folder", "folder is a folder", "name the description file in it", id="a folder"),
        pytest.param("mock pet.yaml", "no such file: pet.yaml", "did you mean pets.yaml?", id="a name misspelt"),
        pytest.param(
            "mock",
            "there are 2 OpenAPI descriptions below this folder",
            "name one of them, or list them in contractctl.yaml: orders.yaml, pets.yaml",
            id="several and none named",
        ),
        pytest.param("mock --validat off", "no such option: --validat", "did you mean --validate?", id="an option"),
        pytest.param(
            "mock pets.yaml --validate of",
            "the setting `validate` cannot be 'of'",
            "it must be enforce, warn or off",
            id="a setting that cannot be",
        ),
        pytest.param(
            "mock pets.yaml --workers 0",
            "invalid value for `--workers`: 0 is not in the range 1<=x<=64",
            "`contractctl mock --help` lists what there is",
            id="no workers",
        ),
    ],
)
def test_what_makes_no_sense_exits_2_with_what_to_do(shop: CommandLine, line: str, message: str, hint: str) -> None:
    (shop.folder / "folder").mkdir()
    assert shop.run(*line.split()) == Ran(2, "", f"error: {message}\n  hint: {hint}\n")


def test_nothing_to_serve_exits_2(cli: CommandLine) -> None:
    hint = "name a description, or write contractctl.yaml with `specs:`"
    told = f"error: there is no OpenAPI description below this folder\n  hint: {hint}\n"
    assert cli.run("mock") == Ran(2, "", told)


@pytest.mark.parametrize("prefix", ["shop", "/shop/", "/a b", "/../x"])
def test_a_prefix_that_is_configured_wrongly_exits_2_with_its_place(shop: CommandLine, prefix: str) -> None:
    (shop.folder / "contractctl.yaml").write_text(f"specs:\n  - path: pets.yaml\n    prefix: {prefix}\n")
    assert shop.run("mock") == Ran(
        2,
        "",
        f"error: contractctl.yaml:3:13: specs[0].prefix cannot be `{prefix}`\n"
        "  hint: a prefix is a path such as /pets or /shop/v2: letters, digits and -._~ between slashes\n",
    )


def test_a_description_that_does_not_load_exits_1_with_its_place(shop: CommandLine) -> None:
    (shop.folder / "orders.yaml").write_text("openapi: 3.1.0\n  info: {\n")
    ran = shop.run("mock", "pets.yaml", "orders.yaml")
    assert (ran.status, ran.out, ran.err.partition(" ")[0]) == (1, "", "orders.yaml:2:7:")


def test_a_port_that_is_taken_exits_3_and_leaves_nothing(shop: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = shop.run("mock", "pets.yaml", "--port", str(port))
    told = f"error: cannot listen on 127.0.0.1:{port}: Address already in use; choose another with --port\n"
    assert ran == Ran(3, "", told)
    assert [*Path(shop.environment["TMPDIR"]).iterdir()] == []


def test_a_certificate_that_is_not_there_exits_2(shop: CommandLine) -> None:
    shutil.copytree(shop.folder, shop.folder / "below")
    (shop.folder / "below" / "contractctl.yaml").write_text("mock: {tls-cert: own.pem}\n")
    ran = shop.run("mock", "pets.yaml", "--config", "below/contractctl.yaml", "--port", "0")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "below/own.pem" in ran.err
