"""Who has brought which file: distributions, wheels, interpreters, and Debian packages of the building machine."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from contractctl.image.bases.elf import strip_elf
from contractctl.image.bases.libraries import LibraryFinder
from contractctl.image.layers import pack_layer
from contractctl.image.sbom.carried import carried_software
from contractctl.image.sbom.component import Component, package_url
from contractctl.image.sbom.contents import Contents, FileFacts, read_contents
from contractctl.image.sbom.licences import classified, spdx_expression
from contractctl.image.sbom.machine import packages_of_this_machine
from contractctl.image.sbom.parts import Part, find_parts
from contractctl.image.tree import File, Symlink

EXPRESSIONS = [
    pytest.param("MIT", "MIT", id="one licence"),
    pytest.param("mit", "MIT", id="in lower case"),
    pytest.param("Apache-2.0 or bsd-3-clause", "Apache-2.0 OR BSD-3-Clause", id="a choice"),
    pytest.param("MPL-2.0 AND (Apache-2.0 OR MIT)", "MPL-2.0 AND (Apache-2.0 OR MIT)", id="brackets"),
    pytest.param("Apache-2.0 WITH LLVM-exception AND MIT", "Apache-2.0 WITH LLVM-exception AND MIT", id="an exception"),
    pytest.param("((MIT))", "((MIT))", id="brackets for nothing"),
]
NO_EXPRESSIONS = [
    pytest.param("", id="nothing"),
    pytest.param("MIT License", id="a name in words"),
    pytest.param("MIT OR", id="half a choice"),
    pytest.param("MIT Apache-2.0", id="two with nothing between them"),
    pytest.param("(MIT", id="an open bracket"),
    pytest.param("MIT WITH Apache-2.0", id="a licence in the place of an exception"),
    pytest.param("LLVM-exception", id="an exception alone"),
    pytest.param("LicenseRef-Proprietary", id="a licence of the author's own"),
    pytest.param("MIT, BSD", id="a list"),
    pytest.param("Dual License", id="no licence"),
]


@pytest.fixture(autouse=True)
def _cache(image_cache: Path) -> None:
    """Keep what is cached out of the home of whoever runs the tests."""


@pytest.mark.parametrize(("text", "expression"), EXPRESSIONS)
def test_an_expression_is_spelled_as_the_list_of_licences_spells_it(text: str, expression: str) -> None:
    assert spdx_expression(text) == expression
    assert spdx_expression(expression) == expression


@pytest.mark.parametrize("text", NO_EXPRESSIONS)
def test_what_is_no_expression_is_not_made_one(text: str) -> None:
    assert spdx_expression(text) == ""


@pytest.mark.parametrize(
    ("classifiers", "licence"),
    [
        pytest.param(["License :: OSI Approved :: MIT License"], "MIT", id="one"),
        pytest.param(["License :: OSI Approved", "Topic :: Internet"], "", id="approved, and no more"),
        pytest.param(["License :: OSI Approved :: BSD License"], "", id="one of several of a name"),
        pytest.param(["License :: A :: MIT License", "License :: A :: ISC License (ISCL)"], "", id="two"),
        pytest.param([], "", id="none"),
    ],
)
def test_a_classifier_names_a_licence_where_it_is_the_only_one(classifiers: list[str], licence: str) -> None:
    assert classified(classifiers) == licence


@pytest.mark.parametrize(
    ("url", "written"),
    [
        pytest.param(package_url("pypi", "orjson", "3.10"), "pkg:pypi/orjson@3.10", id="plain"),
        pytest.param(package_url("deb", "debian/g++", "4:12+b1"), "pkg:deb/debian/g%2B%2B@4%3A12%2Bb1", id="signs"),
        pytest.param(
            package_url("apk", "alpine/a", "1", {"b": "2", "a": "1", "c": ""}),
            "pkg:apk/alpine/a@1?a=1&b=2",
            id="qualifiers in their order, none that is empty",
        ),
    ],
)
def test_a_package_url_is_canonical(url: str, written: str) -> None:
    assert url == written


def image(files: Mapping[str, str]) -> Contents:
    """Make an image that holds these files."""
    return read_contents([pack_layer("base", {path: File(text.encode()) for path, text in files.items()})])


def nobody(_files: Mapping[str, FileFacts]) -> Mapping[str, Component]:
    """Know of no package of this machine."""
    return {}


def named(contents: Contents) -> dict[str, Part]:
    """Return the parts of an image by name."""
    return {part.component.name: part for part in find_parts(contents, owners=nobody).parts}


ALPINE = """C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
T:the musl c library (libc) implementation
L:MIT
o:musl
m:Timo Teras <timo.teras@iki.fi>
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755

