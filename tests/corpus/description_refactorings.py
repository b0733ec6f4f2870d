"""Refactorings of everything but the inside of schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from tests.corpus.counting import METHODS
from tests.corpus.refactoring import RESOURCES, Draft, Node, Refactoring, references
from tests.corpus.schema_refactorings import SCHEMAS

_ROOMS = {"parameter": "parameters", "response": "responses", "header": "headers", "request-body": "requestBodies"}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_TEXTS = {
    "operation": ("summary", "description"),
    "parameter": ("description",),
    "response": ("description",),
    "header": ("description",),
    "schema": ("description",),
    "info": ("description", "title"),
    "tag": ("description",),
    "security-scheme": ("description",),
}


def _extract(room: str) -> Any:
    def rewrite(draft: Draft, node: Node) -> bool:
        name = draft.name()
        draft.components.setdefault(room, {})[name] = dict(node)
        node.clear()
        node["$ref"] = f"#/components/{room}/{name}"
        return True

    return rewrite


def _inline(draft: Draft, node: Node) -> bool:
    target = draft.target(node)
    if not isinstance(target, dict):
        return False
    node.clear()
    node.update(deepcopy(target))
    return True


def _rename_components(draft: Draft, _: Node) -> bool:
    """Rename components of all rooms, where they are defined and wherever a reference names them."""
    pointers: dict[str, str] = {}
    for room in ("schemas", *_ROOMS.values()):
        components = draft.components.get(room, {})
        names = [name for name in sorted(components) if room != "schemas" or not _is_selected(draft, name)]
        for name in draft.chance.sample(names, min(len(names), 12)):
            new = draft.name()
            components[new] = components.pop(name)
            pointers[_pointer(room, name)] = _pointer(room, new)
    for node in references(draft.root):
        steps = node["$ref"].split("/")
        if fresh := pointers.get("/".join(steps[:4])):
            node["$ref"] = "/".join((fresh, *steps[4:]))
    for discriminator in draft.all("discriminator"):
        mapping = discriminator.get("mapping", {})
        mapping.update({value: pointers.get(target, target) for value, target in mapping.items()})
    return bool(pointers)


def _pointer(room: str, name: str) -> str:
    return f"#/components/{room}/" + name.replace("~", "~0").replace("/", "~1")


def _is_selected(draft: Draft, name: str) -> bool:
    """Tell whether a discriminator may know the component by its name, or its name is written in two ways."""
    if not re.fullmatch(r"[\w.-]+", name, re.ASCII):
        return True
    schema = draft.components["schemas"][name]
    discriminators = list(draft.all("discriminator"))
    if not discriminators or not isinstance(schema, dict):
        return False
    mapped = any(name in one.get("mapping", {}).values() for one in discriminators)
    branches = (node.get("$ref") for node in draft.all("schema reference") if id(node) in draft.selected)
    inherits = any(isinstance(part, dict) and "$ref" in part for part in schema.get("allOf", ()))
    return mapped or inherits or "discriminator" in schema or _pointer("schemas", name) in set(branches)


def _rename_schemes(draft: Draft, _: Node) -> bool:
    schemes = draft.components.get("securitySchemes", {})
    names = {name: draft.name() for name in list(schemes)}
    for name, fresh in names.items():
        schemes[fresh] = schemes.pop(name)
    for holder in (draft.root, *draft.all("operation")):
        for requirement in holder.get("security", ()):
            for name in list(requirement):
                requirement[names.get(name, name)] = requirement.pop(name)
    return bool(names)


def _global_security_to_operations(draft: Draft, root: Node) -> bool:
    if "security" not in root:
        return False
    security = root.pop("security")
    for operation in draft.all("operation"):
        operation.setdefault("security", deepcopy(security))
    return True


def _security_of_operations_to_global(draft: Draft, root: Node) -> bool:
    operations = list(draft.all("operation"))
    if "security" in root or not operations or any("security" not in one for one in operations):
        return False
    root["security"] = deepcopy(operations[0]["security"])
    for operation in operations:
        if operation["security"] == root["security"]:
            del operation["security"]
    return True


def _reorder_security(draft: Draft, operation: Node) -> bool:
    requirements = operation.get("security", [])
    draft.chance.shuffle(requirements)
    return len(requirements) > 1


def _operations(item: Node) -> list[Node]:
    return [item[method] for method in METHODS if isinstance(item.get(method), dict)]


def _keys(draft: Draft, holder: Node) -> list[Any]:
    """Return location and name of each parameter in the list, None for a broken one."""
    found = map(draft.target, holder.get("parameters", ()))
    return [(one.get("in"), str(one.get("name")).lower()) if isinstance(one, dict) else None for one in found]


def _is_plain(draft: Draft, holder: Node) -> bool:
    keys = _keys(draft, holder)
    return None not in keys and len(set(keys)) == len(keys)


def _reorder_parameters(draft: Draft, holder: Node) -> bool:
    if len(holder.get("parameters", ())) < 2 or not _is_plain(draft, holder):
        return False
    draft.chance.shuffle(holder["parameters"])
    return True


def _parameter_to_path(draft: Draft, item: Node) -> bool:
    """Move a parameter that all operations of a path have to the path."""
    operations = _operations(item)
    if "$ref" in item or not operations or not all(_is_plain(draft, one) for one in (item, *operations)):
        return False
    for entry in list(operations[0].get("parameters", ())):
        key = _keys(draft, {"parameters": [entry]})[0]
        if key not in _keys(draft, item) and all(entry in one.get("parameters", ()) for one in operations):
            item.setdefault("parameters", []).append(entry)
            for one in operations:
                one["parameters"].remove(entry)
            return True
    return False


def _parameters_to_operations(draft: Draft, item: Node) -> bool:
    """Write the parameters of a path at each of its operations."""
    operations = _operations(item)
    if "$ref" in item or "parameters" not in item or not all(_is_plain(draft, one) for one in (item, *operations)):
        return False
    shared = list(zip(_keys(draft, item), item.pop("parameters"), strict=True))
    for one in operations:
        own = _keys(draft, one)
        one["parameters"] = [*one.get("parameters", ()), *(deepcopy(entry) for key, entry in shared if key not in own)]
    return True


def _rename_variable(draft: Draft, item: Node) -> bool:
    """Rename a variable of a path, unless a link or the expression of a callback may know it."""
    paths = draft.root["paths"]
    template = next((key for key, value in paths.items() if value is item), "")
    shapes = [re.sub(r"\{[^{}]*\}", "{}", one) for one in paths]
    names = re.findall(r"\{([^{}]*)\}", template)
    if not names or shapes.count(re.sub(r"\{[^{}]*\}", "{}", template)) > 1 or len(set(names)) < len(names):
        return False
    if "$ref" in item or any(draft.all("link")) or any(draft.all("callback")):
        return False
    old, fresh = draft.chance.choice(names), draft.name()
    paths[template.replace(f"{{{old}}}", f"{{{fresh}}}")] = paths.pop(template)
    for holder in (item, *_operations(item)):
        for index, entry in enumerate(holder.get("parameters", ())):
            parameter = draft.target(entry)
            if isinstance(parameter, dict) and (parameter.get("in"), parameter.get("name")) == ("path", old):
                holder["parameters"][index] = {**deepcopy(parameter), "name": fresh}
    return True


def _header_case(draft: Draft, parameter: Node) -> bool:
    name = parameter.get("name")
    if parameter.get("in") != "header" or not isinstance(name, str) or name.lower() in _IGNORED_HEADERS:
        return False
    parameter["name"] = other = _other_case(draft, name)
    return other != name


def _answer_header_case(draft: Draft, response: Node) -> bool:
    return _rekey(draft, response, "headers", _other_case)


def _media_type(draft: Draft, holder: Node) -> bool:
    return _rekey(draft, holder, "content", _other_writing)


def _rekey(draft: Draft, holder: Node, field: str, other: Any) -> bool:
    """Write the keys of a map otherwise, in another order, where no two are one after all."""
    named = holder.get(field)
    if not isinstance(named, dict) or not named or len({_essence(key) for key in named}) < len(named):
        return False
    written = [(other(draft, key), value) for key, value in named.items()]
    draft.chance.shuffle(written)
    holder[field] = dict(written)
    return [*named] != [*holder[field]]


def _essence(name: str) -> str:
    return re.sub(r"\s", "", name).lower()


def _other_case(draft: Draft, name: str) -> str:
    return draft.chance.choice((name.lower(), name.upper(), name.swapcase()))


def _other_writing(draft: Draft, name: str) -> str:
    essence, *parameters = name.split(";")
    return draft.chance.choice((";", "; ", " ;")).join((_other_case(draft, essence), *map(str.strip, parameters)))


def _reorder_members(draft: Draft, _: Node) -> bool:
    """Shuffle the maps of a description: paths, components, statuses."""
    holders = (draft.root["paths"], *draft.components.values(), *draft.all("responses"), *draft.all("path-item"))
    for holder in holders:
        if isinstance(holder, dict):
            shuffled = draft.chance.sample(list(holder.items()), len(holder))
            holder.clear()
            holder.update(shuffled)
    return True


def _parameter_defaults(_: Draft, parameter: Node) -> bool:
    where = parameter.get("in")
    if where not in _STYLES or "content" in parameter or "schema" not in parameter:
        return False
    style = parameter.setdefault("style", _STYLES[where])
    parameter.setdefault("explode", style == "form")
    parameter.setdefault("deprecated", False)
    if where != "path":
        parameter.setdefault("required", False)
    if where == "query":
        parameter.setdefault("allowEmptyValue", False)
        parameter.setdefault("allowReserved", False)
    return True


def _header_defaults(_: Draft, header: Node) -> bool:
    flags = {"required": False, "deprecated": False}
    return _set_defaults(header, {**flags, "style": "simple", "explode": False} if "schema" in header else flags)


def _body_defaults(_: Draft, body: Node) -> bool:
    return _set_defaults(body, {"required": False})


def _answer_defaults(_: Draft, response: Node) -> bool:
    return _set_defaults(response, {"headers": {}, "content": {}, "links": {}})


def _operation_defaults(_: Draft, operation: Node) -> bool:
    return _set_defaults(operation, {"deprecated": False, "parameters": [], "callbacks": {}})


def _root_defaults(_: Draft, root: Node) -> bool:
    return _set_defaults(root, {"servers": [{"url": "/"}], "security": [], "tags": []})


def _set_defaults(node: Node, defaults: Node) -> bool:
    missing = {field: value for field, value in defaults.items() if field not in node}
    node.update(missing)
    return bool(missing)


def _add_components(draft: Draft, _: Node) -> bool:
    draft.components.setdefault("schemas", {})[draft.name()] = {"type": "object", "required": ["a"]}
    draft.components.setdefault("parameters", {})[draft.name()] = {"name": "a", "in": "query", "schema": {}}
    draft.components.setdefault("responses", {})[draft.name()] = {"description": "nothing uses it"}
    return True


def _remove_components(draft: Draft, _: Node) -> bool:
    """Remove components that nothing refers to."""
    used = {node["$ref"] for node in references(draft.root)}
    unused = list(_unused(draft, used))
    for room, name in unused:
        del draft.components[room][name]
    return bool(unused)


def _unused(draft: Draft, used: Iterable[str]) -> Iterator[tuple[str, str]]:
    heads = {"/".join(reference.split("/")[:4]) for reference in used}
    for room in ("schemas", *_ROOMS.values()):
        for name, component in draft.components.get(room, {}).items():
            movable = isinstance(component, dict) and RESOURCES.isdisjoint(component)
            known = room == "schemas" and _is_selected(draft, name)
            if movable and not known and _pointer(room, name) not in heads:
                yield room, name


def _texts(kind: str) -> Any:
    def rewrite(draft: Draft, node: Node) -> bool:
        for field in _TEXTS[kind]:
            node[field] = f"{draft.name()} says it otherwise."
        node["x-note"] = {"of": draft.name()}
        return "$ref" not in node

    return rewrite


def _examples(draft: Draft, node: Node) -> bool:
    node.pop("examples", None)
    node["example"] = draft.name()
    return True


def _to_3_1(draft: Draft, root: Node) -> bool:
    """Write a description of OpenAPI 3.0 as one of 3.1."""
    root["openapi"] = "3.1.0"
    for reference in draft.all("schema reference"):
        for keyword in reference.keys() - {"$ref"}:
            del reference[keyword]
    for schema in draft.all("schema"):
        for keyword in ("$id", "$schema", "$anchor", "id"):
            schema.pop(keyword, None)
        if schema.pop("nullable", None) is True and isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)
    draft.version = "3.1"
    return True


TO_3_1 = Refactoring("OpenAPI 3.1 for 3.0", "description", _to_3_1, ("3.0",))
"""It goes before all others that need OpenAPI 3.1; whoever applies it to both sides compares two of 3.1."""

DESCRIPTIONS = (
    *(Refactoring(f"{kind} extracted", kind, _extract(room)) for kind, room in _ROOMS.items()),
    *(Refactoring(f"{kind} inlined", f"{kind} reference", _inline) for kind in _ROOMS),
    Refactoring("components renamed", "description", _rename_components),
    Refactoring("security schemes renamed", "description", _rename_schemes),
    Refactoring("global security moved to operations", "description", _global_security_to_operations),
    Refactoring("security of operations made global", "description", _security_of_operations_to_global),
    Refactoring("alternatives of security reordered", "operation", _reorder_security),
    Refactoring("parameters reordered", "operation", _reorder_parameters),
    Refactoring("parameter moved to its path", "path-item", _parameter_to_path),
    Refactoring("parameters of a path moved to operations", "path-item", _parameters_to_operations),
    Refactoring("path variable renamed", "path-item", _rename_variable),
    Refactoring("case of a header parameter", "parameter", _header_case),
    Refactoring("case of response headers", "response", _answer_header_case),
    Refactoring("writing of media types of a response", "response", _media_type),
    Refactoring("writing of media types of a request", "request-body", _media_type),
    Refactoring("members reordered", "description", _reorder_members),
    Refactoring("defaults of parameters written out", "parameter", _parameter_defaults),
    Refactoring("defaults of headers written out", "header", _header_defaults),
    Refactoring("defaults of bodies written out", "request-body", _body_defaults),
    Refactoring("defaults of responses written out", "response", _answer_defaults),
    Refactoring("defaults of operations written out", "operation", _operation_defaults),
    Refactoring("defaults of descriptions written out", "description", _root_defaults),
    Refactoring("unused components added", "description", _add_components),
    Refactoring("unused components removed", "description", _remove_components),
    *(Refactoring(f"texts of {kind} changed", kind, _texts(kind)) for kind in _TEXTS),
    *(Refactoring(f"examples of {kind} changed", kind, _examples) for kind in ("schema", "parameter", "media-type")),
)

ALL = (*SCHEMAS, *DESCRIPTIONS)
"""All refactorings but the one that changes the version."""
