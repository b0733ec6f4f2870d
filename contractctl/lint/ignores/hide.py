"""Findings parted by what the authors wish: those that are told, those that are not, and wishes that hide nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from contractctl.core.findings import Finding, Severity
from contractctl.core.json import Json, is_object
from contractctl.core.locations import Location, Place, Pointer
from contractctl.core.records import dataclass
from contractctl.core.suggestions import did_you_mean
from contractctl.lint.ignores.reach import Reach
from contractctl.lint.ignores.wishes import MEMBER, WORD, Unclear, Wish, wishes_of_member
from contractctl.lint.structure.kinds import Tokens
from contractctl.lint.subject import Subject
from contractctl.source.comments import comments_holding
from contractctl.source.document import Document

FAMILY = "ignores"
_RULES = "https://github.com/contractctl/contractctl/blob/main/docs/rules.md"

Use: TypeAlias = tuple[Place, str]
"""Where a wish stands that hid something, and the code that it names."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Findings to tell, findings that somebody wishes not to be told, and the wishes that were of use."""

    told: tuple[Finding, ...]
    ignored: tuple[Finding, ...]
    used: frozenset[Use]


class Ignores:
    """All wishes of a description, in the order of its documents and in reading order."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._wishes: list[Wish] = []
        self._unclear: list[Unclear] = []
        self._reach: dict[str, Reach] = {}
        self._walked: dict[str, set[Tokens]] = {}
        for document in subject.documents.values():
            reach = Reach(document)
            for comment in comments_holding(WORD, document.marks()) if WORD in document.text else ():
                self._note(reach, document, reach.add_comment(comment))
            if MEMBER in document.text:
                self._read_members(reach, document)

    def part(self, findings: Iterable[Finding]) -> Parted:
        """Part findings by what is wished of their places. A file speaks for the faults that stand in it."""
        told: list[Finding] = []
        ignored: list[Finding] = []
        used: set[Use] = set()
        for finding in findings:
            place = finding.location.place
            reach = self._reach.get(place.uri)
            wishes = set(reach.over(place, finding.rule)) if reach else ()
            used.update((wish.at.place, wish.code) for wish in wishes)
            (ignored if wishes else told).append(finding)
        return Parted(tuple(told), tuple(ignored), frozenset(used))

    def remarks(self, used: Collection[Use], codes: Mapping[str, bool]) -> Iterator[Finding]:
        """Yield what is wrong with the wishes themselves, under the codes of the rules about them.

        `codes` are those of all rules, with whether each runs: a wish may have its use when its rule does.
        """
        for unclear in self._unclear:
            yield _remark("ignore-malformed", unclear.at, unclear.message, unclear.hint, unclear.message)
        for wish in self._wishes:
            if not wish.reason:
                yield _remark("ignore-reason-missing", wish.at, "this ignore gives no reason", _say_why(wish))
            if wish.code not in codes:
                yield _remark("ignore-unknown", wish.at, *_unknown(wish.code, codes), wish.code)
            elif codes[wish.code] and (wish.at.place, wish.code) not in used and self._is_checked(wish.at.place):
                message = f"`{wish.code}` is ignored here, and there is nothing of the kind"
                yield _remark("ignore-unused", wish.at, message, "remove it", wish.code)

    def _note(self, reach: Reach, document: Document, found: Iterable[Wish | Unclear]) -> None:
        for one in found:
            self._reach[document.uri] = reach
            if isinstance(one, Wish):
                self._wishes.append(one)
            else:
                self._unclear.append(one)

    def _read_members(self, reach: Reach, document: Document) -> None:
        """Read the member of every object of OpenAPI, and of the document; anywhere else the name is data."""
        seen: dict[int, list[Wish]] = {}
        for tokens, value in self._objects(document):
            if MEMBER not in value:
                continue
            if id(value) not in seen:  # an alias of YAML has the same object stand in several places
                at = Location(Place(document.uri, Pointer(tokens)) / MEMBER)
                found = list(wishes_of_member(value[MEMBER], at))
                self._note(reach, document, found)
                seen[id(value)] = [one for one in found if isinstance(one, Wish)]
            for wish in seen[id(value)]:
                reach.add_object(tokens, wish)

    def _objects(self, document: Document) -> Iterator[tuple[Tokens, Mapping[str, Json]]]:
        if is_object(document.root):
            yield (), document.root
        for objects in self._subject.survey.objects.get(document.uri, {}).values():
            yield from (one for one in objects if one[0])

    def _is_checked(self, place: Place) -> bool:
        """Tell whether the rules have looked at a part: of a fragment they see what references lead to."""
        uri, tokens = place.uri, place.pointer.tokens
        if self._subject.references.is_description(uri):
            return True
        if uri not in self._walked:
            objects = self._subject.survey.objects.get(uri, {})
            self._walked[uri] = {at for found in objects.values() for at, _ in found}
        return any(tokens[:depth] in self._walked[uri] for depth in range(len(tokens) + 1))


def _remark(code: str, at: Location, message: str, hint: str, subject: str = "") -> Finding:
    return Finding(code, Severity.WARNING, message, at, hint, subject=subject)


def _unknown(code: str, known: Iterable[str]) -> tuple[str, str]:
    hint = did_you_mean(code, known) or f"{_RULES} lists them"
    if code == "*":
        hint = "name each rule; nothing stands for all of them"
    return f"there is no lint rule `{code}`", hint


def _say_why(wish: Wish) -> str:
    if wish.at.span is None:
        return f"write `{MEMBER}: {{{wish.code}: reason}}`"
    return f"write it behind the bracket: `# {WORD} ignore[{wish.code}] reason`"
