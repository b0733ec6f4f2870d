"""From each use of a schema down to the edits: which operations an edit reaches, and by what path it shows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from contractctl.contract.model import Contract, Schema, SchemaValue
from contractctl.core.changes import Category, Direction
from contractctl.core.json import is_object
from contractctl.core.records import dataclass
from contractctl.diff.facts import LAWS, MOST_CLAIMS, Claim, Fact, Law, Use
from contractctl.diff.relation import Inclusion, Relation
from contractctl.diff.schemas.fragments import of_node
from contractctl.diff.schemas.normalise import SchemaDirection
from contractctl.diff.schemas.notes import compare_defaults
from contractctl.diff.schemas.pairs import PLAIN, Edit, Pair, Weight
from contractctl.diff.schemas.relate import SchemaRelations, Twins
from contractctl.diff.schemas.shape import Shape
from contractctl.diff.steps import Branch, Step, path_text

_DIRECTIONS: tuple[SchemaDirection, ...] = (Direction.REQUEST, Direction.RESPONSE)


@dataclass(slots=True, eq=False)
class _Visit:
    """A pair as it is reached with one weight: by which operations (a bit each), and in which ways, the first ones."""

    pair: Pair
    weight: Weight
    ways: list[tuple[Use, tuple[Step, ...]]]
    mask: int = 0

    @property
    def first(self) -> Use:
        """Where it is reached first."""
        return self.ways[0][0]

    @property
    def steps(self) -> tuple[Step, ...]:
        """How it is reached there."""
        return self.ways[0][1]

    def add(self, ways: Iterable[tuple[Use, tuple[Step, ...]]]) -> None:
        """Add further ways, as far as they are new and not too many."""
        known = {(id(use), path_text(steps)) for use, steps in self.ways}
        for use, steps in ways:
            if len(self.ways) < MOST_CLAIMS and (id(use), path_text(steps)) not in known:
                self.ways.append((use, steps))


class SchemaUses:
    """All the places where schemas of the two contracts meet. Add them, then ask for the facts once."""

    def __init__(self, base: Contract, revision: Contract) -> None:
        twins = Twins(base.definitions, revision.definitions)
        self._relations: dict[Direction, SchemaRelations] = {
            direction: SchemaRelations(base.definitions, revision.definitions, direction, twins=twins)
            for direction in _DIRECTIONS
        }
        self._uses: dict[Direction, list[tuple[Pair, Use]]] = {direction: [] for direction in _DIRECTIONS}

    def add(self, direction: Direction, use: Use) -> None:
        """Note that two schemas say what travels here."""
        pair = self._relations[direction].pair(*use.schemas)
        self._uses[direction].append((pair, use))

    def shapes(self, direction: Direction, schemas: tuple[Schema, Schema]) -> tuple[Shape, Shape]:
        """Return what either schema accepts."""
        relations = self._relations[direction]
        one, other = relations.base.node(schemas[0]), relations.revision.node(schemas[1])
        return relations.base.shape(one), relations.revision.shape(other)

    def member(self, direction: Direction, schemas: tuple[Schema, Schema], name: str) -> tuple[Shape, Shape] | None:
        """Return what both schemas say of a property that both declare; None where one does not."""
        relations = self._relations[direction]
        found: list[Shape] = []
        for side, schema in zip((relations.base, relations.revision), schemas, strict=True):
            node = side.shape(side.node(schema)).properties.get(name)
            if node is None:
                return None
            found.append(side.shape(node))
        return found[0], found[1]

    def facts(self) -> Iterator[Fact]:
        """Relate everything that was noted and yield a fact for each edit, with all operations that it reaches."""
        for direction, relations in self._relations.items():
            relations.solve()
            yield from _schema_facts(self._uses[direction], direction)
        yield from self._defaults()

    def _defaults(self) -> Iterator[Fact]:
        """Yield what changed in the defaults of optional parameters; those of properties are told with these."""
        direction = Direction.REQUEST
        for pair, use in self._uses[direction]:
            if _is_optional_parameter(use) and _may_differ(*use.schemas):
                operations = (use.title,)
                for edit in compare_defaults(*self.shapes(direction, use.schemas)):
                    yield _fact(edit, _Visit(pair, PLAIN, [(use, ())]), direction, operations)


def _is_optional_parameter(use: Use) -> bool:
    carrier = use.carrier
    if carrier.location == "body" or carrier.status or carrier.part:
        return False
    known = (one for side in use.operations for one in side.parameters if one.location == carrier.location)
    return not any(one.required for one in known if one.name.lower() == carrier.name.lower())


def _may_differ(base: Schema, revision: Schema) -> bool:
    """Tell whether two schemas need be read to find their defaults."""
    values = base.value, revision.value
    has_parts = any(is_object(value) and not value.keys().isdisjoint(("$ref", "allOf")) for value in values)
    return has_parts or values[0] != values[1]


def _schema_facts(uses: Sequence[tuple[Pair, Use]], direction: Direction) -> Iterator[Fact]:
    operations = list(dict.fromkeys(use.title for _, use in uses))
    bits = {operation: 1 << number for number, operation in enumerate(operations)}
    for visit in _spread(uses, bits):
        edits = list(visit.pair.all_edits())
        if edits:
            others = (one for one in operations if visit.mask & bits[one] and one != visit.first.title)
            reached = (visit.first.title, *others)
            yield from (_fact(edit, visit, direction, reached) for edit in edits)


def _spread(uses: Iterable[tuple[Pair, Use]], bits: dict[str, int]) -> Iterable[_Visit]:
    """Carry the operations down to every changed pair, each pair visited again only when that adds an operation."""
    visits: dict[tuple[int, Weight], _Visit] = {}
    waiting: deque[_Visit] = deque()

    def reach(fresh: _Visit, mask: int) -> None:
        visit = visits.setdefault((id(fresh.pair), fresh.weight), fresh)
        if visit is not fresh and len(visit.ways) < MOST_CLAIMS:
            visit.add(fresh.ways)
        if visit.mask | mask != visit.mask:
            visit.mask |= mask
            waiting.append(visit)

    for pair, use in uses:
        if pair.changed:
            reach(_Visit(pair, PLAIN, [(use, ())]), bits[use.title])
    while waiting:
        visit = waiting.popleft()
        for edge in visit.pair.edges():
            weight = visit.weight.then(edge.weight)
            step = edge.step or _branch(edge.pair)
            reach(_Visit(edge.pair, weight, [(use, (*steps, step)) for use, steps in visit.ways]), visit.mask)
    return visits.values()


def _branch(pair: Pair) -> Branch:
    return Branch(of_node(pair.base), of_node(pair.revision))


def _fact(edit: Edit, visit: _Visit, direction: Direction, operations: tuple[str, ...]) -> Fact:
    path, subject = path_text(visit.steps), visit.first.carrier.subject
    says = _said(edit, visit.pair, direction)
    relation = visit.weight.applied(edit.settled)
    return Fact(
        kind=f"{direction}-{edit.kind}",
        direction=direction,
        law=LAWS[direction] if edit.category is Category.WIRE else Law.NOTICE,
        relation=relation,
        operations=operations,
        subject=f"{subject}, `{path}`" if path else subject,
        text=edit.text,
        base=edit.base,
        revision=edit.revision,
        before=edit.before,
        after=edit.after,
        category=edit.category,
        claims=tuple(_claims(visit, says, relation, direction)) if edit.is_shown else (),
        sides=visit.first.operations,
    )


def _said(edit: Edit, pair: Pair, direction: Direction) -> tuple[SchemaValue, SchemaValue]:
    """Return what the sides say of what differs; of the sender only what it alone has, where that is known."""
    base, revision = edit.says or (of_node(pair.base), of_node(pair.revision))
    before, after = edit.own
    if direction is Direction.REQUEST:
        return (base if before is None else before), revision
    return base, (revision if after is None else after)


def _claims(
    visit: _Visit, says: tuple[SchemaValue, SchemaValue], relation: Relation, direction: Direction
) -> Iterator[Claim]:
    """Yield what is claimed in each way; below alternatives that overlap, also what only the whole of them tells.

    What is taken from such an alternative shows in it; what is added to it is refused for fitting another one, too.
    """
    answer, mirror = relation.forward, relation.backward
    if direction is Direction.RESPONSE:
        answer, mirror = mirror, answer
    is_taken = answer is not Inclusion.OPEN
    is_added = not is_taken or mirror is not Inclusion.PROVEN
    for use, steps in visit.ways:
        wholes = ((number, step.whole) for number, step in enumerate(steps) if isinstance(step, Branch) and step.whole)
        number, whole = next(wholes, (0, None))
        if whole is None or is_taken:
            yield Claim(use, steps, says)
        if whole is not None and is_added:
            yield Claim(use, steps[:number], whole)
