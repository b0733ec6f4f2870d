"""The police of ARCHITECTURE.md. Each check is a pure function over sources and is shown an offence and a near miss."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "contractctl"

# A path such as "contractctl/lint/engine.py" to the text of the file.
Sources = Mapping[str, str]

_GROUND = frozenset({"core", "synth", "encodings"})
_BELOW_BRACES = _GROUND | {"source", "contract", "mock"}
_BRACES = frozenset({"lint", "diff", "drift", "image", "verify", "github", "report", "config"})
# Each room and the rooms that it may import: down only, and the braces never each other.
FLOORS: Mapping[str, frozenset[str]] = {
    "core": frozenset(),
    "synth": frozenset(),
    "encodings": frozenset(),
    "source": frozenset({"core"}),
    "contract": frozenset({"core", "source"}),
    "mock": _GROUND | {"source", "contract"},
    **dict.fromkeys(_BRACES, _BELOW_BRACES),
    "api": _BELOW_BRACES | _BRACES,
    "cli": _BELOW_BRACES | _BRACES | {"api"},
    "__main__": _BELOW_BRACES | _BRACES | {"api", "cli"},
    # The island: it ships in the image without the rest of the house, and nobody imports it.
    "mockserver": frozenset({"synth", "encodings"}),
}
# The wheels that are in the image beside the server; the last three where its settings ask for them.
ISLAND_WHEELS = frozenset({"httptools", "jsonschema_rs", "orjson", "uvloop", "cryptography", "jwt", "redis"})
EMPTY_WORDS = frozenset({"utils", "helpers", "common", "manager", "misc"})
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_PAGE = 80


def imports(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything a file imports, in functions and under TYPE_CHECKING too."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)


def room_of(dotted: str) -> str:
    """Return the room that a dotted name of ours lies in; "" for the top, which holds nothing but the version."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FLOORS else ""


def ours(sources: Sources) -> Iterator[tuple[str, str, str]]:
    """Yield path, room and text of every file of the package."""
    for path, text in sorted(sources.items()):
        if path.startswith(f"{PACKAGE}/") and path != f"{PACKAGE}/__init__.py":
            yield path, path.removesuffix(".py").split("/")[1], text


def wrong_floors(sources: Sources) -> list[str]:
    """List the imports that go up or sideways, and the rooms that have no floor."""
    found = []
    for path, room, text in ours(sources):
        if room not in FLOORS:
            found.append(f"{path}: no floor is written down for `{room}`")
            continue
        for line, name in imports(path, text):
            target = room_of(name) if name.split(".")[0] == PACKAGE else ""
            if target and target != room and target not in FLOORS[room]:
                found.append(f"{path}:{line}: `{room}` must not import `{target}`")
    return found


def strangers_on_the_island(sources: Sources) -> list[str]:
    """List what the mock server, and what ships with it, imports beyond the standard library and its wheels."""
    allowed = sys.stdlib_module_names | ISLAND_WHEELS | {PACKAGE}
    return [
        f"{path}:{line}: the image does not carry `{name.split('.')[0]}`"
        for path, room, text in ours(sources)
        if room in {"mockserver", "synth", "encodings"}
        for line, name in imports(path, text)
        if name.split(".")[0] not in allowed
    ]


