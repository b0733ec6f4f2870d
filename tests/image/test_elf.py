from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from contractctl.image.bases.elf import MAGIC, hide_folder, parse_elf, read_elf, strip_elf

PYTHON = Path(sys.executable).resolve()
EXTENSION = next(Path(orjson.__file__).parent.glob("*.so"))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ELF files are Linux's")


@pytest.mark.parametrize("path", [PYTHON, EXTENSION], ids=["the interpreter", "an extension module"])
def test_a_stripped_file_tells_the_loader_what_it_told_before(path: Path, tmp_path: Path) -> None:
    stripped = tmp_path / path.name
    stripped.write_bytes(strip_elf(path.read_bytes()))
    assert read_elf(stripped) == read_elf(path)
    assert stripped.stat().st_size <= path.stat().st_size
    assert strip_elf(stripped.read_bytes()) == stripped.read_bytes()


def test_the_stripped_interpreter_runs(tmp_path: Path) -> None:
    stripped = tmp_path / PYTHON.name
    stripped.write_bytes(strip_elf(PYTHON.read_bytes()))
    stripped.chmod(0o755)
    command = [stripped, "-c", "import ssl; print(40 + 2)"]
    said = subprocess.run(command, capture_output=True, text=True, env={"PYTHONHOME": sys.base_prefix}, check=True)
    assert said.stdout == "42\n"


def test_what_is_no_elf_file_is_left_alone(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_bytes(b"print()\n")
    assert read_elf(script) is None
    assert strip_elf(b"print()\n") == b"print()\n"
    assert strip_elf(b"") == b""


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "half.so"
    damaged.write_bytes(PYTHON.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"half\.so is a damaged ELF file"):
        read_elf(damaged)


def test_a_32_bit_file_of_the_other_byte_order_is_read_and_cut(tmp_path: Path) -> None:
    text = b"/lib/ld.so.1\0"
    header = (
        b"\x7fELF\x01\x02\x01" + bytes(9) + struct.pack(">HHIIIIIHHHHHH", 2, 20, 1, 0, 52, 97, 0, 52, 32, 1, 40, 3, 2)
    )
    program = struct.pack(">IIIIIIII", 3, 84, 0, 0, len(text), len(text), 4, 1)
    file = tmp_path / "powerpc"
    file.write_bytes(header + program + text + b"symbols and sections")
    elf = read_elf(file)
    assert elf is not None
    assert (elf.machine, elf.bits, elf.interpreter, elf.needed) == (20, 32, "/lib/ld.so.1", ())
    stripped = strip_elf(file.read_bytes())
    assert stripped == header[:32] + bytes(4) + header[36:48] + bytes(4) + program + text


HOME = "/home/ada/pythons/3.13.0"
HIDDEN = b"/" * len("/home/ada/pythons") + b"/3.13.0"


@pytest.mark.parametrize(
    ("content", "hidden"),
    [
        pytest.param(b"/home/ada/pythons/3.13.0\0", HIDDEN + b"\0", id="the folder itself"),
        pytest.param(b"/home/ada/pythons/3.13.0/lib\0", HIDDEN + b"/lib\0", id="what is in it"),
        pytest.param(b"a:/home/ada/pythons/3.13.0:b\0", b"a:" + HIDDEN + b":b\0", id="one of several"),
        pytest.param(b"/home/ada/pythons/3.13.01\0", b"/home/ada/pythons/3.13.01\0", id="another folder"),
        pytest.param(b"/lib\0", b"/lib\0", id="nothing of it"),
    ],
)
def test_a_folder_is_hidden_where_an_elf_file_names_it(content: bytes, hidden: bytes) -> None:
    assert hide_folder(MAGIC + content, HOME) == MAGIC + hidden
    assert hide_folder(content, HOME) == content


@pytest.mark.parametrize("folder", ["/", "/python", ""])
def test_a_folder_that_lies_below_the_root_is_no_secret(folder: str) -> None:
    data = EXTENSION.read_bytes()
    assert hide_folder(data, folder) == data


def test_the_loader_that_the_kernel_starts_stays_where_it_is() -> None:
    data = PYTHON.read_bytes()
    elf = parse_elf(data)
    assert elf is not None
    assert hide_folder(data, elf.interpreter) == data