P:zlib
V:1.3.1-r1
A:x86_64
L:Zlib AND custom
F:usr/lib
R:libz.so.1
"""


def test_alpines_packages_are_read_from_the_database_of_apk() -> None:
    release = {"etc/os-release": 'ID=alpine\nVERSION_ID="3.20.1"\n', "lib/apk/db/installed": ALPINE}
    parts = named(image({**release, "lib/ld-musl-x86_64.so.1": "1", "usr/lib/libz.so.1": "2"}))
    musl, zlib = parts["musl"].component, parts["zlib"].component
    assert musl.purl == "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1&upstream=musl"
    assert (musl.licence, musl.said) == ("MIT", "")
    assert (zlib.licence, zlib.said) == ("", "Zlib AND custom")
    assert {name: list(parts[name].files) for name in ("musl", "zlib")} == {
        "musl": ["lib/ld-musl-x86_64.so.1"],
        "zlib": ["usr/lib/libz.so.1"],
    }


def test_images_without_a_package_manager_have_a_paragraph_for_each_package() -> None:
    files = {
        "var/lib/dpkg/status.d/tzdata": "Package: tzdata\nVersion: 2024a\nArchitecture: all\n",
        "var/lib/dpkg/status.d/tzdata.md5sums": "d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n",
        "usr/share/zoneinfo/UTC": "0",
    }
    (part,) = named(image(files)).values()
    assert part.component.purl == "pkg:deb/debian/tzdata@2024a?arch=all"
    assert list(part.files) == ["usr/share/zoneinfo/UTC"]


def test_a_package_that_was_removed_is_not_told_of() -> None:
    gone, here = "Package: gone\nStatus: deinstall ok config-files\n", "Package: here\nStatus: install ok installed\n"
    assert named(image({"var/lib/dpkg/status": f"{gone}\n{here}"})).keys() == {"here"}


def test_a_file_is_found_although_the_list_is_older_than_the_merge_of_usr() -> None:
    tree = {
        "lib": Symlink("usr/lib"),
        "usr/lib/libz.so.1": File(b"z"),
        "var/lib/dpkg/status": File(b"Package: zlib1g\nStatus: install ok installed\n"),
        "var/lib/dpkg/info/zlib1g.list": File(b"/lib/libz.so.1\n"),
    }
    parts = named(read_contents([pack_layer("base", tree)]))
    assert list(parts["zlib1g"].files) == ["usr/lib/libz.so.1"]


SITE = "usr/lib/python3.13/site-packages"
WHEELS = [
    pytest.param(
        {"a_b-1.dist-info/RECORD": "a_b/x.py,sha256=q,1\n../../../bin/tool,,\n", "a_b/x.py": "", "a_b/y.py": ""},
        [f"{SITE}/a_b/x.py", "usr/bin/tool"],
        id="by its record, where there is one",
    ),
    pytest.param(
        {"a_b-1.dist-info/top_level.txt": "other\n_a\n", "other/x.py": "", "_a.abi3.so": "", "a_b/y.py": ""},
        [
            *(f"{SITE}/a_b-1.dist-info/METADATA", f"{SITE}/a_b-1.dist-info/top_level.txt"),
            *(f"{SITE}/_a.abi3.so", f"{SITE}/other/x.py"),
        ],
        id="by what it calls its own",
    ),
    pytest.param(
        {"a_b/x.py": "", "a_bc/y.py": ""},
        [f"{SITE}/a_b-1.dist-info/METADATA", f"{SITE}/a_b/x.py"],
        id="by its name, else",
    ),
]


@pytest.mark.parametrize(("files", "claimed"), WHEELS)
def test_a_distribution_claims_its_files(files: dict[str, str], claimed: list[str]) -> None:
    metadata = {"a_b-1.dist-info/METADATA": "Name: A.B\nVersion: 1\n\nName: not this\n"}
    placed = {f"{SITE}/{path}": text for path, text in {**metadata, **files}.items()}
    part = named(image({**placed, "usr/bin/tool": ""}))["a-b"]
    assert part.component.purl == "pkg:pypi/a-b@1"
    assert sorted(part.files) == sorted(claimed)


def test_what_the_distribution_has_brought_is_not_told_of_twice() -> None:
    files = {
        f"{SITE}/a-1.dist-info/METADATA": "Name: a\nVersion: 1\n",
        "var/lib/dpkg/status": "Package: python3-a\nStatus: install ok installed\n",
        "var/lib/dpkg/info/python3-a.list": f"/{SITE}/a-1.dist-info/METADATA\n",
    }
    assert named(image(files)).keys() == {"python3-a"}


def bill(*components: Mapping[str, object]) -> str:
    """Write what a wheel says that it carries."""
    return json.dumps({"bomFormat": "CycloneDX", "components": list(components)})


CRATE = {"name": "bytes", "version": "1.12", "purl": "pkg:cargo/bytes@1.12", "scope": "required"}
CARRIED = [
    pytest.param(bill(CRATE), ["bytes"], id="a crate"),
    pytest.param(bill(CRATE, CRATE), ["bytes"], id="the same one twice"),
    pytest.param(bill({**CRATE, "scope": "excluded"}), [], id="what only building needs"),
    pytest.param(
        bill({**CRATE, "purl": "pkg:cargo/bytes@1?download_url=file://."}), [], id="a part of the wheel itself"
    ),
    pytest.param(bill({"name": "bytes"}), [], id="what has no package URL"),
    pytest.param(bill({**CRATE, "purl": "pkg:cargo/by tes"}), [], id="what has a broken one"),
    pytest.param(json.dumps({"spdxVersion": "SPDX-2.3", "components": [CRATE]}), [], id="another form"),
    pytest.param(json.dumps([CRATE]), [], id="no document"),
    pytest.param("{", [], id="no JSON"),
]


@pytest.mark.parametrize(("text", "names"), CARRIED)
def test_what_a_wheel_carries_is_told_by_its_own_bill(text: str, names: list[str]) -> None:
    files = {
        f"{SITE}/a-1.dist-info/METADATA": "Name: a\nVersion: 1\n",
        f"{SITE}/a-1.dist-info/sboms/a.cyclonedx.json": text,
    }
    found = find_parts(image(files), owners=nobody)
    assert [part.component.name for part in found.parts if part.kind == "Carried"] == names
    needed = [(one.part.component.name, one.needs.component.name) for one in found.dependencies]
    assert needed == [("a", name) for name in names]


LICENCES = [
    pytest.param([{"expression": "MIT OR Apache-2.0"}], ("MIT OR Apache-2.0", ""), id="an expression"),
    pytest.param([{"license": {"id": "MIT"}}, {"license": {"id": "ISC"}}], ("MIT AND ISC", ""), id="several licences"),
    pytest.param([{"license": {"name": "as is"}}], ("", "as is"), id="a name"),
    pytest.param([], ("", ""), id="none"),
]


@pytest.mark.parametrize(("licences", "told"), LICENCES)
def test_licences_of_what_is_carried(licences: list[object], told: tuple[str, str]) -> None:
    text = bill({**CRATE, "licenses": licences})
    (component,) = carried_software(image({f"{SITE}/a-1.dist-info/sboms/a.json": text}))
    assert (component.licence, component.said) == told


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A dpkg that has installed one package with one library."""
    library = tmp_path / "lib/libz.so.1"
    library.parent.mkdir()
    library.write_bytes(b"z")
    info = tmp_path / "dpkg/info"
    info.mkdir(parents=True)
    (info / "zlib1g:amd64.list").write_text(f"/.\n{os.path.realpath(library)}\n")
    stanza = "Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.2\n"
    (tmp_path / "dpkg/status").write_text(f"Package: other\n\n{stanza}\n")
    return tmp_path / "dpkg"


