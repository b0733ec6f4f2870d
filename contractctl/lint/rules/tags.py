"""Rules about tags: those that a description declares, and those that its operations have."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sized
from typing import Final, TypeAlias

from contractctl.contract.model import Operation
from contractctl.core.findings import Related, Severity
from contractctl.core.json import is_array, is_object, text_at
from contractctl.core.locations import Location, Place
from contractctl.core.profiles import Profile
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.rule import Defect, rule
from contractctl.lint.subject import Subject
from contractctl.lint.survey import Part

_COMPARED: Final = 50_000


@rule("tag-duplicate", severity=Severity.ERROR, family="tags", profile=Profile.SPEC)
def tag_duplicate(subject: Subject) -> Iterator[Defect]:
    """Two tags have the same name.

    Why: Documentation shows one of the two descriptions, and not all tools choose the same.

    Source: OpenAPI 3.1.1 §4.8.1: "Each tag name in the list MUST be unique"

    Bad:

        tags:
          - {name: pets, description: Everything about pets}
          - {name: pets, description: Cats and dogs}
        paths: {}

    Good:

        tags:
          - {name: pets, description: Everything about pets}
          - {name: cats, description: Cats alone}
        paths: {}
    """
    told = {placed.at for placed in subject.faults("list-item-duplicate")}
    first: dict[tuple[str, str], Part] = {}
    for tag in _tags(subject):
        name = tag.value.get("name")
        if isinstance(name, str) and first.setdefault((tag.uri, name), tag) is not tag and tag.at not in told:
            related = Related("the first one stands here", Location(first[tag.uri, name].at / "name"))
            message = f"tag `{name}` is declared twice"
            yield Defect(Location(tag.at / "name"), message, "make one of the two, or rename one", related=(related,))


def _tags(subject: Subject) -> list[Part]:
    """Return the tags that are declared, by document and as ordered there."""
    return sorted(subject.parts("tag"), key=lambda tag: (tag.uri, int(tag.tokens[-1])))


@rule("tag-undeclared", severity=Severity.WARNING, family="tags")
def tag_undeclared(subject: Subject) -> Iterator[Defect]:
    """An operation has a tag that the description does not declare, although it declares others.

    Each such tag is told once, where it is first used.

    Why: It has no description and stands at the end of the documentation; most often it is another tag, misspelt.

    Source: OpenAPI 3.1.1 §4.8.1

    Bad:

        tags: [{name: pets}]
        paths:
          /pets:
            get: {operationId: listPets, tags: [pet], responses: {"200": {description: Pets}}}

    Good:

        tags: [{name: pets}]
        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}
    """
    declared = _declared(subject)
    known = {name for names in declared.values() for name in names}
    uses = _uses(subject) if declared.get(subject.entry.uri) else {}
    unknown = [(name, places) for name, places in uses.items() if name not in known]
    for name, places in unknown:
        operation, at = places[0]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        message = f"tag `{name}` of `{operation.title}`{more} is not declared"
        meant = did_you_mean(name, declared[subject.entry.uri]) if _are_few(unknown, known) else ""
        hint = f"{meant} If not, declare it under `tags`" if meant else "declare it under `tags`, with a description"
        yield Defect(Location(at), message, hint)


def _are_few(unknown: Sized, known: Sized) -> bool:
    """Tell whether there is time to compare all of the ones with all of the others."""
    return len(unknown) * len(known) <= _COMPARED


_Uses: TypeAlias = Mapping[str, list[tuple[Operation, Place]]]


def _declared(subject: Subject) -> Mapping[str, list[str]]:
    """Return the names of the declared tags by document, each as ordered there."""
    declared: dict[str, list[str]] = {}
    for tag in _tags(subject):
        declared.setdefault(tag.uri, []).append(text_at(tag.value, "name"))
    return declared


def _uses(subject: Subject) -> _Uses:
    """Return the operations that have a tag, each once, and where they name it first, by the tag's name."""
    uses: dict[str, list[tuple[Operation, Place]]] = {}
    for operation in {operation.at: operation for operation in subject.operations}.values():
        tags = subject.value_at(operation.at / "tags")
        seen: set[str] = set()
        for index, name in enumerate(tags if is_array(tags) else ()):
            if isinstance(name, str) and name not in seen:
                seen.add(name)
                uses.setdefault(name, []).append((operation, operation.at / "tags" / index))
    return uses


