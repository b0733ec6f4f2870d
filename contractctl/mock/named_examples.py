"""Named request examples: a request that equals one gets the response example of the same name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contractctl.contract.model import Operation
from contractctl.core.json import Json, is_array, is_object


def named_examples(operation: Operation, responses: Iterable[Json]) -> list[Json]:
    """Return the NAMED of an operation, in the contract's order; `responses` are its records.

    Names that no response has lead nowhere and are left out.
    """
    answered = set(_answered(responses))
    parameters: dict[str, list[Json]] = {}
    for parameter in operation.parameters:
        for example in parameter.examples:
            if example.name in answered and example.has_value:
                told: list[Json] = [parameter.location, parameter.name, example.value]
                parameters.setdefault(example.name, []).append(told)
    found: list[Json] = []
    for media in operation.body.content if operation.body else ():
        for example in media.examples:
            if example.name in answered and example.has_value:
                others = parameters.get(example.name, [])
                found.append(_record(example.name, others, {"media": media.name, "body": example.value}))
    with_body = {one["name"] for one in found if is_object(one)}
    found.extend(_record(name, given, {}) for name, given in parameters.items() if name not in with_body)
    return found


def _record(name: str, parameters: list[Json], body: dict[str, Json]) -> dict[str, Json]:
    return {"name": name, **body, **({"parameters": parameters} if parameters else {})}


def _answered(responses: Iterable[Json]) -> Iterator[str]:
    """Yield the names of the examples that can be sent."""
    for response in responses:
        content = response.get("content") if is_object(response) else None
        for entry in content if is_array(content) else ():
            examples = entry.get("examples") if is_object(entry) else None
            for example in examples if is_array(examples) else ():
                if is_object(example) and isinstance(example["name"], str) and example["name"]:
                    yield example["name"]
