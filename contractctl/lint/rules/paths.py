"""Rules about paths and the variables in them."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Operation
from contractctl.core.findings import Related, Severity
from contractctl.core.json import is_object
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import nearest
from contractctl.lint.parameters import uses, uses_of
from contractctl.lint.path_templates import before_query, is_well_formed, shape, variables
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.structure import faults
from contractctl.lint.subject import Subject


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
    for operation in subject.contract.operations:
        names = dict.fromkeys(variables(before_query(operation.path)))
        inherited = _path_parameters(operation)
        if names.keys() <= inherited or not is_well_formed(operation.path):
            continue
        found = list(uses_of(subject, operation))
        if all(use.is_known for use in found):
            # That a name has braces of its own is `value-not-allowed`, and enough.
            listed = (use.name.strip("{}") for use in found if use.location == "path")
            declared = inherited.union(listed)
            for name in names:
                if name not in declared:
                    message = f"`{operation.title}` does not declare path variable {{{name}}}"
                    yield Defect(Location(operation.at), message, _declare(name, sorted(declared)), name)


def _path_parameters(operation: Operation) -> frozenset[str]:
    return frozenset(parameter.name for parameter in operation.parameters if parameter.location == "path")


def _declare(name: str, declared: list[str]) -> str:
    meant = nearest(name, declared)
    return f"did you mean `{meant}`, which is declared?" if meant else f"add a parameter named `{name}` with `in: path`"


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
        names = variables(path)
        for use in uses(subject, owner) if is_well_formed(path) else ():
            if use.is_known and use.location == "path" and use.name.strip("{}") not in names:
                message = f"path parameter `{use.name}` does not occur in the path `{path}`"
                hint = f"add `{{{use.name}}}` to the path, or remove the parameter"
                yield Defect(Location(use.at), message, hint, f"{path} {use.name}")


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
