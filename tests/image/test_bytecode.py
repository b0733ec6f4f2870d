from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contractctl.image.bytecode import compile_source, with_bytecode
from contractctl.image.tree import Entry, File, Symlink

SOURCE = Path(subprocess.__file__).read_bytes()
DIGEST = """
import hashlib, subprocess, sys
from pathlib import Path
from contractctl.image.bytecode import compile_source
source = Path(subprocess.__file__).read_bytes()
print(hashlib.sha256(compile_source(source, "/usr/local/lib/python3/subprocess.py")).hexdigest())
"""


@pytest.mark.parametrize(
    "more", ["", "import asyncio, json, typing, ssl\n"], ids=["in a bare process", "in a full one"]
)
@pytest.mark.parametrize("seed", ["0", "77"])
def test_bytecode_does_not_depend_on_the_process_that_makes_it(more: str, seed: str) -> None:
    command = [sys.executable, "-c", more + DIGEST]
    said = subprocess.run(
        command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
    )
    here = compile_source(SOURCE, "/usr/local/lib/python3/subprocess.py")
    assert here is not None
    assert said.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_python_runs_it_without_looking_at_the_source(tmp_path: Path) -> None:
    tree = with_bytecode({"greeting.py": File(b"word = 'hello'\nplace = __spec__.cached\n")})
    for path, entry in tree.items():
        assert isinstance(entry, File)
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(entry.data)
    # Another source than the compiled one: unchecked bytecode wins.
    (tmp_path / "greeting.py").write_text("word = 'changed'\n")
    spec = importlib.util.spec_from_file_location("greeting", tmp_path / "greeting.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.word == "hello"


def test_tracebacks_name_the_path_in_the_image() -> None:
    made = compile_source(b"def f(): pass\n", "/opt/mock/f.py")
    assert made is not None
    assert b"/opt/mock/f.py" in made


def test_only_python_of_this_version_is_compiled() -> None:
    tree: dict[str, Entry] = {
        "a/__init__.py": File(b"x = 1\n"),
        "a/broken.py": File(b"print 'two'\n"),
        "a/zero.py": File(b"\0"),
        "a/warned.py": File(b"'\\d'\n"),
        "a/data.txt": File(b"x = 1\n"),
        "a/link.py": Symlink("__init__.py"),
    }
    tag = sys.implementation.cache_tag
    made = with_bytecode(tree)
    assert made.keys() - tree.keys() == {f"a/__pycache__/__init__.{tag}.pyc", f"a/__pycache__/warned.{tag}.pyc"}
    assert {path: made[path] for path in tree} == tree
