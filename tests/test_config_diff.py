"""What a configuration may not say of comparisons."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.config import load_config
from contractctl.core.failures import UsageFailure


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param(
            "diff: {severity: {id: x}}\n",
            "1:8: diff.severity must be a list",
            'write `severity:` and below it `- {id: "request-*", severity: warning}`',
            id="a rule that is no list",
        ),
        pytest.param(
            "diff: {severity: [{kind: x}]}\n",
            "1:26: diff.severity[0] has no key `kind`",
            "known keys: id, path, operation, category, severity",
            id="a key of a rule",
        ),
        pytest.param(
            "diff: {severity: [{severity: off}]}\n",
            "1:19: diff.severity[0] names no change",
            "write `id:`, `path:`, `operation:` or `category:`",
            id="a rule on everything",
        ),
        pytest.param(
            "diff: {severity: [{id: x}]}\n",
            "1:19: diff.severity[0] needs a `severity`",
            "use breaking, warning, compatible, off",
            id="a rule that says nothing",
        ),
        pytest.param(
            "diff: {severity: [{id: x, severity: error}]}\n",
            "1:37: diff.severity[0].severity cannot be `error`",
            "use breaking, warning, compatible, off",
            id="a severity of lint",
        ),
        pytest.param(
            "diff: {severity: [{operation: /pets, severity: off}]}\n",
            "1:31: diff.severity[0].operation cannot be `/pets`",
            "write a method and a path, such as `GET /pets/*` or `* /pets`",
            id="a path for an operation",
        ),
        pytest.param(
            "diff: {severity: [{category: wires, severity: off}]}\n",
            "1:30: diff.severity[0].category cannot be `wires`",
            "use wire, sdk, lifecycle, docs",
            id="a category that there is not",
        ),
        pytest.param(
            "diff: {deprecation-days: 3 months}\n",
            "1:26: diff.deprecation-days must be a number of days",
            "write such as `deprecation-days: 90`; 0 asks for none",
            id="a time that is no number of days",
        ),
        pytest.param(
            "diff: {paths: {only: /a}}\n",
            "1:22: diff.paths has no key `only`",
            "known keys: include, exclude",
            id="a key of paths",
        ),
        pytest.param(
            "diff: {paths: {include: [/a, pets/*]}}\n",
            "1:16: diff.paths.include cannot be `pets/*`",
            "paths begin with a slash: `/pets/*`",
            id="a glob that no path can match",
        ),
        pytest.param(
            "diff: {severity: [{path: pets, severity: off}]}\n",
            "1:26: diff.severity[0].path cannot be `pets`",
            "paths begin with a slash: `/pets`",
            id="a glob of a rule that no path can match",
        ),
        pytest.param(
            "diff: {version-policy: calver}\n",
            "1:24: diff.version-policy cannot be `calver`",
            "use none, semver",
            id="a policy that there is not",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str, hint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contractctl.yaml").write_text(text)
    with pytest.raises(UsageFailure) as refusal:
        load_config()
    assert (refusal.value.message, refusal.value.hint) == (f"contractctl.yaml:{message}", hint)
