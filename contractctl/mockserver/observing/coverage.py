"""Coverage: which of a contract's operations, statuses, parameters, media types and examples clients have used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import orjson

from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.model import Json
from contractctl.mockserver.observing.spaces import parts_of

Used: TypeAlias = "Mapping[tuple[str, str], dict[tuple[str, str, str], int]]"
"""By prefix and title of an operation: kind, location and name, with a number."""

_KINDS = ("operations", "statuses", "parameters", "media_types", "examples")


def used_of(numbers: Mapping[str, int]) -> Used:
    """Sort the numbers of the space COVERAGE by operation."""
    used: dict[tuple[str, str], dict[tuple[str, str, str], int]] = defaultdict(dict)
    for key, value in sorted(numbers.items()):
        match parts_of(key):
            case [prefix, title, kind, location, name]:
                used[prefix, title][kind, location, name] = value
    return used


def coverage(contracts: Iterable[tuple[str, Bundle]], used: Used) -> dict[str, Json]:
    """Return what was used of contracts, each with its prefix."""
    operations = [
        _operation(prefix, record, used.get((prefix, record["title"]), {}))
        for prefix, bundle in contracts
        for record in _records(bundle)
    ]
    seen: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for operation in operations:
        seen["operations"] += operation["requests"] > 0
        all_of["operations"] += 1
        for kind in _KINDS[1:]:
            seen[kind] += len(operation[kind]["seen"])
            all_of[kind] += len(operation[kind]["seen"]) + len(operation[kind]["unseen"])
    return {
        "totals": {kind: _share(seen[kind], all_of[kind]) for kind in _KINDS},
        "unused": [operation["title"] for operation in operations if not operation["requests"]],
        "operations": [*operations],
    }


def _records(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Yield the operations as they are in the bundle: of most of it nothing is asked here."""
    for route in bundle.index.routes:
        for ref in route.operations.values():
            yield orjson.loads(bundle.record(ref))


def _operation(prefix: str, record: Mapping[str, Any], used: Mapping[tuple[str, str, str], int]) -> dict[str, Any]:
    statuses = {name: number for (kind, _, name), number in used.items() if kind == "requests"}
    documented = [response["status"] for response in record["responses"]]
    seen = {_documented(status, documented) for status in statuses}
    parameters = [(one["in"], one["name"]) for one in record["parameters"]]
    media = [one["media"] for one in (record.get("body") or {}).get("content") or ()]
    examples = [*dict.fromkeys(_examples(record))]
    return {
        **({"contract": prefix} if prefix else {}),
        "title": record["title"],
        "operation_id": record.get("id") or None,
        "requests": sum(statuses.values()),
        "answers": {status: statuses[status] for status in sorted(statuses)},
        "statuses": _split({status: status in seen for status in documented}),
        "parameters": _split({f"{place}.{name}": ("parameter", place, name) in used for place, name in parameters}),
        "media_types": _split({name: ("media", "", name) in used for name in media}),
        "examples": _split({name: ("example", "", name) in used for name in examples}),
        "preferences": sorted(name for kind, _, name in used if kind == "preference"),
    }


def _documented(status: str, documented: Iterable[str]) -> str:
    """Return what of the contract a status is an answer of, empty where it is the mock's own."""
    known = set(documented)
    return next((one for one in (status, f"{status[0]}XX", "default") if one in known), "")


def _examples(record: Mapping[str, Any]) -> Iterator[str]:
    for response in record["responses"]:
        for content in response.get("content") or ():
            yield from (one["name"] for one in content.get("examples") or () if one["name"])


def _split(uses: Mapping[str, bool]) -> dict[str, list[str]]:
    return {
        "seen": [name for name, is_used in uses.items() if is_used],
        "unseen": [name for name, is_used in uses.items() if not is_used],
    }


def _share(seen: int, everything: int) -> dict[str, Json]:
    percent = round(100 * seen / everything, 1) if everything else 100.0
    return {"seen": seen, "all": everything, "percent": percent}
