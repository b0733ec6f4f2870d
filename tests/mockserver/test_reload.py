"""SIGHUP: bundles that were replaced are read anew, between requests. And bundles below prefixes, as arguments."""

from __future__ import annotations

import http.client
import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from contractctl.mock.settings import MockSettings
from tests.mockserver.serving import Served, bundle_of, read_all, serving
from tests.mockserver.test_process import run


def contract(example: str, *, title: str = "Toys") -> str:
    return f"""\
openapi: 3.1.0
info: {{title: {title}, version: '1'}}
components: {{securitySchemes: {{key: {{type: apiKey, in: query, name: {example}}}}}}}
paths:
  /toys:
    get: {{responses: {{'200': {{description: all, content: {{text/plain: {{example: {example}}}}}}}}}}}
    post:
      requestBody: {{required: true, content: {{application/json: {{schema: {{type: array}}}}}}}}
      responses: {{'201': {{description: made, content: {{text/plain: {{example: made as {example}}}}}}}}}
"""


def put(path: Path, example: str, settings: MockSettings | None = None, *, title: str = "Toys") -> Path:
    """Write a bundle as whoever replaces one has to."""
    beside = path.with_suffix(".new")
    beside.write_bytes(bundle_of(contract(example, title=title), settings))
    return beside.replace(path)


def reload(served: Served) -> None:
    served.process.send_signal(signal.SIGHUP)