@rule("tag-repeated", severity=Severity.WARNING, family="tags")
def tag_repeated(subject: Subject) -> Iterator[Defect]:
    """An operation has the same tag twice.

    Why: Some generators make two functions of one operation then; one of the tags may have been meant to be another.

    Source: OpenAPI 3.1.1 §4.8.10; OpenAPI 2.0 forbids it (list-item-duplicate)

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets, pets], responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets, cats], responses: {"200": {description: Pets}}}
    """
    for operation in subject.parts("operation"):
        tags = operation.value.get("tags")
        if not is_array(tags) or len(tags) < 2 or subject.references.version_at(operation.uri) == "2.0":
            continue
        seen: Counter[str] = Counter()
        for index, name in enumerate(tags):
            if isinstance(name, str):
                seen[name] += 1
                if seen[name] == 2:
                    message = f"tag `{name}` is listed twice in one operation"
                    yield Defect(Location(operation.at / "tags" / index), message, "remove one of them")


@rule("tags-missing", severity=Severity.INFO, family="tags", profile=Profile.STRICT)
def tags_missing(subject: Subject) -> Iterator[Defect]:
    """The description declares no tags.

    Why: Without them documentation is one long list, or sorted by chance, and no group of operations is explained.

    Source: OpenAPI 3.1.1 §4.8.1

    Bad:

        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}

    Good:

        tags: [{name: pets, description: Everything about pets}]
        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}
    """
    root = subject.entry.root
    if subject.operations and is_object(root) and not root.get("tags"):
        at = subject.root / "tags" if "tags" in root else subject.root
        yield Defect(Location(at), "no tags are declared", "add `tags`, each with a name and a description")


@rule("tag-unused", severity=Severity.INFO, family="tags", profile=Profile.STRICT)
def tag_unused(subject: Subject) -> Iterator[Defect]:
    """No operation has a tag that the description declares.

    The parent of a tag that is used is used as well (OpenAPI 3.2).

    Why: Documentation shows an empty chapter; often the tag of the operations is misspelt.

    Source: OpenAPI 3.1.1 §4.8.22

    Bad:

        tags: [{name: cats}, {name: pets}]
        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}

    Good:

        tags: [{name: pets}]
        paths:
          /pets:
            get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets}}}
    """
    if not subject.operations:
        return
    tags = [tag for tag in _tags(subject) if tag.uri == subject.entry.uri]
    parents = {text_at(tag.value, "name"): text_at(tag.value, "parent") for tag in tags}
    used: set[str] = set()
    waiting = [*_uses(subject)]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting.append(parents.get(name, ""))
    for tag in tags:
        name = text_at(tag.value, "name")
        if name and name not in used:
            yield Defect(Location(tag.heading), f"no operation has the tag `{name}`", "remove it, or use it")


@rule("tag-description-missing", severity=Severity.INFO, family="tags", profile=Profile.STRICT)
def tag_description_missing(subject: Subject) -> Iterator[Defect]:
    """A tag has no description.

    Why: It is the heading of a chapter of the documentation, which then begins with nothing.

    Source: OpenAPI 3.1.1 §4.8.22

    Bad:

        tags: [{name: pets}]
        paths: {}

    Good:

        tags: [{name: pets, description: Everything about pets}]
        paths: {}
    """
    for tag in subject.parts("tag"):
        description = tag.value.get("description", "")
        if isinstance(description, str) and not description.strip():
            message = f"tag `{text_at(tag.value, 'name')}` has no description"
            yield Defect(Location(tag.heading), message, "say in a sentence what its operations have in common")


