"""Rules about paths and the variables in them."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from contractctl.contract.model import Operation
from contractctl.core.findings import Related, Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import nearest
from contractctl.lint.parameters import Use, uses, uses_of
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.structure import faults
from contractctl.lint.subject import Subject
from contractctl.lint.syntax.path_templates import before_query, is_well_formed, shape, variables

_MOST_VARIABLES = 50
"""How many variables of one path are told of; nobody reads on, and a path may have ten thousand."""


@rule("path-not-absolute", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_not_absolute(subject: Subject) -> Iterator[Defect]:
    """A path does not begin with a slash.

    Why: It is appended to the server's URL as it is; without the slash the two run into each other.

    Source: OpenAPI 3.1.1 §4.8.8

    Bad:

        paths:
          pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
    """
    return faults(subject, "path-not-absolute")


@rule("path-equivalent", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_equivalent(subject: Subject) -> Iterator[Defect]:
    """Two paths differ in nothing but the names of their variables.

    Why: Every request that matches one matches the other; which operation answers is left to chance.

    Source: OpenAPI 3.1.1 §4.8.8.1

    Bad:

        paths:
          /pets/{id}:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            get: {operationId: getPet, responses: {"200": {description: Pet}}}
          /pets/{name}:
            parameters: [{name: name, in: path, required: true, schema: {type: string}}]
            delete: {operationId: deletePet, responses: {"204": {description: Gone}}}

    Good:

        paths:
          /pets/{id}:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            get: {operationId: getPet, responses: {"200": {description: Pet}}}
            delete: {operationId: deletePet, responses: {"204": {description: Gone}}}
    """
    at = subject.root / "paths"
    paths = subject.value_at(at)
    first: dict[str, str] = {}
    for path in paths if is_object(paths) else ():
        if not path.startswith("/"):
            continue
        other = first.setdefault(shape(path), path)
        if other != path:
            related = Related(f"`{other}` stands here", Location(at / other))
            message = f"`{path}` matches the same requests as `{other}`"
            yield Defect(Location(at / path), message, "merge the two paths into one", related=(related,))


@rule("path-parameter-undeclared", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_parameter_undeclared(subject: Subject) -> Iterator[Defect]:
    """A variable of the path has no parameter.

    Why: Nobody knows what may stand there; generated clients do not fill it in.

    Source: OpenAPI 3.1.1 §4.8.8.1, §4.8.12

    Bad:

        paths:
          /pets/{id}:
            get: {operationId: getPet, responses: {"200": {description: Pet}}}

    Good:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}
    """
    lacking: dict[tuple[Place, str], list[Operation]] = {}
    for operation in subject.contract.operations:
        for name, elsewhere in _undeclared(subject, operation):
            if elsewhere is None:
                lacking.setdefault((operation.template, name), []).append(operation)
            else:
                message = (
                    f"`{name}` is a variable of `{operation.path}`, and its parameter is in `{elsewhere.location}`"
                )
                yield Defect(_field(subject, elsewhere, "in"), message, "write `in: path` and `required: true`", name)
    siblings = Counter(operation.template for operation in subject.contract.operations) if lacking else Counter[Place]()
    left = Counter(template for template, _ in lacking)
    told: Counter[Place] = Counter()
    for (template, name), operations in lacking.items():
        told[template] += 1
        if told[template] > _MOST_VARIABLES:
            continue
        rest = left[template] - _MOST_VARIABLES if told[template] == _MOST_VARIABLES else 0
        others = f", nor {rest} others" if rest > 0 else ""
        hint = f"add a parameter named `{name}` with `in: path`"
        if 1 < len(operations) == siblings[template]:
            message = f"no operation of `{operations[0].path}` declares path variable {{{name}}}{others}"
            yield Defect(Location(template), message, f"{hint} to the `parameters` of the path", name)
            continue
        for operation in operations:
            message = f"`{operation.title}` does not declare path variable {{{name}}}{others}"
            yield Defect(Location(operation.at), message, hint, name)


def _undeclared(subject: Subject, operation: Operation) -> Iterator[tuple[str, Use | None]]:
    """Yield the variables without a parameter, each with the parameter of its name that is not in the path, if any.

    One that a path parameter was meant for, whose name is misspelt, is told there.
    """
    names = dict.fromkeys(variables(before_query(operation.path)))
    inherited = _path_parameters(operation)
    if names.keys() <= inherited or not is_well_formed(operation.path):
        return
    found = list(uses_of(subject, operation))
    if not all(use.is_known for use in found):
        return
    # That a name has braces of its own is `value-not-allowed`, and enough.
    declared = inherited.union(use.name.strip("{}") for use in found if use.location == "path")
    left = [name for name in names if name not in declared]
    meant = set(_meant(left, sorted(declared - names.keys())).values())
    by_name = {use.name: use for use in reversed(found)}
    for name in left:
        if name not in meant:
            yield name, by_name.get(name)


def _meant(left: Sequence[str], unused: Sequence[str]) -> Mapping[str, str]:
    """Return which of the variables that are left each unused path parameter stands for."""
    if len(left) == len(unused) == 1:
        return {unused[0]: left[0]}
    found = {name: nearest(name, left) for name in unused}
    return {name: meant for name, meant in found.items() if meant is not None}


def _field(subject: Subject, use: Use, name: str) -> Location:
    """Return the field of a listed parameter; the entry itself where the parameter is written elsewhere."""
    entry = subject.value_at(use.at)
    return Location(use.at / name if is_object(entry) and name in entry else use.at)


def _path_parameters(operation: Operation) -> frozenset[str]:
    return frozenset(parameter.name for parameter in operation.parameters if parameter.location == "path")


@rule("path-parameter-unused", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_parameter_unused(subject: Subject) -> Iterator[Defect]:
    """A path parameter does not occur in the path.

    Why: It cannot be sent; most often the path or the parameter is misspelt.

    Source: OpenAPI 3.1.1 §4.8.12

    Bad:

        paths:
          /pets:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}

    Good:

        paths:
          /pets:
            get:
              operationId: getPet
              parameters: [{name: id, in: query, schema: {type: string}}]
              responses: {"200": {description: Pet}}
    """
    for path, owner in _owners(subject):
        names = dict.fromkeys(variables(path))
        listed = [use for use in uses(subject, owner) if use.is_known and use.location == "path"]
        unused = [use for use in listed if use.name.strip("{}") not in names] if is_well_formed(path) else []
        declared = dict.fromkeys(use.name for use in listed)
        left = [name for name in names if name not in declared]
        meant = _meant(left, [name for name in declared if name not in names]) if unused else {}
        for use in unused:
            message = f"path parameter `{use.name}` does not occur in the path `{path}`"
            hint = _placed(use.name, path, meant.get(use.name))
            yield Defect(_field(subject, use, "name"), message, hint, f"{path} {use.name}")


def _placed(name: str, path: str, meant: str | None) -> str:
    """Say where in a path the parameter belongs, which may be meant for a variable of it."""
    if meant is not None:
        return f"did you mean `{meant}`, which the path has?"
    segments = path.split("/")
    for written in (f":{name}", f"<{name}>", name):
        if segments.count(written) == 1:
            return f"write `{'/'.join(f'{{{name}}}' if one == written else one for one in segments)}`"
    return f"add `{{{name}}}` to the path, or remove the parameter"


def _owners(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield path and place of every operation with a path parameter that has no variable, and of its path item."""
    operations = subject.contract.operations
    suspects = (one for one in operations if not _path_parameters(one) <= set(variables(one.path)))
    yield from dict.fromkeys((one.path, at) for one in suspects for at in (one.template, one.at))


@rule("path-parameter-not-required", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_parameter_not_required(subject: Subject) -> Iterator[Defect]:
    """A path parameter is not `required: true`.

    Why: A path without one of its segments is another path.

    Source: OpenAPI 3.1.1 §4.8.12.2

    Bad:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, schema: {type: string}}]
              responses: {"200": {description: Pet}}

    Good:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}
    """
    return faults(subject, "path-parameter-not-required")


RULES = (
    path_not_absolute,
    path_equivalent,
    path_parameter_undeclared,
    path_parameter_unused,
    path_parameter_not_required,
)
