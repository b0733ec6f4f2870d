"""Descriptions to build from: short ones put together, and one that uses every object and field of OpenAPI 3.2."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contractctl.contract.build import BuiltContract, build_contract
from contractctl.contract.model import Operation
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Place, Pointer
from contractctl.source.document import Document
from contractctl.source.marks import Marks
from contractctl.source.parse import parse_document

FULL_VERSION = {"3.0": "3.0.4", "3.1": "3.1.1", "3.2": "3.2.0"}


def place(pointer: str) -> Place:
    """Return a place of the description that is built here."""
    return Place("openapi.yaml", Pointer.parse(pointer))


def read(text: str) -> Mapping[str, Json]:
    """Return the object that a YAML text stands for."""
    root = parse_document("openapi.yaml", text.encode()).root
    assert is_object(root)
    return root


def build_root(root: Json) -> BuiltContract:
    """Build a description that is given as a value."""
    return build_contract(Document("openapi.yaml", root, "", (), lambda: Marks("")))


def build(text: str, version: str = "3.1") -> BuiltContract:
    """Build a description of `version`, given as YAML without its head."""
    return build_root({"openapi": FULL_VERSION[version], "info": {"title": "T", "version": "1"}, **read(text)})


def operation(text: str, version: str = "3.1", components: str = "{}") -> tuple[Operation, list[tuple[str, str]]]:
    """Return `GET /a` with these fields, given as YAML, and what was told."""
    built = build_root(
        {
            "openapi": FULL_VERSION[version],
            "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": read(text)}},
            "components": read(components),
        }
    )
    return built.contract.operations[0], told(built)


def told(built: BuiltContract) -> list[tuple[str, str]]:
    """Return rule and pointer of what was told."""
    return [(finding.rule, str(finding.location.place.pointer)) for finding in built.findings]


def complete(version: str) -> dict[str, Json]:
    """Return a description with every object and field of `version`, of which nothing is told."""
    text = (Path(__file__).parent / "complete.yaml").read_text()
    return {"openapi": FULL_VERSION[version], **read(_of_version(text, version))}


def _of_version(text: str, version: str) -> str:
    """Keep the lines that are of no version (`# 3.1+` at their ends) or of one that is not later."""
    lines = (line.partition("  # ") for line in text.splitlines())
    return "\n".join(line for line, _, since in lines if not since or since.removesuffix("+") <= version)
