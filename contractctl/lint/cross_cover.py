"""Whether what we found in a description says the same as what another tool finds there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Pointer
from contractctl.core.profiles import Profile
from contractctl.core.records import dataclass
from contractctl.lint.rules import RULES
from contractctl.lint.structure.kinds import Tokens
from contractctl.source.document import Document

_TEXT: Final = frozenset(rule.code for rule in RULES if rule.family == "document") - {"part-malformed"}
FORBIDDEN: Final = frozenset(rule.code for rule in RULES if rule.profile is Profile.SPEC) - _TEXT
"""The codes of what the specification forbids, but for faults of the text: the other is given values."""
_STRUCTURE: Final = frozenset(rule.code for rule in RULES if rule.family in {"document", "structure", "references"})
_SCHEMA: Final = frozenset(
    rule.code for rule in RULES if rule.family == "schemas" and rule.severity is Severity.ERROR
) | {"enum-duplicate", "keyword-outdated", "pattern-delimited"}
_SHAPE: Final = FORBIDDEN | _STRUCTURE | _SCHEMA
_ANSWERS: Final[Mapping[str, frozenset[str]]] = {
    "DuplicateOperationIDError": frozenset(("operation-id-duplicate",)),
    "ExtraParametersError": frozenset(("property-required-undefined", "schema-unsatisfiable")),
    "ParameterDuplicateError": frozenset(("parameter-duplicate",)),
    "UnresolvableParameterError": frozenset(
        ("path-parameter-undeclared", "path-parameter-unused", "path-query-string", "path-template-malformed")
    ),
    "ValidationError": frozenset(("default-invalid", "example-format-invalid")),
}
"""What we call the errors that are told of a whole part; a ValidationError is that of a default."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the other says of one part of the entry: an error, or the exception that ended the work there.

    `kind` is the keyword that refuses, or else the class; `error` is the class. `is_of_part` is an error that may be
    anywhere in the part, or in whatever that refers to.
    """

    tokens: Tokens
    text: str
    kind: str
    error: str
    is_of_part: bool = False
    is_stop: bool = False


@dataclass(frozen=True, slots=True)
class _Places:
    """Where some of our findings are: those of the entry, all that is above those, and whether others have any."""

    ends: frozenset[Tokens]
    passed: frozenset[Tokens]
    is_abroad: bool

    def has_below(self, tokens: Tokens) -> bool:
        """Tell whether there is one at a place or in it."""
        return tokens in self.ends or tokens in self.passed

    def has_above(self, tokens: Tokens) -> bool:
        """Tell whether there is one at a place or at something that holds it."""
        return any(above in self.ends for above in _prefixes(tokens))


class Cover:
    """What has been found in a description, as answers to the opinions of another tool."""

    def __init__(self, document: Document, findings: Iterable[Finding]) -> None:
        self._document = document
        self._worth = [finding for finding in findings if finding.severity is not Severity.INFO]
        self._has_errors = any(finding.severity is Severity.ERROR for finding in self._worth)
        self._known: dict[frozenset[str], _Places] = {}
        self._leads: dict[Tokens, tuple[frozenset[Tokens], bool]] = {}

    def answers(self, opinion: Opinion) -> bool:
        """Tell whether we say the same as the other does.

        It tells of a fault in what a part refers to at that part. Where it stops before any part, any error may be the
        reason.
        """
        if opinion.is_stop and not opinion.tokens:
            return self._has_errors
        codes = _ANSWERS.get(opinion.error, _SHAPE) if opinion.is_of_part else _SHAPE
        places, structure = self._places(codes), self._places(codes & _SHAPE | _STRUCTURE)
        if places.has_below(opinion.tokens) or structure.has_below(opinion.tokens):
            return True
        if structure.has_above(opinion.tokens):
            return True
        if not opinion.is_of_part:
            return False
        reached, is_abroad = self._reached([opinion.tokens])
        return (is_abroad and places.is_abroad) or any(map(places.has_below, reached))

    def unanswered(self, opinions: Sequence[Opinion]) -> Iterator[Finding]:
        """Yield what we say that the specification forbids, and of which no opinion says anything."""
        above = {tokens for opinion in opinions for tokens in _prefixes(opinion.tokens)}
        reached, is_abroad = self._reached(opinion.tokens for opinion in opinions if opinion.is_of_part)
        said = reached.union(opinion.tokens for opinion in opinions)
        for finding in self._worth:
            place, tokens = finding.location.place, finding.location.place.pointer.tokens
            if place.uri == self._document.uri:
                is_said = tokens in above or not said.isdisjoint(_prefixes(tokens))
            else:
                is_said = is_abroad
            if finding.rule in FORBIDDEN and not is_said:
                yield finding

    def _places(self, codes: frozenset[str]) -> _Places:
        if codes not in self._known:
            places = [finding.location.place for finding in self._worth if finding.rule in codes]
            ends = frozenset(place.pointer.tokens for place in places if place.uri == self._document.uri)
            passed = frozenset(above for tokens in ends for above in _prefixes(tokens))
            is_abroad = any(place.uri != self._document.uri for place in places)
            self._known[codes] = _Places(ends, passed, is_abroad)
        return self._known[codes]

    def _reached(self, parts: Iterable[Tokens]) -> tuple[frozenset[Tokens], bool]:
        """Return what references lead to from parts, in as many steps as it takes, and whether any leaves the entry."""
        reached: set[Tokens] = set()
        waiting, is_abroad = [*parts], False
        while waiting:
            targets, leaves = self._leads_of(waiting.pop())
            waiting.extend(targets - reached)
            reached |= targets
            is_abroad = is_abroad or leaves
        return frozenset(reached), is_abroad

    def _leads_of(self, tokens: Tokens) -> tuple[frozenset[Tokens], bool]:
        if tokens not in self._leads:
            addresses = set(_references(_value_at(self._document.root, tokens)))
            local = frozenset(
                Pointer.parse(unquote(address[1:])).tokens for address in addresses if address.startswith("#/")
            )
            self._leads[tokens] = local, any(not address.startswith("#") for address in addresses)
        return self._leads[tokens]


def _prefixes(tokens: Tokens) -> Iterator[Tokens]:
    return (tokens[:depth] for depth in range(len(tokens) + 1))


def _value_at(value: Json, tokens: Tokens) -> Json:
    for token in tokens:
        if is_object(value):
            value = value.get(token)
        elif is_array(value) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value


def _references(value: Json) -> Iterator[str]:
    """Yield what each `$ref` in a value says."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if is_object(inner):
            target = inner.get("$ref")
            if isinstance(target, str):
                yield target
            waiting.extend(inner.values())
        elif is_array(inner):
            waiting.extend(inner)
