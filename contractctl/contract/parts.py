"""What the versions of OpenAPI say differently: the parts of an operation, servers, security schemes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from contractctl.contract.model import Body, Parameter, Response, SecurityScheme, Server
from contractctl.contract.node import Node, Tell, malformed
from contractctl.contract.references import References, Unresolved
from contractctl.core.findings import Finding, Severity
from contractctl.core.locations import Location, Place
from contractctl.core.patterns import pattern

Listed: TypeAlias = tuple[Node, Parameter]
"""A parameter, and the entry of a list that names it."""
_CHAIN_LIMIT = 50
_KINDS = frozenset(("parameters", "requestBodies", "responses", "headers", "links", "callbacks", "examples"))
_COMPONENTS = _KINDS | {"schemas", "definitions", "securitySchemes", "pathItems", "mediaTypes"}
_STATUS = pattern(r"[1-5]([0-9][0-9]|XX)|default")


class Parts(Protocol):
    """Builds parts from nodes. A referenced component is built once and shared; what is malformed is told."""

    def servers(self, owner: Node) -> tuple[Server, ...]:
        """Return the servers that a description, path item or operation names itself, in order."""

    def request(self, item: Sequence[Node], operation: Node) -> tuple[tuple[Parameter, ...], Body | None]:
        """Return the parameters of an operation, those of its path item first, and what its requests carry.

        A parameter of the operation takes the place of one of the path item with equal name and location (OpenAPI
        3.1.1 §4.8.10). `item` are the layers of the path item, see `path_item`.
        """

    def responses(self, operation: Node) -> tuple[Response, ...]:
        """Return the documented answers of an operation, in order."""

    def schemes(self) -> Iterator[SecurityScheme]:
        """Yield the security schemes of the description, in order."""


def follow(references: References, node: Node) -> Node | None:
    """Return the node that is meant: the target of a Reference Object, or the node itself.

    A reference that leads nowhere or in a circle is told and gives None.
    """
    nodes = reference_chain(references, node)
    return nodes[-1] if nodes else None


def reference_chain(references: References, node: Node) -> tuple[Node, ...]:
    """Return a node and what its references lead to, one after another; the last one is what is meant.

    Empty where they lead nowhere or in a circle, which is told.
    """
    if not node.has("$ref"):
        return (node,)
    nodes = [node]
    while nodes[-1].has("$ref"):
        target = _referenced(references, nodes[-1])
        if target is None:
            references.unresolved.add(node.at / "$ref")
            return ()
        if len(nodes) > _CHAIN_LIMIT:
            target.tell(_circle(target))
            return ()
        _check_kind(references, nodes[-1], target)
        nodes.append(target)
    return tuple(nodes)


def _check_kind(references: References, node: Node, target: Node) -> None:
    """Tell of a reference to a component of another kind, which is taken for what is due all the same."""
    *_, holder, name = ("", "", *node.at.pointer.tokens)
    due = "requestBodies" if name == "requestBody" and holder not in _KINDS else holder
    found = target.at.pointer.tokens
    if found[:1] == ("components",):
        found = found[1:]
    if due not in _KINDS or len(found) != 2 or found[0] not in _COMPONENTS or found[0] == due:
        return
    if references.is_description(target.at.uri):
        references.misled.add(target.at)
        message = f"`{node.get('$ref')}` is one of the {found[0]}; one of the {due} is due here"
        hint = "refer to a part of the right kind"
        node.tell(Finding("reference-wrong-kind", Severity.ERROR, message, Location(node.at / "$ref"), hint))


def target_node(references: References, reference: str, at: Place, tell: Tell) -> Node | None:
    """Return what a reference leads to, which is written at `at`; None for one that leads nowhere, which is told."""
    try:
        target = references.target(reference, at)
    except Unresolved as unresolved:
        for finding in unresolved.findings:
            tell(finding)
        return None
    return Node(target.value, target.at, tell)


def path_item(references: References, node: Node) -> tuple[Node, ...]:
    """Return a path item as layers: what is written, then what its `$ref` adds. Empty for one that is malformed.

    Of a field that stands in several layers OpenAPI says nothing (3.1.1 §4.8.9); the first layer counts.
    """
    layers: dict[Place, Node] = {}
    meant: Node | None = node
    while meant is not None and meant.is_object("a path item"):
        if meant.at in layers or len(layers) > _CHAIN_LIMIT:
            meant.tell(_circle(meant))
            break
        layers[meant.at] = meant
        meant = _referenced(references, meant) if meant.has("$ref") else None
    return tuple(layers.values())


def merged_parameters(shared: Iterable[Listed], own: Iterable[Listed]) -> tuple[Parameter, ...]:
    """Return the parameters of a path item and of an operation as one list, those of the operation in their places.

    Two are the same by name and location, header names without their case (RFC 9110 §5.1). One list must not name
    one twice; where it does, the first counts and the other is told.
    """
    return tuple({**_by_identity(shared), **_by_identity(own)}.values())


def _by_identity(listed: Iterable[Listed]) -> dict[tuple[str, str], Parameter]:
    parameters: dict[tuple[str, str], Parameter] = {}
    for node, parameter in listed:
        name = parameter.name.lower() if parameter.location == "header" else parameter.name
        if (parameter.location, name) in parameters:
            message = f"{parameter.location} parameter `{parameter.name}` is declared twice; the first one counts"
            hint = "remove or rename one of them"
            node.tell(Finding("parameter-duplicate", Severity.ERROR, message, Location(node.at), hint))
        parameters.setdefault((parameter.location, name), parameter)
    return parameters


def unidentified(node: Node, places: str) -> Finding:
    """Make the finding for a parameter without a name or a location; `places` are the locations that there are."""
    if node.get("name") == "":
        return malformed(node.at / "name", "the `name` of the parameter is empty; it is skipped", "give it a name")
    return malformed(node.at, f"a parameter needs a `name` and an `in` ({places}); it is skipped")


def status_code(name: str, node: Node) -> str | None:
    """Return a key of Responses as the model has it (`200`, `2XX`, `default`); None for no such thing, which is told.

    Ranges are taken in lower case, too, though OpenAPI 3.1.1 §4.8.16 writes them in upper case only.
    """
    status = name if name == "default" else name.upper()
    if _STATUS.fullmatch(status):
        return status
    message = f"`{name}` is not a status code; the response is skipped"
    node.tell(malformed(node.at, message, "use a code such as `200`, a range such as `2XX`, or `default`"))
    return None


def _referenced(references: References, node: Node) -> Node | None:
    """Return what the `$ref` of a node leads to, or tell and return None."""
    reference = node.get("$ref")
    if not isinstance(reference, str):
        node.tell(malformed(node.at / "$ref", "`$ref` must be a string; it is not followed"))
        return None
    return target_node(references, reference, node.at / "$ref", node.tell)


def _circle(node: Node) -> Finding:
    return malformed(node.at, "the reference goes in a circle; it is skipped")
