"""Why a text cannot be read comes out whatever anybody says: nobody has looked at what else is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.core.failures import UnloadableDescription, UsageFailure
from contractctl.core.findings import Setting, Severity
from contractctl.core.profiles import Profile
from contractctl.lint.engine import lint_document, running_rules
from contractctl.lint.rules import texts
from contractctl.source.parse import parse_document
from tests.lint.cases import document, operation, written

_CODES = [rule.code for rule in texts.RULES]
_UNREADABLE = {
    "document-encoding": (b"a: \xe9\n", b'a: "\\ud83d"\n', b"\xff\xfea\0:\0 \0\0\xd8"),
    "document-too-deep": (b"[" * 201 + b"]" * 201, b"{a: " * 201 + b"}" * 201),
    "yaml-syntax": (b"a: [\n", b"a: 'b\n", b"%YAML 3.0\n---\na: 1\n"),
    "yaml-multiple-documents": (b"a: 1\n---\na: 2\n", b"a: 1\n...\n---\n"),
    "yaml-alias": (b"a: *b\n", b"a: &b [*b]\n"),
    "yaml-complex-key": (b"? {a: 1}\n: 2\n", b"[1, 2]: 3\n"),
    "document-not-openapi": (b"", b"# nothing\n", b"[]", b"<html></html>", b"pet"),
}
_NO_JSON = (b"{", b'{"a": NaN}', b"{'a': 1}", b'{"a": 1} {}', b"a: 1")


def _unreadable(name: str, data: bytes) -> list[str]:
    with pytest.raises(UnloadableDescription) as raised:
        parse_document(name, data)
    return [one.rule for one in raised.value.findings]


@pytest.mark.parametrize(("code", "data"), [(code, data) for code, several in _UNREADABLE.items() for data in several])
def test_a_text_that_cannot_be_read(code: str, data: bytes) -> None:
    assert _unreadable("openapi.yaml", data) == [code]


@pytest.mark.parametrize("data", _NO_JSON)
def test_a_file_that_is_named_json_and_is_none(data: bytes) -> None:
    assert _unreadable("openapi.json", data) == ["json-syntax"]


@pytest.mark.parametrize(
    "text",
    [
        b'openapi: 3.1.0\ninfo: {title: "\\ud83d\\ude00", version: "1"}\npaths: {}\n',
        b'{"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}}',
        'openapi: 3.1.0\ninfo: {title: "é", version: "1"}\npaths: {}\n'.encode("utf-16"),
        b"openapi: 3.1.0\ninfo: &a {title: a, version: '1'}\npaths: {}\nx-a: *a\n",
        b"openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\nx-a: " + b"[" * 199 + b"]" * 199 + b"\n",
        b"---\nopenapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n...\n",
        b"? openapi\n: 3.1.0\n? info\n: {title: a, version: '1'}\n? paths\n: {}\n",
    ],
    ids=["a pair of surrogates", "JSON", "UTF-16", "an alias", "200 levels", "one document", "keys with a `?`"],
)
def test_a_text_that_can_be_read_has_none_of_these(text: bytes) -> None:
    found = {one.rule for one in lint_document(parse_document("openapi.yaml", text))}
    assert found.isdisjoint(_CODES)


@pytest.mark.parametrize("setting", ["off", Severity.WARNING, Severity.INFO])
@pytest.mark.parametrize("code", _CODES)
def test_nobody_turns_one_off_or_down(code: str, setting: Setting) -> None:
    with pytest.raises(UsageFailure) as refused:
        lint_document(document(operation("")), rules={code: setting})
    assert str(refused.value) == f"`{code}` can be neither turned off nor down: what cannot be read is never clean"


@pytest.mark.parametrize("profile", list(Profile))
def test_all_are_in_every_profile(profile: Profile) -> None:
    assert set(_CODES) <= running_rules([profile], dict.fromkeys(_CODES, Severity.ERROR))


@pytest.mark.parametrize(
    ("code", "data"), [(code, several[0]) for code, several in _UNREADABLE.items() if code != "document-not-openapi"]
)
def test_no_comment_hides_one_of_another_document(
    code: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pet.yaml").write_bytes(f"# contractctl: ignore-file[{code}] nobody looks\n".encode() + data)
    comment = f"# contractctl: ignore[{code}] nobody looks"
    read = written({"openapi.yaml": f"paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: pet.yaml}}}}}}  {comment}\n"})
    assert code in {one.rule for one in lint_document(read)}


def test_a_number_that_makes_another_document_unreadable_is_told_though_the_rule_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pet.yaml").write_text(f"maximum: {'9' * 5000}\n")
    read = written({"openapi.yaml": "paths: {}\ncomponents: {schemas: {A: {$ref: pet.yaml}}}\n"})
    found = lint_document(read, rules={"number-too-large": "off", "component-unused": "off"})
    assert [one.rule for one in found] == ["number-too-large"]
