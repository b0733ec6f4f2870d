"""Contracts made from fragments, and verdicts as short lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from contractctl.contract.build import build_contract
from contractctl.contract.model import Contract
from contractctl.core.changes import Verdict
from contractctl.diff import diff_contracts
from contractctl.source.parse import parse_document

PAIRS = Path(__file__).parent / "pairs"


def contract(description: Mapping[str, Any], uri: str = "openapi.json") -> Contract:
    """Build the contract of a description; `openapi` and `info` may be left out."""
    whole = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, **description}
    return build_contract(parse_document(uri, json.dumps(whole).encode())).contract


def with_schema(schema: Any, components: Mapping[str, Any] | None = None, openapi: str = "3.1.0") -> Contract:
    """Return a contract whose `POST /things` takes and gives the schema."""
    content = {"application/json": {"schema": schema}}
    operation = {
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "", "content": content}},
    }
    paths = {"/things": {"post": operation}}
    return contract({"openapi": openapi, "paths": paths, "components": {"schemas": components or {}}})


def with_operation(operation: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> Contract:
    """Return a contract whose `GET /things/{id}` is this."""
    responses = {"200": {"description": ""}}
    return contract({"paths": {"/things/{id}": {"get": {"responses": responses, **operation}}}, **(extra or {})})


def lines(verdicts: tuple[Verdict, ...]) -> list[str]:
    """Return `breaking request-property-removed` and so on, sorted."""
    return sorted(f"{verdict.impact} {verdict.change.kind}" for verdict in verdicts)


def diff_lines(base: Contract, revision: Contract) -> list[str]:
    """Compare and return the short lines."""
    return lines(diff_contracts(base, revision))


def table(name: str) -> list[Any]:
    """Read a table of pairs."""
    cases = yaml.safe_load((PAIRS / name).read_text("utf-8"))
    assert isinstance(cases, list)
    return cases