@pytest.mark.parametrize(
    ("held", "owners"),
    [pytest.param(b"z", ["zlib1g"], id="the file that lies here"), pytest.param(b"y", [], id="another one")],
)
def test_a_package_of_this_machine_is_told_where_it_is_proven(database: Path, held: bytes, owners: list[str]) -> None:
    path = str(database.parent / "lib/libz.so.1").strip("/")
    facts = FileFacts(hashlib.sha1(held).hexdigest(), hashlib.sha256(held).hexdigest(), "libz.so.1")
    system = {"ID": "debian", "VERSION_ID": "12"}
    found = packages_of_this_machine({path: facts}, database=database, system=system)
    assert [one.name for one in found.values()] == owners
    assert [one.paths for one in found.values()] == [frozenset({path})] * len(owners)


def test_without_dpkg_no_package_is_told(tmp_path: Path) -> None:
    facts = FileFacts("", hashlib.sha256(b"").hexdigest(), "libz.so.1")
    assert packages_of_this_machine({"lib/libz.so.1": facts}, database=tmp_path, system={}) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the loader is Linux's")
def test_a_package_is_found_by_a_list_that_is_older_than_the_merge_of_usr(tmp_path: Path) -> None:
    library = os.path.realpath(LibraryFinder.of(Path(sys.executable).resolve()).closure(()).files["libc.so.6"])
    (tmp_path / "info").mkdir()
    (tmp_path / "info/libc6.list").write_text(f"{library.removeprefix('/usr')}\n")
    (tmp_path / "status").write_text("Package: libc6\nVersion: 2\n")
    data = strip_elf(Path(library).read_bytes())
    facts = FileFacts(hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest(), "libc.so.6")
    found = packages_of_this_machine({library.strip("/"): facts}, database=tmp_path, system={})
    assert [one.name for one in found.values()] == ["libc6"]


STRINGS = [
    pytest.param(b"\x003.77.2\0", "3.77.2", id="a string of its own"),
    pytest.param(b"\0Python-3.77.2\0", "3.77.2", id="the end of another string"),
    pytest.param(b"\x003.77.0rc1+\0", "3.77.0rc1+", id="a release that is none yet"),
    pytest.param(b"\x0013.77.1\x003.77.2\0", "3.77.2", id="behind a version that ends alike"),
    pytest.param(b"\x003.77.2 (main)\0", "", id="the start of a string"),
    pytest.param(b"\x003.7.2\0", "", id="another version"),
]


@pytest.mark.parametrize(("text", "version"), STRINGS)
def test_an_interpreter_says_its_version_in_its_strings(text: bytes, version: str) -> None:
    program = File(orjson_module().read_bytes() + text)
    contents = read_contents([pack_layer("base", {"usr/bin/python3.77": program, "usr/bin/other": program})])
    assert contents.files["usr/bin/python3.77"].python == version
    assert contents.files["usr/bin/other"].python == ""


def orjson_module() -> Path:
    """Return an ELF file that is not large."""
    return next(Path(orjson.__file__).parent.glob("*.so"))
