"""Small descriptions, one a file, that are right or wrong in one way: `fixtures/VERSION/{pass,fail}/OBJECT-CASE.yaml`.

The first line of a file names the clause that it is about, the second of one that fails the rule and the pointer of the
one error that is expected.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from contractctl.contract.versions import Version
from contractctl.core.findings import Severity
from contractctl.core.json import is_object
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document
from contractctl.lint.structure.gate import inspect, published_validator, rejections, table_of
from contractctl.lint.structure.schema_faults import is_lenient, is_too_severe
from contractctl.source.parse import parse_document

_FIXTURES = Path(__file__).parent / "fixtures"
_VERSIONS: tuple[Version, ...] = ("3.1", "3.2")


def _files(kind: str) -> list[Path]:
    return sorted(path for version in _VERSIONS for path in (_FIXTURES / version / kind).glob("*.yaml"))


def _id(path: Path) -> str:
    return f"{path.parts[-3]} {path.stem}"


@pytest.mark.parametrize("path", _files("pass"), ids=_id)
def test_what_the_specification_allows_is_no_error(path: Path) -> None:
    """Neither under `spec` nor under `recommended`, which has all of its rules."""
    found = lint_document(parse_document(path.name, path.read_bytes()))
    assert [f"{one.rule}: {one.message}" for one in found if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("path", _files("fail"), ids=_id)
def test_what_the_specification_forbids_is_one_error(path: Path) -> None:
    found = lint_document(parse_document(path.name, path.read_bytes()), profiles=[Profile.SPEC])
    said = [(one.severity, f"# expects: {one.rule} at {str(one.location.place.pointer) or '/'}") for one in found]
    assert said == [(Severity.ERROR, path.read_text().splitlines()[1])]


@pytest.mark.parametrize("path", [*_files("pass"), *_files("fail")], ids=_id)
def test_the_published_schema_is_only_known_to_disagree(path: Path) -> None:
    version: Version = "3.1" if path.parts[-3] == "3.1" else "3.2"
    root = parse_document(path.name, path.read_bytes()).root
    assert is_object(root)
    faults = inspect(root, version).faults
    if published_validator(version).is_valid(root):
        assert [fault for fault in faults if not is_lenient(version, table_of(version), fault)] == []
    elif not faults:
        assert all(is_too_severe(version, table_of(version), error) for error in rejections(root, version))


@pytest.mark.parametrize("version", _VERSIONS)
@pytest.mark.parametrize(("kind", "least"), [("pass", 3), ("fail", 4)])
def test_every_object_has_fixtures(version: Version, kind: str, least: int) -> None:
    names = [path.stem for path in _files(kind) if path.parts[-3] == version]
    objects = {name.removesuffix(" object").replace(" ", "-") for name in _titles(version)}
    counts = Counter(max((one for one in objects if f"{name}-".startswith(f"{one}-")), key=len) for name in names)
    assert {one: counts[one] for one in objects if counts[one] < least} == {}


def _titles(version: Version) -> set[str]:
    titles = {entry.title.lower() for entry in table_of(version).values()}
    return {"openapi" if title == "description" else title for title in titles}