def circles(sources: Sources) -> list[str]:
    """List a circle of modules that import each other, if there is one."""
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path, _, _ in ours(sources)
    }
    graph = {module: sorted(_targets(module, path, sources[path], modules)) for module, path in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def _targets(module: str, path: str, text: str, modules: Mapping[str, str]) -> set[str]:
    names = (name for _, name in imports(path, text))
    nearest = (name if name in modules else name.rpartition(".")[0] for name in names)
    return {name for name in nearest if name in modules and name != module}


def prints(sources: Sources) -> list[str]:
    """List what writes to the terminal outside `cli`.

    `__main__` answers `--version` before anything is imported. The mock server is a program of its own, whose banner
    and log go to sys.stdout; it may write there, and still not `print`.
    """
    return [
        f"{path}:{line}: `{what}` outside cli"
        for path, room, text in ours(sources)
        if room not in {"cli", "__main__"}
        for line, what in _voices(path, text)
        if not (room == "mockserver" and what.startswith("sys."))
    ]


def _voices(path: str, text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                yield node.lineno, "print"
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "__stdout__" | "__stderr__"):
                yield node.lineno, f"sys.{node.attr}"
    for line, name in imports(path, text):
        if name in {"sys.stdout", "sys.stderr"} or name.split(".")[0] in {"rich", "typer", "click"}:
            yield line, name


def oversized(sources: Sources) -> list[str]:
    """List the files over 400 lines and the functions over 60, counted from `def` to the last line."""
    found = []
    for path, text in sorted(sources.items()):
        if (lines := len(text.splitlines())) > LONGEST_FILE:
            found.append(f"{path}: {lines} lines, {LONGEST_FILE} at most")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{path}:{node.lineno}: `{node.name}` has {length} lines, {LONGEST_FUNCTION} at most")
    return found


def empty_names(sources: Sources) -> list[str]:
    """List the modules and folders whose name says nothing about what they hold."""
    return [
        f"{path}: `{word}` does not say what it holds"
        for path in sorted(sources)
        for word in path.removesuffix(".py").split("/")
        if word in EMPTY_WORDS
    ]


def dear_records(sources: Sources) -> list[str]:
    """List the dataclasses of the standard library, which take three times as long to define as those of core."""
    return [
        f"{path}:{line}: dataclass comes from contractctl.core.records"
        for path, room, text in ours(sources)
        if room not in {"synth", "encodings", "mockserver"} and not path.endswith("core/records.py")
        for line, name in imports(path, text)
        if name == "dataclasses.dataclass"
    ]


def faults_of_the_page(page: str, sources: Sources) -> list[str]:
    """List what ARCHITECTURE.md lacks: every room by name, in at most 80 lines."""
    rooms = sorted({room for _, room, _ in ours(sources)} - {"__main__"})
    lines = len(page.splitlines())
    return [
        f"ARCHITECTURE.md does not name `{room}`"
        for room in rooms
        if f"{room}/" not in page and f"{room}.py" not in page
    ] + ([f"ARCHITECTURE.md has {lines} lines, {LONGEST_PAGE} at most"] if lines > LONGEST_PAGE else [])


@pytest.fixture(scope="module")
def house() -> Sources:
    """Every Python file of the repository."""
    folders = (ROOT / name for name in (PACKAGE, "tests", "tools", "bench"))
    files = (file for folder in folders for file in folder.rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


CHECKS: tuple[Callable[[Sources], list[str]], ...] = (
    wrong_floors,
    strangers_on_the_island,
    circles,
    prints,
    oversized,
    empty_names,
    dear_records,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_its_law(check: Callable[[Sources], list[str]], house: Sources) -> None:
    assert check(house) == []


def test_the_page_names_every_room_and_stays_short(house: Sources) -> None:
    assert faults_of_the_page((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), house) == []


def test_the_police_sees_the_house(house: Sources) -> None:
    assert {room for _, room, _ in ours(house)} >= {"core", "lint", "diff", "mock", "mockserver", "cli"}


def _lines(count: int) -> str:
    return "pass\n" * count


def _function(count: int) -> str:
    return "def f():\n" + "    pass\n" * (count - 1)


OFFENCES = {
    "a brace imports its neighbour": (
        wrong_floors,
        {"contractctl/lint/engine.py": "from contractctl.diff.compare import facts\n"},
        ["contractctl/lint/engine.py:1: `lint` must not import `diff`"],
    ),
    "core imports upward under TYPE_CHECKING": (
        wrong_floors,
        {"contractctl/core/places.py": "if TYPE_CHECKING:\n    from contractctl import source\n"},
        ["contractctl/core/places.py:2: `core` must not import `source`"],
    ),
    "api imports cli inside a function": (
        wrong_floors,
        {"contractctl/api/lint.py": "def f():\n    import contractctl.cli.lint\n"},
        ["contractctl/api/lint.py:2: `api` must not import `cli`"],
    ),
    "a relative import goes up": (
        wrong_floors,
        {"contractctl/contract/build.py": "from ..mock import bundle\n"},
        ["contractctl/contract/build.py:1: `contract` must not import `mock`"],
    ),
    "mock imports the island": (
        wrong_floors,
        {"contractctl/mock/process.py": "from contractctl.mockserver import serve\n"},
        ["contractctl/mock/process.py:1: `mock` must not import `mockserver`"],
    ),
    "the island imports core": (
        wrong_floors,
        {"contractctl/mockserver/server.py": "from contractctl.core.json import dumps\n"},
        ["contractctl/mockserver/server.py:1: `mockserver` must not import `core`"],
    ),
    "a room without a floor": (
        wrong_floors,
        {"contractctl/cache/files.py": ""},
        ["contractctl/cache/files.py: no floor is written down for `cache`"],
    ),
    "the island imports a wheel that the image lacks": (
        strangers_on_the_island,
        {"contractctl/mockserver/body.py": "import json\nimport requests.sessions\n"},
        ["contractctl/mockserver/body.py:2: the image does not carry `requests`"],
    ),
    "synth imports a wheel that the image lacks": (
        strangers_on_the_island,
        {"contractctl/synth/text.py": "from regress import Regex\n"},
        ["contractctl/synth/text.py:1: the image does not carry `regress`"],
    ),
    "two modules import each other": (
        circles,
        {
            "contractctl/diff/facts.py": "from contractctl.diff import law\n",
            "contractctl/diff/law.py": "def f():\n    from contractctl.diff.facts import Fact\n",
        },
        ["contractctl.diff.facts imports contractctl.diff.law imports contractctl.diff.facts"],
    ),
    "a room prints": (
        prints,
        {"contractctl/api/lint.py": "print('clean')\n"},
        ["contractctl/api/lint.py:1: `print` outside cli"],
    ),
    "a room writes to standard output": (
        prints,
        {"contractctl/report/text.py": "import sys\nsys.stdout.write('clean')\n"},
        ["contractctl/report/text.py:2: `sys.stdout` outside cli"],
    ),
    "a room opens a console": (
        prints,
        {"contractctl/image/registry.py": "from rich.console import Console\n"},
        ["contractctl/image/registry.py:1: `rich.console.Console` outside cli"],
    ),
    "the island prints": (
        prints,
        {"contractctl/mockserver/banner.py": "print('ready')\n"},
        ["contractctl/mockserver/banner.py:1: `print` outside cli"],
    ),
    "a file of 401 lines": (
        oversized,
        {"tests/test_long.py": _lines(401)},
        ["tests/test_long.py: 401 lines, 400 at most"],
    ),
    "a function of 61 lines": (
        oversized,
        {"contractctl/lint/engine.py": _function(61)},
        ["contractctl/lint/engine.py:1: `f` has 61 lines, 60 at most"],
    ),
    "a module named utils": (
        empty_names,
        {"contractctl/lint/utils.py": ""},
        ["contractctl/lint/utils.py: `utils` does not say what it holds"],
    ),
    "a folder named common": (
        empty_names,
        {"contractctl/common/text.py": ""},
        ["contractctl/common/text.py: `common` does not say what it holds"],
    ),
    "a dataclass of the standard library": (
        dear_records,
        {"contractctl/lint/engine.py": "from dataclasses import dataclass, field\n"},
        ["contractctl/lint/engine.py:1: dataclass comes from contractctl.core.records"],
    ),
}


@pytest.mark.parametrize(("check", "sources", "violations"), OFFENCES.values(), ids=OFFENCES)
def test_an_offence_is_seen(check: Callable[[Sources], list[str]], sources: Sources, violations: list[str]) -> None:
    assert check(sources) == violations


NEAR_MISSES = {
    "lint imports downward": (wrong_floors, "contractctl/lint/engine.py", "from contractctl.contract import model\n"),
    "a room imports itself": (wrong_floors, "contractctl/diff/law.py", "from contractctl.diff.facts import Fact\n"),
    "a room imports its sibling relatively": (wrong_floors, "contractctl/diff/law.py", "from . import facts\n"),
    "everybody may ask for the version": (
        wrong_floors,
        "contractctl/core/tool.py",
        "from contractctl import __version__\n",
    ),
    "the island imports synth": (
        wrong_floors,
        "contractctl/mockserver/body.py",
        "from contractctl.synth import value\n",
    ),
    "the island imports its wheels": (
        strangers_on_the_island,
        "contractctl/mockserver/body.py",
        "import asyncio, uvloop\n",
    ),
    "other rooms import any wheel": (strangers_on_the_island, "contractctl/image/push.py", "import requests\n"),
    "a module imports its package's siblings": (
        circles,
        "contractctl/diff/law.py",
        "from contractctl.diff import facts\n",
    ),
    "cli prints": (prints, "contractctl/cli/lint.py", "from rich.console import Console\nprint('clean')\n"),
    "the version is answered early": (prints, "contractctl/__main__.py", "print('0.1.0')\n"),
    "the island logs": (prints, "contractctl/mockserver/banner.py", "import sys\nsys.stdout.write('ready')\n"),
    "a method named print": (prints, "contractctl/image/plan.py", "printer.print('x')\n"),
    "a file of 400 lines": (oversized, "tests/test_long.py", _lines(400)),
    "a function of 60 lines": (oversized, "contractctl/lint/engine.py", _function(60)),
    "the island has records of its own": (
        dear_records,
        "contractctl/mockserver/record.py",
        "from dataclasses import dataclass\n",
    ),
    "base is a container's base image": (empty_names, "contractctl/image/base.py", ""),
}


@pytest.mark.parametrize(("check", "path", "text"), NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_a_near_miss_is_let_go(check: Callable[[Sources], list[str]], path: str, text: str) -> None:
    assert check({path: text}) == []


@pytest.mark.parametrize(
    ("page", "faults"),
    [
        pytest.param("lint/ and report/", [], id="both rooms named"),
        pytest.param("lint/", ["ARCHITECTURE.md does not name `report`"], id="a room forgotten"),
        pytest.param("lint/ report/" + "\n" * 81, ["ARCHITECTURE.md has 81 lines, 80 at most"], id="a page too long"),
    ],
)
def test_the_page_is_held_to_its_promise(page: str, faults: list[str]) -> None:
    assert faults_of_the_page(page, {"contractctl/lint/engine.py": "", "contractctl/report/text.py": ""}) == faults
