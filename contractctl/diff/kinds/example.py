"""The examples of the catalogue as whole descriptions, and what a diff of them proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

from contractctl.core.json import Json, is_object
from contractctl.diff.kinds.catalogue import Kind, Part

if TYPE_CHECKING:
    from contractctl.contract.model import Contract
    from contractctl.core.changes import Verdict

_HEAD: Mapping[str, Json] = {"openapi": "3.1.0", "info": {"title": "Example", "version": "1"}}


def example_verdicts(kind: Kind) -> tuple[Verdict, ...]:
    """Compare the two sides of the example of a kind."""
    from contractctl.diff import diff_contracts

    return diff_contracts(_contract(kind.part, kind.base), _contract(kind.part, kind.revision))


def _contract(part: Part, text: str) -> Contract:
    import json

    import yaml

    from contractctl.contract.build import build_contract
    from contractctl.source.parse import parse_document

    description = {**_HEAD, **_around(part, yaml.safe_load(text))}
    return build_contract(parse_document("example.json", json.dumps(description).encode())).contract


def _around(part: Part, value: Json) -> Mapping[str, Json]:
    """Return the description that holds a part: a schema travels in `POST /pets`, an operation is `PUT /pets/{id}`."""
    match part:
        case "schema":
            content: Json = {"application/json": {"schema": value}}
            body: Json = {"required": True, "content": content}
            response: Json = {"200": {"description": "Done", "content": content}}
            return {"paths": {"/pets": {"post": {"requestBody": body, "responses": response}}}}
        case "operation":
            responses: Json = {"200": {"description": "A pet"}}
            return {"paths": {"/pets/{id}": {"put": {"responses": responses, **(value if is_object(value) else {})}}}}
        case "description":
            return value if is_object(value) else {}
        case _:
            assert_never(part)
