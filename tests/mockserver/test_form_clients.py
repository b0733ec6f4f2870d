"""Forms as real clients write them, sent to a real server: curl, requests, urllib3, and the bytes of browsers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import requests
import urllib3

from tests.mockserver.serving import Served, bundle_of, serving

CONTRACT = """\
openapi: 3.1.0
info: {title: Clients, version: '1'}
paths:
  /pets:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Pet'}}
          multipart/form-data:
            schema: {$ref: '#/components/schemas/Pet'}
            encoding: {photo: {contentType: image/png}, owner: {contentType: application/json}}
      responses: {'201': {description: made, content: {text/plain: {example: made}}}}
components:
  schemas:
    Pet:
      type: object
      required: [name, age]
      additionalProperties: false
      properties:
        name: {const: 'Zoë "the cat" & co'}
        age: {type: integer}
        tags: {type: array, items: {type: string}, minItems: 2}
        owner: {type: object, required: [name], properties: {name: {type: string}}}
        photo: {type: string, format: binary, minLength: 256, maxLength: 256}
"""
NAME = 'Zoë "the cat" & co'
PHOTO = bytes(range(256))
OWNER = json.dumps({"name": "Ada"})


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("clients") / "clients.bundle"
    path.write_bytes(bundle_of(CONTRACT))
    with serving(path) as served:
        yield address(served)


def address(served: Served) -> str:
    return f"http://127.0.0.1:{served.port}/pets"


def curl(url: str, *options: str) -> str:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("there is no curl")
    return subprocess.run([program, "-sS", *options, url], capture_output=True, check=True, text=True).stdout


def curl_form(url: str, folder: Path) -> str:
    return curl(url, "--data-urlencode", f"name={NAME}", "-d", "age=3", "-d", "tags=a", "-d", "tags=b")


def curl_parts(url: str, folder: Path) -> str:
    (folder / "rex.png").write_bytes(PHOTO)
    texts = ["--form-string", f"name={NAME}", "-F", "age=3", "-F", "tags=a", "-F", "tags=b"]
    return curl(url, *texts, "-F", f"owner={OWNER};type=application/json", "-F", f"photo=@{folder / 'rex.png'}")


def requests_form(url: str, folder: Path) -> str:
    return requests.post(url, data={"name": NAME, "age": 3, "tags": ["a", "b"], "owner": OWNER}, timeout=10).text


def requests_parts(url: str, folder: Path) -> str:
    files = {"photo": ("rex.png", PHOTO, "image/png"), "owner": (None, OWNER, "application/json")}
    return requests.post(url, data={"name": NAME, "age": 3, "tags": ["a", "b"]}, files=files, timeout=10).text


def urllib3_parts(url: str, folder: Path) -> str:
    fields: list[tuple[str, Any]] = [("name", NAME), ("age", "3"), ("tags", "a"), ("tags", "b")]
    fields.append(("photo", ("rex ü.png", PHOTO, "image/png")))
    return urllib3.request("POST", url, fields=fields, timeout=10).data.decode()


def standard_form(url: str, folder: Path) -> str:
    return posted(url, urlencode({"name": NAME, "age": 3, "tags": ["a", "b"]}, doseq=True).encode(), {})


def browser_parts(url: str, folder: Path) -> str:
    boundary = "----WebKitFormBoundaryK9gxWqtpTGTTlTAZ"
    texts = [("name", NAME), ("age", "3"), ("tags", "a"), ("tags", "b"), ("owner", OWNER)]
    start = f"--{boundary}\r\nContent-Disposition: form-data; name="
    head = "".join(f'{start}"{name}"\r\n\r\n{text}\r\n' for name, text in texts)
    file = f'{start}"photo"; filename="%22.png"\r\nContent-Type: image/png\r\n\r\n'
    body = (head + file).encode() + PHOTO + f"\r\n--{boundary}--\r\n".encode()
    return posted(url, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def posted(url: str, body: bytes, headers: Mapping[str, str]) -> str:
    with urlopen(Request(url, body, headers), timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    "send",
    [curl_form, curl_parts, requests_form, requests_parts, urllib3_parts, standard_form, browser_parts],
    ids=lambda send: send.__name__.replace("_", " "),
)
def test_what_a_client_sends_is_read(url: str, tmp_path: Path, send: Callable[[str, Path], str]) -> None:
    assert send(url, tmp_path) == "made"
