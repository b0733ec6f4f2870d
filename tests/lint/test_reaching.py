"""Whatever leads to what, in graphs with and without circles."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from contractctl.lint.reaching import united

NODES = st.integers(0, 8)
GRAPHS = st.dictionaries(NODES, st.frozensets(NODES, max_size=4), max_size=9)


def _reached(following: Mapping[int, frozenset[int]], start: int) -> set[int]:
    """Walk from each node anew: slow, and plainly right."""
    seen, waiting = {start}, [start]
    while waiting:
        steps = following.get(waiting.pop(), frozenset()) - seen
        waiting.extend(steps)
        seen |= steps
    return seen


@given(GRAPHS)
def test_a_node_has_the_sets_of_all_that_it_leads_to(following: Mapping[int, frozenset[int]]) -> None:
    own = {node: 1 << node for node in range(9)}
    nodes = {*following, *(step for steps in following.values() for step in steps)}
    assert united(following, own) == {node: sum(own[one] for one in _reached(following, node)) for node in nodes}


def test_a_chain_of_any_length_is_walked_without_recursion() -> None:
    following = {node: {node + 1} for node in range(20_000)}
    assert united(following, {20_000: 1})[0] == 1