@rule("tags-unordered", severity=Severity.INFO, family="tags", profile=Profile.STRICT)
def tags_unordered(subject: Subject) -> Iterator[Defect]:
    """The tags are not in alphabetical order.

    The first that is out of order is told. Upper and lower case are the same.

    Why: Documentation keeps the order of the list; in a long one readers look for a name.

    Source: OpenAPI 3.1.1 §4.8.1, which leaves the order to the author

    Bad:

        tags: [{name: pets}, {name: cats}]
        paths: {}

    Good:

        tags: [{name: cats}, {name: pets}]
        paths: {}
    """
    before = ""
    for tag in _tags(subject):
        name = text_at(tag.value, "name")
        if tag.uri != subject.entry.uri:
            continue
        if name.casefold() < before.casefold():
            message = f"tag `{name}` stands after `{before}`"
            yield Defect(Location(tag.heading), message, "order the tags by name")
            return
        before = name


@rule("tag-parent-unknown", severity=Severity.ERROR, family="tags", profile=Profile.SPEC)
def tag_parent_unknown(subject: Subject) -> Iterator[Defect]:
    """The parent of a tag is not declared.

    Why: Documentation cannot put the tag where it belongs.

    Source: OpenAPI 3.2.0 §4.22: "The named tag MUST exist in the API description"

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        tags: [{name: animals}, {name: cats, parent: animal}]
        paths: {}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        tags: [{name: animals}, {name: cats, parent: animals}]
        paths: {}
    """
    declared = _declared(subject)
    known = {name for names in declared.values() for name in names}
    unknown = [(tag, parent) for tag, parent in _children(subject) if parent not in known]
    for tag, parent in unknown:
        message = f"the parent `{parent}` of tag `{text_at(tag.value, 'name')}` is not declared"
        meant = did_you_mean(parent, declared[tag.uri]) if _are_few(unknown, known) else ""
        yield Defect(Location(tag.at / "parent"), message, meant or "declare it under `tags`")


def _children(subject: Subject) -> Iterator[tuple[Part, str]]:
    """Yield the tags that are nested under another, and the name of that (OpenAPI 3.2)."""
    for tag in _tags(subject):
        parent = tag.value.get("parent")
        if isinstance(parent, str) and subject.references.version_at(tag.uri) == "3.2":
            yield tag, parent


@rule("tag-parent-circular", severity=Severity.ERROR, family="tags", profile=Profile.SPEC)
def tag_parent_circular(subject: Subject) -> Iterator[Defect]:
    """A tag is nested under itself, by way of its parents.

    Why: There is no top to begin with; whoever builds a menu of it leaves the tags out, or does not come to an end.

    Source: OpenAPI 3.2.0 §4.22: "circular references between parent and child tags MUST NOT be used"

    Bad:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        tags: [{name: animals, parent: cats}, {name: cats, parent: animals}]
        paths: {}

    Good:

        openapi: 3.2.0
        info: {title: Example, version: "1"}
        tags: [{name: animals}, {name: cats, parent: animals}]
        paths: {}
    """
    children: dict[tuple[str, str], tuple[Part, str]] = {}
    for tag, parent in _children(subject):
        children.setdefault((tag.uri, text_at(tag.value, "name")), (tag, parent))
    seen: set[tuple[str, str]] = set()
    for start in children:
        path: dict[tuple[str, str], None] = {}
        current = start
        while current in children and current not in seen:
            seen.add(current)
            path[current] = None
            current = (current[0], children[current][1])
        if current in path:
            names = [name for _, name in path]
            names = [*names[names.index(current[1]) :], current[1]]
            circle = " → ".join(names if len(names) <= 6 else (*names[:4], "…", names[-1]))
            tag, _ = children[current]
            yield Defect(Location(tag.at / "parent"), f"the tag is nested under itself: {circle}", "give one no parent")


RULES = (
    tag_duplicate,
    tag_undeclared,
    tag_repeated,
    tags_missing,
    tag_unused,
    tag_description_missing,
    tags_unordered,
    tag_parent_unknown,
    tag_parent_circular,
)
