"""`--allow-remote` and `allow-remote:`, on every command that reads descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import GOOD
from tests.cli.running import CommandLine, Ran
from tests.drift.web import Answer, Web, serve_web

COMMANDS = [
    pytest.param("lint URL", id="lint"),
    pytest.param("diff URL URL", id="diff"),
    pytest.param("build-mock URL --bundle out.bundle -q", id="build-mock"),
]


@pytest.fixture
def web() -> Iterator[Web]:
    with serve_web() as server:
        server.answers["/openapi.json"] = Answer(GOOD.encode())
        yield server


def run(cli: CommandLine, web: Web, line: str, *more: str) -> Ran:
    url = f"{web.url}/openapi.json"
    return cli.run(*(url if word == "URL" else word for word in line.split()), *more)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_private_host_is_asked_once_it_is_named(cli: CommandLine, web: Web, line: str) -> None:
    ran = run(cli, web, line)
    assert (ran.status, ran.out, ran.err) == (
        3,
        "",
        (
            f"error: cannot fetch {web.url}/openapi.json: 127.0.0.1 is not a public address\n"
            "  hint: a private address is asked only when it is named itself, as in --allow-remote 10.0.0.1:8080\n"
        ),
    )
    assert web.seen == []
    allowed = run(cli, web, line, "--allow-remote", "example.com", "--allow-remote", web.url.removeprefix("http://"))
    assert (allowed.status, allowed.err) == (0, "")
    assert web.seen != []


@pytest.mark.parametrize("line", COMMANDS)
def test_the_configuration_allows_as_well(cli: CommandLine, web: Web, line: str) -> None:
    (cli.folder / "contractctl.yaml").write_text(f'allow-remote: ["{web.url.removeprefix("http://")}"]\n')
    ran = run(cli, web, line)
    assert (ran.status, ran.err) == (0, "")
    added = run(cli, web, line, "--allow-remote", "example.com")
    assert (added.status, added.err) == (0, "")


@pytest.mark.parametrize(
    "line", ["lint good.yaml", "diff good.yaml good.yaml", "mock good.yaml", "build-mock good.yaml --bundle out"]
)
def test_what_is_no_host_is_misuse(cli: CommandLine, good: Path, line: str) -> None:
    ran = cli.run(*line.split(), "--allow-remote", "https://example.com/")
    assert ran == Ran(
        2,
        "",
        "error: `https://example.com/` is no host\n"
        "  hint: write HOST, HOST:PORT or *.example.com, without `https://`\n",
    )
