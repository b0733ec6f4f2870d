"""What Python distributions carry inside compiled files, such as crates: bills of materials of their own tell it.

Sources: PEP 770 (`.dist-info/sboms/`); CycloneDX 1.5, `components`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.json import Json, is_array, is_object, read_json, text_at
from contractctl.image.sbom.component import Component
from contractctl.image.sbom.contents import Contents
from contractctl.image.sbom.licences import spdx_expression

_FOLDER = ".dist-info/sboms/"
_OWN = "download_url=file:"
"""Marks crates that are parts of the distribution itself."""


def carried_software(contents: Contents) -> Iterator[Component]:
    """Yield what is carried, in the order of the package URLs, each once. Other forms of such bills are passed over."""
    tellers: dict[str, list[str]] = {}
    told: dict[str, Mapping[str, Json]] = {}
    for path, text in sorted(contents.records.items()):
        if _FOLDER in path:
            for component in _components(text):
                purl = text_at(component, "purl")
                told.setdefault(purl, component)
                tellers.setdefault(purl, []).append(path)
    for purl, component in sorted(told.items()):
        yield _carried(component, tuple(tellers[purl]))


def _components(text: str) -> Iterator[Mapping[str, Json]]:
    try:
        document = read_json(text)
    except ValueError:
        return
    if is_object(document) and text_at(document, "bomFormat") == "CycloneDX":
        components = document.get("components")
        for component in components if is_array(components) else ():
            if is_object(component) and _is_shipped(component):
                yield component


def _is_shipped(component: Mapping[str, Json]) -> bool:
    purl = text_at(component, "purl")
    is_named = purl.startswith("pkg:") and len(purl.split()) == 1 and bool(text_at(component, "name"))
    return is_named and _OWN not in purl and text_at(component, "scope") in {"", "required"}


def _carried(component: Mapping[str, Json], tellers: tuple[str, ...]) -> Component:
    said = " AND ".join(_licences(component))
    known = spdx_expression(said)
    return Component(
        text_at(component, "name"),
        text_at(component, "version"),
        "LIBRARY",
        text_at(component, "purl"),
        licence=known,
        said="" if known else said,
        source=f"told by {', '.join(tellers)}",
        within=tellers,
    )


def _licences(component: Mapping[str, Json]) -> Iterator[str]:
    entries = component.get("licenses")
    for entry in entries if is_array(entries) else ():
        if is_object(entry):
            licence = entry.get("license")
            named = text_at(licence, "id") or text_at(licence, "name") if is_object(licence) else ""
            if said := text_at(entry, "expression") or named:
                yield said