def get(served: Served, target: str = "/toys", **headers: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


def files(served: Served) -> int:
    return len([*Path(f"/proc/{served.process.pid}/fd").iterdir()])


def test_what_is_replaced_is_served_on_connections_that_are_open(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(bundle) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        connection.connect()
        sock = connection.sock
        for example in ("two", "three", "four"):
            put(bundle, example)
            reload(served)
            connection.request("GET", "/toys")
            assert (connection.getresponse().read().decode(), connection.sock) == (example, sock)
        connection.close()


def test_a_request_that_runs_is_finished_by_the_contract_that_it_began_with(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(bundle) as served, served.connect() as running:
        running.sendall(
            b"POST /toys HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
            b"Content-Length: 2\r\nConnection: close\r\n\r\n"
        )
        assert running.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        put(bundle, "two")
        reload(served)
        assert get(served)[1] == "two"
        running.sendall(b"[]")
        assert read_all(running).endswith(b"\r\n\r\nmade as one")


def test_old_bundles_are_closed_and_forgotten(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(bundle) as served:
        # One connection all the time: the number of files is that of the bundles.
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        seen = set()
        for number in range(12):
            put(bundle, f"n{number}")
            reload(served)
            connection.request("GET", "/toys")
            assert connection.getresponse().read() == f"n{number}".encode()
            if number:  # the first is let go of by the second
                seen.add(files(served))
        connection.close()
        assert len(seen) == 1


def test_a_bundle_that_was_not_replaced_is_not_read_again(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(bundle) as served:
        bundle.open("r+b").close()
        reload(served)
        assert get(served)[1] == "one"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(lambda path: path.write_bytes(b""), "{} is not a bundle; write one with", id="it is empty"),
        pytest.param(
            lambda path: (
                path.with_suffix(".cut").write_bytes(path.read_bytes()[:-1]),
                path.with_suffix(".cut").replace(path),
            ),
            "the bundle {} is cut short or damaged",
            id="it is cut short",
        ),
        pytest.param(Path.unlink, "cannot open the bundle {}: No such file", id="it is gone"),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes().replace(b'"auth":"off"', b'"auth":"of_"')),
            "the bundle {} is cut short or damaged",
            id="a byte is wrong",
        ),
    ],
)
def test_a_bundle_that_cannot_be_read_is_told_and_the_earlier_one_stays(
    tmp_path: Path, spoil: Callable[[Path], object], told: str
) -> None:
    bundle = put(tmp_path / "toys.bundle", "one", MockSettings(auth="off"))
    other = put(tmp_path / "other.bundle", "other")
    with serving(f"/toys={other}", f"/x={bundle}") as served:
        copy = bundle.with_suffix(".copy")
        copy.write_bytes(bundle.read_bytes())
        copy.replace(bundle)
        spoil(bundle)
        reload(served)
        assert get(served, "/x/toys")[1] == "one"
        assert served.process.stderr
        line = served.process.stderr.readline()
        assert line.startswith("error: " + told.format(bundle))
        assert line.endswith("; the earlier one is still served\n")
        put(bundle, "mended")
        reload(served)
        assert get(served, "/x/toys")[1] == "mended"


def test_settings_of_a_new_bundle_count_but_for_those_of_the_server(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(bundle) as served:
        assert get(served)[0].headers["Access-Control-Allow-Origin"] == "*"
        put(bundle, "two", MockSettings(cors=False, strict=True, port=1, host="127.0.0.2"))
        reload(served)
        response, _ = get(served, "/toys?colour=red")
        assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (400, None)


def test_the_log_hides_the_credentials_of_the_new_contract_and_of_the_earlier_one(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(bundle, "--log", "text") as served:
        get(served, "/toys?one=hush&three=loud")
        put(bundle, "two")
        reload(served)
        get(served, "/toys?one=hush&two=hush&three=loud")
        lines = [line.split(" ")[2] for line in served.stop().splitlines()]
    assert lines == ["/toys?one=***&three=loud", "/toys?one=***&two=***&three=loud"]


def test_the_log_tells_the_whole_path(tmp_path: Path) -> None:
    bundle = put(tmp_path / "toys.bundle", "one")
    with serving(f"/shop/v2={bundle}", "--log", "text") as served:
        get(served, "/shop/v2/toys?a=1")
        get(served, "/nowhere")
        lines = [line.split(" ")[2] for line in served.stop().splitlines()]
    assert lines == ["/shop/v2/toys?a=1", "/nowhere"]


def test_each_contract_says_whether_other_origins_may_read_it(tmp_path: Path) -> None:
    opened, closed = (
        put(tmp_path / f"{cors}.bundle", "one", MockSettings(cors=cors), title=f"Cors {cors}") for cors in (True, False)
    )
    with serving(f"/open={opened}", f"/closed={closed}") as served:
        targets = ["/open/toys", "/closed/toys", "/nowhere", "/__mock/health"]
        found = {target: get(served, target)[0].headers["Access-Control-Allow-Origin"] for target in targets}
    assert found == {"/open/toys": "*", "/closed/toys": None, "/nowhere": "*", "/__mock/health": "*"}


def test_a_contract_without_a_prefix_has_what_no_prefix_takes(tmp_path: Path) -> None:
    bare, other = put(tmp_path / "bare.bundle", "bare"), put(tmp_path / "other.bundle", "other")
    with serving(bare, f"/other={other}") as served:
        assert [get(served, target)[1] for target in ("/toys", "/other/toys")] == ["bare", "other"]
        assert get(served, "/nowhere")[0].status == 404


def test_the_first_bundle_that_says_something_of_the_server_decides(tmp_path: Path) -> None:
    bundles = [
        put(tmp_path / "a.bundle", "a"),
        put(tmp_path / "b.bundle", "b", MockSettings(host="127.0.0.2", max_body=10)),
        put(tmp_path / "c.bundle", "c", MockSettings(host="127.0.0.3")),
    ]
    with serving(*[f"/{path.stem}={path}" for path in bundles]) as served:
        assert re.findall(r"http://([\d.]+):\d+/__mock", served.banner) == ["127.0.0.2"]


def test_the_banner_as_json_lists_the_contracts(tmp_path: Path) -> None:
    one, two = put(tmp_path / "one.bundle", "one"), put(tmp_path / "two.bundle", "two", title="Tools")
    with serving(f"/one={one}", f"/a/two={two}", "--log", "json") as served:
        base = f"http://127.0.0.1:{served.port}"
        told = json.loads(served.banner)
        served.stop()
    assert [(one["title"], one["urls"]) for one in told["contracts"]] == [
        ("Toys", [f"{base}/one"]),
        ("Tools", [f"{base}/a/two"]),
    ]
    assert (told["event"], told["health"]) == ("listening", f"{base}/__mock/health")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["BUNDLE", "BUNDLE"], "BUNDLE and BUNDLE need a prefix each: /NAME=BUNDLE"),
        (["/a=BUNDLE", "/a=BUNDLE"], "BUNDLE and BUNDLE need a prefix each: /NAME=BUNDLE"),
        (["/a=BUNDLE", "/a/=BUNDLE"], "BUNDLE and BUNDLE need a prefix each: /NAME=BUNDLE"),
        (["/=BUNDLE"], "/ cannot be a prefix; it must be a path such as /pets"),
        (["/a//b=BUNDLE"], "/a//b cannot be a prefix; it must be a path such as /pets"),
        (["/a%20b=BUNDLE"], "/a%20b cannot be a prefix; it must be a path such as /pets"),
        (["/__mock=BUNDLE"], "the prefix /__mock is of the server's own endpoints; choose another"),
        (["/x=BUNDLE", "/__mock/a=BUNDLE"], "the prefix /__mock/a is of the server's own endpoints; choose another"),
        (["/x=no.bundle"], "cannot open the bundle no.bundle: No such file or directory"),
        (["x=BUNDLE"], "cannot open the bundle x=BUNDLE: No such file or directory"),
    ],
)
def test_a_prefix_that_cannot_be_exits_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    bundle = str(put(tmp_path / "toys.bundle", "one"))
    done = run(*[word.replace("BUNDLE", bundle) for word in arguments])
    told = message.replace("/NAME=BUNDLE", f"/NAME={bundle}").replace("BUNDLE", bundle)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {told}\n")
