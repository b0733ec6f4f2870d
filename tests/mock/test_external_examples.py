"""Examples in files of their own: they are in the bundle, or it is told why they are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contractctl.api.mock import compile_mock
from contractctl.config import Config
from contractctl.mock.compile import CompiledMock
from tests.mock.compiling import answers, told

MEDIA = "/paths/~1a/get/responses/200/content"


def compiled_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: dict[str, Any], files: dict[str, bytes]
) -> CompiledMock:
    """Compile a description beside files."""
    paths = {"/a": {"get": {"responses": {"200": {"description": "", "content": content}}}}}
    description = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    (folder / "openapi.json").write_text(json.dumps(description))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    monkeypatch.chdir(folder)
    made = compile_mock("openapi.json", config=Config(folder), options={})
    return CompiledMock(made.bundle, made.findings)


def example_at(address: str, **media: Any) -> dict[str, Any]:
    return {**media, "examples": {"file": {"externalValue": address}}}


@pytest.mark.parametrize(
    ("name", "data", "body"),
    [
        pytest.param("application/json", b'{ "id": 1 }', '{"id":1}', id="JSON, compact"),
        pytest.param("application/json", b"123456789012345678901", "123456789012345678901", id="a number over 64 bits"),
        pytest.param("text/csv", b"a;b\n", "a;b\n", id="a text as it is"),
        pytest.param("application/xml", b"<a>1</a>", "<a>1</a>", id="XML as it is"),
    ],
)
def test_a_file_is_the_example(
    name: str, data: bytes, body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = compiled_with(tmp_path, monkeypatch, {name: example_at("example.txt")}, {"example.txt": data})
    assert (answers(mock, tmp_path), mock.findings) == ({"GET /a": {f"200 {name}": {"file": body}}}, ())


def test_an_invalid_file_is_told_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"application/json": example_at("./one.json", schema={"type": "integer", "minimum": 1})}
    mock = compiled_with(tmp_path, monkeypatch, content, {"one.json": b'"no number"'})
    assert answers(mock, tmp_path) == {"GET /a": {"200 application/json": {"file": "1"}}}
    assert told(mock) == [("example-invalid", f"{MEDIA}/application~1json/examples/file")]


@pytest.mark.parametrize(
    ("address", "data", "reason"),
    [
        pytest.param("none.json", b"", "there is no file none.json", id="there is no such file"),
        pytest.param("one.json", b"{", "Expecting property name enclosed in double quotes", id="no JSON"),
        pytest.param("one.json", b"NaN", "NaN is no number in JSON", id="a number that JSON does not have"),
        pytest.param(
            "http://127.0.0.1:9/x",
            b"",
            "127.0.0.1:9 is another host, which is not asked",
            id="a host that was not allowed",
        ),
    ],
)
def test_what_cannot_be_read_is_told_and_synthesised(
    address: str, data: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = {"application/json": example_at(address, schema={"const": 5})}
    mock = compiled_with(tmp_path, monkeypatch, content, {"one.json": data})
    assert answers(mock, tmp_path) == {"GET /a": {"200 application/json": {"": "5"}}}
    assert told(mock) == [("example-external", f"{MEDIA}/application~1json/examples/file/externalValue")]
    assert mock.findings[0].message.startswith(f"the example `file` at {address} is not served: ")
    assert reason in mock.findings[0].message


def test_bytes_that_are_no_text_are_served_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mock = compiled_with(tmp_path, monkeypatch, {"image/png": example_at("one.png")}, {"one.png": b"\x89PNG\xff\x00"})
    assert b"\x89PNG\xff\x00" in mock.bundle
    assert mock.findings == ()
