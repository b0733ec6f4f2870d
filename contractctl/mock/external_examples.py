"""Examples that lie elsewhere (`externalValue`), put into the contract before it is compiled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from contractctl.contract.media_types import essence
from contractctl.contract.model import Body, Contract, Example, MediaType, Operation
from contractctl.core.failures import DeliveryFailure
from contractctl.core.locations import Place
from contractctl.encodings.media import kind_of
from contractctl.mock.telling import Told, warning
from contractctl.source.document import Unreachable

Fetch: TypeAlias = Callable[[str, str], bytes]
"""Gives the bytes of what a reference names in the document of a name. Raises Unreachable or DeliveryFailure."""


def no_files(base: str, reference: str) -> bytes:
    """Read nothing: the contract was given without its files."""
    raise Unreachable("reference-forbidden", f"{base} was given without `{reference}`", hint="give it as a file")


def with_external_examples(contract: Contract, fetch: Fetch, told: Told) -> Contract:
    """Return the contract with the values of its external examples; what cannot be had is told and left out."""
    reader = _Reader(fetch, told)
    operations = tuple(map(reader.operation, contract.operations))
    return replace(contract, operations=operations) if reader.known else contract


class _Reader:
    """Reads each example once."""

    def __init__(self, fetch: Fetch, told: Told) -> None:
        self._fetch = fetch
        self._told = told
        self.known: dict[tuple[Place, str], Example | None] = {}

    def operation(self, operation: Operation) -> Operation:
        responses = tuple(
            replace(response, content=self._media(response.content, operation)) if response.content else response
            for response in operation.responses
        )
        return replace(operation, responses=responses, body=self._body(operation))

    def _body(self, operation: Operation) -> Body | None:
        body = operation.body
        return replace(body, content=self._media(body.content, operation)) if body else None

    def _media(self, content: Iterable[MediaType], operation: Operation) -> tuple[MediaType, ...]:
        return tuple(
            replace(media, examples=tuple(self._examples(media, operation)))
            if any(map(_is_external, media.examples))
            else media
            for media in content
        )

    def _examples(self, media: MediaType, operation: Operation) -> Iterable[Example]:
        for example in media.examples:
            if not _is_external(example):
                yield example
                continue
            key = (example.at, media.name)
            if key not in self.known:
                self.known[key] = self._read(example, media, operation)
            if (read := self.known[key]) is not None:
                yield read

    def _read(self, example: Example, media: MediaType, operation: Operation) -> Example | None:
        address = (example.external or "").partition("#")[0]
        try:
            return _written(example, self._fetch(example.at.uri, address), media.name)
        except (Unreachable, DeliveryFailure, ValueError) as reason:
            hint = "" if isinstance(reason, ValueError) else reason.hint
            message = f"the example `{example.name}` at {example.external} is not served: {reason}"
            at = example.at / "externalValue"
            self._told.tell(warning("example-external", at, message, hint=hint, operation=operation.title))
            return None


def _is_external(example: Example) -> bool:
    return not example.has_value and example.serialized is None and bool(example.external)


def _written(example: Example, data: bytes, media: str) -> Example:
    """Return the example that the bytes of a file are; raise ValueError for what is not of the media type."""
    kind = kind_of(essence(media))
    if kind == "json":
        return replace(example, value=json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant), has_value=True)
    if kind in {"form", "multipart", "binary"}:
        return replace(example, serialized=data.decode("utf-8", "surrogateescape"))
    return replace(example, value=data.decode("utf-8", "replace"), has_value=True)


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number in JSON")
