"""Which components of a description nothing reaches, and which others only these use.

The graph has a node for each component of the entry, one for each file that is a fragment, and one, `_OUTSIDE`, for
everything else: operations, security requirements, other descriptions. Where it is coarse, more is reached, and less
is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias
from urllib.parse import unquote

from contractctl.core.json import Json, is_object
from contractctl.core.locations import unescape_token
from contractctl.lint.structure.kinds import Tokens, compiled
from contractctl.lint.subject import Subject

_Node: TypeAlias = tuple[str, Tokens]
_Edges: TypeAlias = dict[_Node, dict[_Node, None]]
_OUTSIDE: Final[_Node] = ("", ())
_HOLDERS_2_0: Final = ("definitions", "parameters", "responses", "securityDefinitions")
_NAMES: Final = r"""[^\s"'`\\,#)\]}]+"""


def unused_components(subject: Subject) -> Mapping[Tokens, list[Tokens]]:
    """Return the components of the entry that nothing uses, each with others that only unused ones use.

    Both are in the order of the description, and each component is there once. Of components that use each other, and
    that nothing else uses, the first counts as the one that nothing uses.
    """
    graph = _Graph(subject)
    reached = set(_following(graph.edges, [_OUTSIDE], set()))
    if graph.components.keys() <= reached:
        return {}
    reached.update(_following(graph.edges, graph.mentioned(), reached))
    left = [node for node in graph.components if node not in reached]
    sources = _sources(left, graph.edges, reached)
    order = {node: index for index, node in enumerate(left)}
    unused: dict[Tokens, list[Tokens]] = {}
    for source in sorted(sources, key=order.__getitem__):
        more = [node for node in _following(graph.edges, [source], reached) if node in order and node != source]
        reached.update((source, *more))
        unused[source[1]] = [tokens for _, tokens in sorted(more, key=order.__getitem__)]
    return unused


def _following(edges: _Edges, starts: Iterable[_Node], known: set[_Node]) -> list[_Node]:
    """Return the starts and what they lead to, but for what is known already and what only that leads to."""
    found = dict.fromkeys(start for start in starts if start not in known)
    waiting = list(found)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in found and target not in known:
                found[target] = None
                waiting.append(target)
    return list(found)


def _sources(nodes: Iterable[_Node], edges: _Edges, known: set[_Node]) -> list[_Node]:
    """Return one node of each circle that nothing leads into; a node that nothing leads to is a circle of one.

    Of all nodes that are left, the one that a search in depth has left last is of such a circle (S. R. Kosaraju).
    """
    finished: list[_Node] = []
    seen = set(known)
    for start in nodes:
        path = [(start, iter(edges.get(start, ())))] if start not in seen else []
        seen.add(start)
        while path:
            node, targets = path[-1]
            target = next((one for one in targets if one not in seen), None)
            if target is None:
                finished.append(node)
                path.pop()
            else:
                seen.add(target)
                path.append((target, iter(edges.get(target, ()))))
    sources: list[_Node] = []
    covered = set(known)
    for node in reversed(finished):
        if node not in covered:
            sources.append(node)
            covered.update(_following(edges, [node], covered))
    return sources


class _Graph:
    """What uses what: references, and whatever else makes one part of a description use another."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._entry = subject.entry.uri
        self._is_2_0 = subject.references.version == "2.0"
        self._depth = 2 if self._is_2_0 else 3
        self._whole = frozenset(filter(subject.references.is_description, subject.documents))
        self._named: Counter[_Node] = Counter()  # how often a component is written by name, where it is used by that
        self._nodes: Mapping[Tokens, _Node] = {tokens: (self._entry, tokens) for tokens in self._declared()}
        self.components = dict.fromkeys(self._nodes.values())
        self.edges: _Edges = {}
        self._follow_references()
        self._follow_names()
        self._follow_subtypes()
        self._follow_anchors()

    def mentioned(self) -> list[_Node]:
        """Return the components that are named where OpenAPI has no references: in extensions, and in data.

        What is no reference to OpenAPI may be one to a tool. Such a place is not looked for, which would take a walk
        over everything: there is one where a text has the name more often than the references.
        """
        written: Counter[_Node] = Counter()
        for document in self._subject.documents.values():
            for holder in _HOLDERS_2_0 if self._is_2_0 else ("components",):
                found = Counter(compiled(f"#/({holder}/{_NAMES})").findall(document.text))
                for pointer, count in found.items():
                    written[self._entry, _tokens(pointer)[: self._depth]] += count
        return [node for node in self.components if written[node] > self._named[node]]

    def _declared(self) -> Iterator[Tokens]:
        """Yield the components of the entry, used or not."""
        root = self._subject.entry.root
        holder = root if self._is_2_0 or not is_object(root) else root.get("components")
        kinds = _HOLDERS_2_0 if self._is_2_0 else self._subject.table_at(self._subject.root)["components"].fields
        for kind in kinds if is_object(holder) else ():
            members = holder.get(kind) if is_object(holder) else None
            for name in members if is_object(members) else ():
                yield (kind, name) if self._is_2_0 else ("components", kind, name)

    def _node(self, uri: str, tokens: Tokens) -> _Node:
        """Return the node that what stands there belongs to."""
        if uri == self._entry:
            return self._nodes.get(tokens[: self._depth], _OUTSIDE)
        return _OUTSIDE if uri in self._whole else (uri, ())

    def _join(self, source: _Node, target: _Node) -> None:
        self.edges.setdefault(source, {})[target] = None

    def _follow_references(self) -> None:
        named: list[_Node] = []
        for lead in self._subject.survey.leads:
            if lead.target is not None:
                source = self._node(lead.at.uri, lead.at.pointer.tokens)
                target = self._node(lead.target.uri, lead.target.pointer.tokens)
                self.edges.setdefault(source, {})[target] = None
                named.append(target)
        self._named.update(named)

    def _follow_names(self) -> None:
        """Follow what is no Reference Object: names of security schemes, of schemas in mappings, of operations."""
        kind = ("securityDefinitions",) if self._is_2_0 else ("components", "securitySchemes")
        for requirement in self._subject.parts("security-requirement"):
            for name in requirement.value:
                self._name(_OUTSIDE, kind, name)
        for discriminator in self._subject.parts("discriminator"):
            source = self._node(discriminator.uri, discriminator.tokens)
            mapping = discriminator.value.get("mapping")
            values = mapping.values() if is_object(mapping) else ()
            for value in (*values, discriminator.value.get("defaultMapping")):
                self._name(source, ("components", "schemas"), value)
        for link in self._subject.parts("link"):
            self._name(self._node(link.uri, link.tokens), (), link.value.get("operationRef"))

    def _name(self, source: _Node, kind: Tokens, value: Json) -> None:
        """Take a text for the name of a component of this kind, or else for a URI, whatever document it is of."""
        if not isinstance(value, str):
            return
        node = (self._entry, (*kind, value))
        if node in self.components:
            self._join(source, node)
        elif "#/" in value:
            target = (self._entry, _tokens(value.partition("#/")[2])[: self._depth])
            self._join(source, target)
            self._named[target] += 1

    def _follow_subtypes(self) -> None:
        """Let a schema with a discriminator use those that build on it by `allOf`: a payload may name any of them.

        They inherit the discriminator, and so do those that build on them (OpenAPI 3.1.1 §4.8.25).
        """
        children: _Edges = {}
        for lead in self._subject.survey.leads:
            if lead.target is not None and "allOf" in lead.at.pointer.tokens[-3:-2]:
                child = self._node(lead.at.uri, lead.at.pointer.tokens)
                parent = self._node(lead.target.uri, lead.target.pointer.tokens)
                if not child[1] or _without_all_of(lead.at.pointer.tokens[:-1]) == child[1]:
                    children.setdefault(parent, {})[child] = None
        for parent in _following(children, self._polymorphic(), set()) if children else ():
            for child in children.get(parent, ()):
                self._join(parent, child)

    def _polymorphic(self) -> Iterator[_Node]:
        """Yield the nodes that have a discriminator, which in 2.0 is a string."""
        for discriminator in self._subject.parts("discriminator"):
            yield self._node(discriminator.uri, discriminator.tokens)
        for schema in self._subject.parts("schema") if self._is_2_0 else ():
            if isinstance(schema.value.get("discriminator"), str):
                yield self._node(schema.uri, schema.tokens)

    def _follow_anchors(self) -> None:
        """Let a dynamic reference use every schema that has its anchor: which one it means depends on the way there."""
        texts = [document.text for document in self._subject.documents.values()]
        is_older = self._subject.references.version in {"2.0", "3.0"}
        if is_older or not any("$dynamicRef" in text or "$recursiveRef" in text for text in texts):
            return
        for schema in self._subject.parts("schema"):
            node = self._node(schema.uri, schema.tokens)
            for keyword in ("$anchor", "$dynamicAnchor", "$recursiveAnchor"):
                if keyword in schema.value:
                    self._join(_anchor(keyword, schema.value[keyword]), node)
            for keyword in ("$dynamicRef", "$recursiveRef"):
                if keyword in schema.value:
                    self._join(node, _anchor(keyword, schema.value[keyword]))


def _anchor(keyword: str, value: Json) -> _Node:
    """Return the node of all anchors of one name; those of `$recursiveRef` have none."""
    is_named = isinstance(value, str) and not keyword.startswith("$recursive")
    return "$anchor", (str(value).rpartition("#")[2],) if is_named else ()


def _without_all_of(tokens: Tokens) -> Tokens:
    """Return the schema that is made of this one by `allOf`: itself where it is not listed in one."""
    while tokens[-2:-1] == ("allOf",):
        tokens = tokens[:-2]
    return tokens


def _tokens(pointer: str) -> Tokens:
    """Read a JSON Pointer without its first slash, as it stands in a URI."""
    return tuple(unescape_token(unquote(token)) for token in pointer.split("/"))
