"""Descriptions of Swagger 2.0 put together from their parts, and those that trios/ has in several versions."""

from __future__ import annotations

from pathlib import Path

import yaml

from contractctl.contract.build import BuiltContract
from contractctl.contract.model import Operation
from contractctl.core.json import Json
from tests.contract.descriptions import FULL_VERSION, build_root, told

TRIOS = {path.stem: path for path in sorted((Path(__file__).parent / "trios").glob("*.yaml"))}
_INFO = {"title": "T", "version": "1"}


def build_swagger(text: str) -> BuiltContract:
    """Build a description that is given as YAML without its head."""
    return build_root({"swagger": "2.0", "info": _INFO, **yaml.safe_load(text)})


def swagger_operation(fields: str, root: str = "") -> tuple[Operation, list[tuple[str, str]]]:
    """Return `POST /a` with these fields, and what was told."""
    built = build_swagger(f"paths: {{/a: {{post: {fields}}}}}\n{root}")
    return built.contract.operations[0], told(built)


def trio(name: str) -> dict[str, Json]:
    """Return the description of each version that the file of this name has, the oldest first.

    The file has each without its head, and one text for versions that say it in the same words.
    """
    found: dict[str, Json] = {}
    for versions, root in yaml.safe_load(TRIOS[name].read_text()).items():
        for version in versions.split():
            head = {"swagger": "2.0"} if version == "2.0" else {"openapi": FULL_VERSION[version]}
            found[version] = {**head, "info": _INFO, **root}
    return found
