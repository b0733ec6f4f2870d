"""The digest of a contract's content: equal for JSON and YAML, untouched by key order and by `info.version`."""

from __future__ import annotations

import hashlib

from contractctl.core.json import Json, is_object
from contractctl.source.document import Document


def content_digest(document: Document, *others: Document) -> str:
    """Return `c1:sha256:…` over the canonical JSON of the description without `info.version`.

    Canonical is: keys sorted by code point, no blanks, UTF-8, a number that is whole written as an integer. `others`
    are the documents that it refers to (`BuiltContract.documents`), in any order; they count under their relative
    names, so that a description has one digest in whatever folder it lies.
    """
    import orjson

    root = document.root
    if is_object(root) and is_object(info := root.get("info")):
        root = {**root, "info": {key: value for key, value in info.items() if key != "version"}}
    if others:
        root = {"": root, **{document.neighbours.relative(other.uri): other.root for other in others}}
    text = orjson.dumps(_canonical(root), option=orjson.OPT_SORT_KEYS)
    return "c1:sha256:" + hashlib.sha256(text).hexdigest()


def _canonical(value: Json) -> Json:
    """Return the value with integers for whole floats and text for integers that orjson does not write."""
    if is_object(value):
        return {key: _canonical(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return _canonical(int(value))
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return f"{value}"
    return value
