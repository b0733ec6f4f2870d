"""What leads to what in a graph with circles: computed once for all nodes, in the time that it takes to look at it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def united(following: Mapping[N, AbstractSet[N]], own: Mapping[N, int]) -> dict[N, int]:
    """Return for each node the union of the sets of all nodes that it leads to, its own included.

    Sets are the bits of a number. `following` are the steps from a node; what leads nowhere need not be in it.
    """
    found: dict[N, int] = {}
    for members in _circles_last_first(following):
        union = 0
        for node in members:
            union |= own.get(node, 0)
            for step in following.get(node, frozenset()):
                union |= found.get(step, 0)
        found.update(dict.fromkeys(members, union))
    return found


def _circles_last_first(following: Mapping[N, AbstractSet[N]]) -> Iterator[list[N]]:
    """Yield the strongly connected components, each after all that it leads to (Tarjan 1972, without recursion)."""
    number: dict[N, int] = {}
    lowest: dict[N, int] = {}
    open_nodes: list[N] = []
    is_open: set[N] = set()
    for root in following:
        walk: list[tuple[N, Iterator[N]]] = [] if root in number else [(root, iter(following[root]))]
        while walk:
            node, steps = walk[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                open_nodes.append(node)
                is_open.add(node)
            step = next(steps, None)
            if step is not None and step not in number:
                walk.append((step, iter(following.get(step, frozenset()))))
            elif step is not None:
                if step in is_open:
                    lowest[node] = min(lowest[node], number[step])
            else:
                walk.pop()
                if walk:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    yield _closed(open_nodes, is_open, node)


def _closed(open_nodes: list[N], is_open: set[N], first: N) -> list[N]:
    """Take the component that begins with `first` from what is open."""
    members: list[N] = []
    while not members or members[-1] != first:
        members.append(open_nodes.pop())
    is_open.difference_update(members)
    return members
