"""Rules about how paths are written."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contractctl.core.findings import Related, Severity
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.lint.path_matching import clashes
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.syntax.path_templates import before_query, is_well_formed, variables

_MANY = 2
"""How many paths make a habit."""


@rule("path-trailing-slash", severity=Severity.WARNING, family="paths")
def path_trailing_slash(subject: Subject) -> Iterator[Defect]:
    """A path ends with a slash.

    Why: `/pets/` and `/pets` are two resources. Some servers take one for the other, some redirect, some answer 404,
    and clients lose the slash when they join URLs.

    Where most paths end so, and two at least, it is the way of that API, and the rule is silent.

    Source: RFC 3986 §6.2.4

    Bad:

        paths:
          /pets/:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
          /owners:
            get: {operationId: listOwners, responses: {"200": {description: Owners}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, responses: {"200": {description: Pets}}}
          /owners:
            get: {operationId: listOwners, responses: {"200": {description: Owners}}}
    """
    paths = list(_paths(subject))
    ending = [(path, at) for path, at in paths if path.endswith("/") and path != "/"]
    if len(ending) < _MANY or len(ending) * 2 <= len(paths):
        for path, at in ending:
            hint = f"write `{path.rstrip('/') or '/'}`, if the server agrees"
            yield Defect(Location(at), f"path `{path}` ends with a slash", hint)


def _paths(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Yield every path with its place."""
    for paths in subject.parts("paths"):
        at = paths.at
        yield from ((path, at / path) for path in paths.value if path.startswith("/"))


@rule("path-query-string", severity=Severity.ERROR, family="paths")
def path_query_string(subject: Subject) -> Iterator[Defect]:
    """A path has a query string.

    Why: A path ends before `?`. Servers look for the query elsewhere; two paths that differ in nothing else are one.

    Source: OpenAPI 3.1.1 §4.8.8.1; OpenAPI 3.2.0 §Path Templating (`pchar`)

    Bad:

        paths:
          /pets?tag=cat:
            get: {operationId: listCats, responses: {"200": {description: Cats}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: tag, in: query, schema: {type: string}}]
              responses: {"200": {description: Pets}}
    """
    for path, at in _paths(subject):
        if path[len(before_query(path)) :].startswith("?"):
            hint = "take it out of the path, and declare its parameters with `in: query`"
            yield Defect(Location(at), f"path `{path}` has a query string", hint)


@rule("path-fragment", severity=Severity.WARNING, family="paths", profile=Profile.STRICT)
def path_fragment(subject: Subject) -> Iterator[Defect]:
    """A path has a fragment.

    Why: Clients do not send what comes after `#`. Some descriptions tell operations of one path apart by it, which no
    server and no mock can do.

    Source: RFC 9110 §7.1; OpenAPI 3.2.0 §Path Templating (`pchar`)

    Bad:

        paths:
          /pets#sold:
            get: {operationId: listSoldPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get:
              operationId: listPets
              parameters: [{name: sold, in: query, schema: {type: boolean}}]
              responses: {"200": {description: Pets}}
    """
    for path, at in _paths(subject):
        if path[len(before_query(path)) :].startswith("#"):
            yield Defect(Location(at), f"path `{path}` has a fragment", "leave it out: clients do not send it")


@rule("path-template-malformed", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_template_malformed(subject: Subject) -> Iterator[Defect]:
    """The braces of a path are not in pairs with a name in each.

    Why: Nobody can say what is a variable there and what is text; tools guess, or stop.

    Source: OpenAPI 3.1.1 and 3.2.0, §Path Templating; 3.2.0 has a grammar

    Bad:

        paths:
          /pets/{id:
            get: {operationId: getPet, responses: {"200": {description: Pet}}}

    Good:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}
    """
    for path, at in _paths(subject):
        if not is_well_formed(path):
            what = "has a variable without a name" if "{}" in path else "has braces that are not in pairs"
            yield Defect(Location(at), f"path `{path}` {what}", "write each variable as `{name}`")


@rule("path-variable-repeated", severity=Severity.ERROR, family="paths", profile=Profile.SPEC)
def path_variable_repeated(subject: Subject) -> Iterator[Defect]:
    """A path has one variable twice, in OpenAPI 3.2.

    Why: One parameter has one value, so both places hold the same; most often one of them was to have another name.

    Source: OpenAPI 3.2.0 §Path Templating: a template expression must not appear more than once

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        paths:
          /owners/{id}/pets/{id}:
            get:
              operationId: getPetOfOwner
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        paths:
          /owners/{owner}/pets/{id}:
            get:
              operationId: getPetOfOwner
              parameters:
                - {name: owner, in: path, required: true, schema: {type: string}}
                - {name: id, in: path, required: true, schema: {type: string}}
              responses: {"200": {description: Pet}}
    """
    return (defect for defect in _repeated(subject) if subject.version_at(defect.at.place) == "3.2")


@rule("path-variable-reused", severity=Severity.WARNING, family="paths")
def path_variable_reused(subject: Subject) -> Iterator[Defect]:
    """A path has one variable twice, in a version that does not forbid it.

    Why: One parameter has one value, so both places hold the same; most often one of them was to have another name.
    Many frameworks refuse such a path, and so does OpenAPI from 3.2 on.

    Source: OpenAPI 3.1.1 §4.8.8.2

    Bad:

        paths:
          /owners/{id}/pets/{id}:
            get:
              operationId: getPetOfOwner
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}

    Good:

        paths:
          /owners/{owner}/pets/{id}:
            get:
              operationId: getPetOfOwner
              parameters:
                - {name: owner, in: path, required: true, schema: {type: string}}
                - {name: id, in: path, required: true, schema: {type: string}}
              responses: {"200": {description: Pet}}
    """
    return (defect for defect in _repeated(subject) if subject.version_at(defect.at.place) != "3.2")


def _repeated(subject: Subject) -> Iterator[Defect]:
    for path, at in _paths(subject):
        for name, times in Counter(variables(path)).items():
            if times > 1 and name:
                often = "twice" if times == 2 else f"{times} times"
                message = f"path `{path}` has the variable `{{{name}}}` {often}"
                yield Defect(Location(at), message, "give each one a name of its own", name)


@rule("path-ambiguous", severity=Severity.WARNING, family="paths")
def path_ambiguous(subject: Subject) -> Iterator[Defect]:
    """Two paths can match one request, and neither is the more concrete one.

    Why: `/pets/mine` goes before `/pets/{id}`, but between `/{kind}/mine` and `/pets/{id}` each tool decides for
    itself: a gateway, a mock and the server may send one request to two operations.

    Two paths are compared where they have a method in common. What the type, the enum or the pattern of a path
    parameter excludes is not held against them.

    Source: OpenAPI 3.1.1 §4.8.8.2

    Bad:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}
          /{kind}/mine:
            get:
              operationId: getMine
              parameters: [{name: kind, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Mine}}

    Good:

        paths:
          /pets/{id}:
            get:
              operationId: getPet
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Pet}}
          /mine/{kind}:
            get:
              operationId: getMine
              parameters: [{name: kind, in: path, required: true, schema: {type: string}}]
              responses: {"200": {description: Mine}}
    """
    paths = subject.root / "paths"
    for clash in clashes(subject.contract):
        related = Related(f"`{clash.earlier}` stands here", Location(paths / clash.earlier))
        message = f"`{clash.both}` matches both `{clash.later}` and `{clash.earlier}`, and neither is more concrete"
        hint = "begin the two with different words, or narrow a variable by `enum` or `pattern`"
        yield Defect(Location(paths / clash.later), message, hint, related=(related,))


RULES = (
    path_trailing_slash,
    path_query_string,
    path_fragment,
    path_template_malformed,
    path_variable_repeated,
    path_variable_reused,
    path_ambiguous,
)
