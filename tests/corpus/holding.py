"""What a contract holds, in the words of the independent count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from contractctl.contract.model import Contract, Operation, Schema
from contractctl.contract.subschemas import placed_subschemas
from contractctl.core.locations import Pointer
from tests.corpus.counting import Count, Facts, parameter_key


def holding(contract: Contract) -> Count:
    return Count(
        operations={
            f"{room} {operation.title}": facts(operation)
            for room, operations in (("paths", contract.operations), ("webhooks", contract.webhooks))
            for operation in operations
        },
        security_schemes=frozenset(scheme.name for scheme in contract.security_schemes),
        component_schemas=frozenset(component_names(contract)),
        schemas=frozenset(inner for schema in schemas(contract) for inner in pointers(schema)),
    )


def facts(operation: Operation) -> Facts:
    answers = {f"{one.status.upper()} {media.name}" for one in operation.responses for media in one.content}
    requests = {f"request {media.name}" for media in operation.body.content} if operation.body else set()
    return Facts(
        parameters=frozenset(parameter_key(one.location, one.name) for one in operation.parameters),
        responses=frozenset(response.status.upper() for response in operation.responses),
        media_types=frozenset(answers | requests),
    )


def component_names(contract: Contract) -> Iterator[str]:
    for schema in contract.definitions.values():
        match schema.at.pointer.tokens:
            case ("components", "schemas", name):
                yield name


def schemas(contract: Contract) -> Iterator[Schema]:
    """Yield every root schema at any depth of the model, found by looking at all fields of all parts."""
    seen: set[int] = set()
    waiting: list[object] = [contract]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, Schema):
            yield part
        elif is_dataclass(part) and id(part) not in seen:
            seen.add(id(part))
            waiting.extend(getattr(part, one.name) for one in fields(part))
    yield from contract.definitions.values()


def pointers(schema: Schema) -> Iterator[str]:
    """Yield where the schemas stand that are more than a reference: this one and those inside it."""
    value = schema.value
    if not isinstance(value, Mapping):
        return
    for tokens, inner in placed_subschemas(value, schema.at.pointer.tokens):
        if inner.keys() != {"$ref"}:
            yield str(Pointer(tokens))
