"""The pull-request story: the change is judged, its mock is there."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from contractctl.core.reports import CHANGES_PAGE
from tests.ci.scratch import DINOSAURS, ROOT, Scratch
from tests.components.registry import Registry
from tests.components.skopeo import Skopeo

OLD = (DINOSAURS / "openapi-1.0.yaml").read_text()
NEW = (DINOSAURS / "openapi.yaml").read_text()
CLEAN = NEW.replace("version: 1.1.0", "version: 1.1.1").replace(
    "        - name: limit\n",
    "        - name: order\n          in: query\n          schema: {type: string}\n        - name: limit\n",
)
BROKEN = NEW.replace("in: path", "in: pth")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def test_a_breaking_change_is_red_on_its_line_and_its_mock_is_pushed_all_the_same(
    scratch: Scratch, registry: Registry, skopeo: Skopeo
):
    scratch.commit("main", {"openapi.yaml": OLD})
    head = scratch.commit("change", {"openapi.yaml": NEW})
    result = scratch.ci("--image", f"{registry.host}/acme/dinos-mock")
    assert result.code == 1
    line = next(number for number, text in enumerate(NEW.splitlines(), 1) if "[common_name, scientific_name]" in text)
    assert any(
        annotation.startswith(f"::error file=openapi.yaml,line={line},col=")
        and "title=request-property-became-required::" in annotation
        and "property `scientific_name` became required" in annotation
        for annotation in result.annotations
    )
    assert [annotation.split(" ")[0] for annotation in result.annotations] == ["::error"] * 3
    digest = result.outputs["digest"]
    for tag in ("pr-7", f"sha-{head[:7]}"):
        assert skopeo.digest(f"docker://{registry.host}/acme/dinos-mock:{tag}") == digest
    assert skopeo.digest(f"docker://{result.outputs['image']}") == digest
    labels = skopeo.config(f"docker://{result.outputs['image']}")["config"]["Labels"]
    assert labels["org.opencontainers.image.source"] == "https://github.example/acme/dinos"
    assert {name: result.outputs[name] for name in ("result", "errors", "warnings", "breaking", "tags")} == {
        "result": "failure",
        "errors": "0",
        "warnings": "0",
        "breaking": "3",
        "tags": f"pr-7\nsha-{head[:7]}",
    }
    assert "🔴 closed" in result.summary
    assert json.loads(Path(result.outputs["report"]).read_text())["exit_code"] == 1


def test_a_clean_change_is_green_and_its_mock_is_pushed(scratch: Scratch, registry: Registry, skopeo: Skopeo):
    scratch.commit("main", {"openapi.yaml": NEW})
    scratch.commit("change", {"openapi.yaml": CLEAN})
    result = scratch.ci("--image", f"{registry.host}/acme/clean-mock")
    assert (result.code, result.annotations) == (0, [])
    assert (result.outputs["result"], result.outputs["breaking"]) == ("success", "0")
    assert skopeo.digest(f"docker://{registry.host}/acme/clean-mock:pr-7") == result.outputs["digest"]
    assert "🟢 clean" in result.summary


def test_what_is_pushed_to_a_branch_has_its_name(scratch: Scratch, registry: Registry, skopeo: Skopeo):
    scratch.commit("main", {"openapi.yaml": OLD})
    head = scratch.commit("change", {"openapi.yaml": CLEAN})
    name = f"{registry.host}/acme/of-a-branch"
    result = scratch.ci("--image", name, GITHUB_EVENT_NAME="push", GITHUB_REF="refs/heads/change")
    assert (result.code, result.outputs["tags"].split()) == (0, ["change", f"sha-{head[:7]}"])
    assert skopeo.digest(f"docker://{name}:change") == result.outputs["digest"]


def test_the_script_of_the_action_runs_ci_with_the_inputs(scratch: Scratch, registry: Registry, skopeo: Skopeo):
    scratch.commit("main", {"api/openapi.yaml": OLD})
    scratch.commit("change", {"api/openapi.yaml": NEW})
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    step = action["runs"]["steps"][-1]
    inputs = {
        name: str(action["inputs"][value.split(".")[1].split(" ")[0]]["default"])
        for name, value in step["env"].items()
        if name.startswith("INPUT_")
    }
    more = {
        **inputs,
        "INPUT_SPEC": "api/openapi.yaml",
        "INPUT_DIFF_FAIL_ON": "none",
        "INPUT_IMAGE": f"{registry.host}/acme/action-mock",
        "INPUT_TAGS": "one\ntwo\n",
        "GITHUB_ACTION_PATH": str(ROOT),
        "PYTHON": sys.executable,
    }
    environment = scratch.environment(**more)
    # The environment that the step would make: this one, which has the same packages.
    Path(environment["RUNNER_TEMP"], "contractctl").symlink_to(sys.prefix)
    result = scratch.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], environment)
    assert (result.code, result.outputs["breaking"], result.outputs["tags"]) == (0, "3", "one\ntwo")
    assert skopeo.digest(f"docker://{registry.host}/acme/action-mock:two") == result.outputs["digest"]


def test_a_registry_that_is_down_is_told_and_the_verdict_is_still_there(scratch: Scratch):
    scratch.commit("main", {"openapi.yaml": OLD})
    scratch.commit("change", {"openapi.yaml": NEW})
    result = scratch.ci("--image", "127.0.0.1:9/acme/mock")
    assert result.code == 3
    assert result.outputs["breaking"] == "3"
    assert "image" not in result.outputs
    assert [each.partition("::cannot push 127.0.0.1:9/acme/mock")[1] for each in result.annotations].count("") == 3


def test_a_fork_is_checked_and_built_and_nothing_is_pushed(scratch: Scratch):
    scratch.commit("main", {"openapi.yaml": NEW})
    scratch.commit("change", {"openapi.yaml": CLEAN})
    result = scratch.ci("--image", "127.0.0.1:9/acme/mock", fork=True)
    assert result.code == 0
    assert result.outputs["image"].startswith("127.0.0.1:9/acme/mock@sha256:")
    assert "may not write" in result.summary


def test_errors_of_the_description_come_before_its_mock(scratch: Scratch):
    scratch.commit("main", {"openapi.yaml": NEW})
    scratch.commit("change", {"openapi.yaml": BROKEN})
    result = scratch.ci("--push", "false")
    line = next(number for number, text in enumerate(BROKEN.splitlines(), 1) if "in: pth" in text)
    assert result.code == 1
    assert any(
        annotation.startswith(f"::error file=openapi.yaml,line={line},col=13,") for annotation in result.annotations
    )
    assert "image" not in result.outputs
    assert "no mock of openapi.yaml was built" in result.summary


@pytest.mark.parametrize(
    ("before", "after", "code", "said"),
    [
        pytest.param(None, NEW, 0, "openapi.yaml is new: there is nothing to compare it with", id="a new contract"),
        pytest.param(
            NEW,
            "openapi: 3.1.0\ninfo: [",
            1,
            "no mock of openapi.yaml was built",
            id="a contract that is no longer YAML",
        ),
        pytest.param("openapi: [", NEW, 2, "is not a description", id="a contract that was broken before"),
    ],
)
def test_contracts_that_one_side_lacks(scratch: Scratch, before: str | None, after: str, code: int, said: str):
    scratch.commit("main", {"readme": "", **({"openapi.yaml": before} if before else {})})
    scratch.commit("change", {"openapi.yaml": after})
    result = scratch.ci("--push", "false")
    assert (result.code, said in result.log) == (code, True)


def test_a_contract_that_moved_is_compared_with_what_it_was(scratch: Scratch):
    scratch.commit("main", {"old/api.yaml": OLD})
    scratch.commit("change", {"old/api.yaml": None, "openapi.yaml": NEW})
    result = scratch.ci("--push", "false")
    assert (result.code, result.outputs["breaking"]) == (1, "3")
    assert "openapi.yaml was old/api.yaml before: it is compared with that" in result.summary


def test_annotations_on_changed_lines_come_first_in_whatever_file_of_the_description_they_lie(scratch: Scratch):
    entry = (
        "openapi: 3.1.0\ninfo: {title: a, version: '1'}\ncomponents:\n  schemas:\n"
        "    A: {$ref: a.yaml}\n    B: {$ref: b.yaml}\n"
    )
    scratch.commit("main", {"openapi.yaml": entry, "a.yaml": "type: strng\n", "b.yaml": "type: string\n"})
    scratch.commit("change", {"b.yaml": "type: intger\n"})
    files = [line.partition("file=")[2].partition(",")[0] for line in scratch.ci().annotations if "file=" in line]
    assert list(dict.fromkeys(files)) == ["b.yaml", "a.yaml"]


def test_a_contract_that_its_version_file_does_not_know_is_drift(scratch: Scratch):
    stamped = (DINOSAURS / "spec-version.txt").read_text()
    scratch.commit("main", {"openapi.yaml": NEW, "spec-version.txt": stamped})
    scratch.commit("change", {"openapi.yaml": CLEAN})
    result = scratch.ci("--push", "false")
    assert (result.code, result.outputs["drift"], result.outputs["drift-kind"]) == (1, "true", "local-modified")
    assert result.outputs["image"]


def test_missing_history_names_the_depth_to_fetch_and_the_rest_goes_on(scratch: Scratch, tmp_path: Path):
    scratch.commit("main", {"openapi.yaml": OLD})
    scratch.commit("change", {"openapi.yaml": NEW})
    environment = scratch.environment()
    shallow = tmp_path / "shallow"
    scratch.git("clone", "--depth", "1", "--branch", "change", f"file://{scratch.folder}", str(shallow))
    scratch.folder = shallow
    result = scratch.run([sys.executable, "-m", "contractctl", "ci", "--push", "false"], environment)
    assert result.code == 2
    assert "fetch-depth: 0" in result.summary
    assert result.outputs["image"]


HOSTILE = (
    "::error::x\n::add-mask::y\n%0A::set-output name=a::b ${{ github.token }} <script>alert(1)</script> "
    "[here](https://evil.example) ![](https://evil.example/a.png) <https://evil.example> @all #7 | `"
)
MENTION = re.compile(r"[@#]\w")


def test_nothing_that_a_description_says_is_obeyed(scratch: Scratch):
    document = yaml.safe_load(NEW)
    document["info"]["title"] = HOSTILE
    path = document["paths"].pop("/api/dinosaurs/")
    document["paths"]["/" + HOSTILE] = path
    before = yaml.safe_dump(document)
    path["get"]["parameters"].append({"name": HOSTILE, "in": "query", "required": True, "schema": {"type": "string"}})
    scratch.commit("main", {"openapi.yaml": before})
    scratch.commit("change", {"openapi.yaml": yaml.safe_dump(document)})
    result = scratch.ci("--push", "false")
    assert result.code == 1
    remarks = ("::error file=openapi.yaml,", "::warning file=openapi.yaml,", "::error title=")
    assert [line for line in result.annotations if not line.startswith(remarks)] == []
    assert result.annotations
    tokens = MarkdownIt("commonmark").enable("table").parse(result.summary)
    inline = [token for block in tokens for token in (block, *(block.children or ()))]
    assert {token.content for token in inline if token.type.startswith("html")} <= {"<br>", "<!-- -->"}
    assert not [token for token in inline if token.type == "image"]
    links = {str(token.attrs["href"]) for token in inline if token.type == "link_open"}
    assert links == {f"{CHANGES_PAGE}#required-parameter-added"}
    # GitHub looks for mentions in what was rendered, a piece between two tags at a time, and never in code.
    assert [token.content for token in inline if token.type == "text" and MENTION.search(token.content)] == []
    assert set(result.outputs) <= {
        *("result", "errors", "warnings", "breaking", "image", "digest", "tags", "report"),
    }


def test_several_contracts_need_an_image_each(scratch: Scratch):
    config = "specs:\n  - {path: a.yaml, image: 127.0.0.1:9/acme/a}\n  - {path: b.yaml}\n"
    scratch.commit("main", {"a.yaml": NEW, "b.yaml": NEW, "contractctl.yaml": config})
    scratch.commit("change", {})
    result = scratch.ci("--push", "false")
    assert result.code == 2
    assert "b.yaml has no image name of its own" in result.summary
    assert result.outputs["image"].startswith("127.0.0.1:9/acme/a@")
