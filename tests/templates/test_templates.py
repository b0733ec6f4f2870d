"""The templates as they are, and filled in: valid by those who judge such files, and confined."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from contractctl.api.kits import EXAMPLE, KITS, Filling, filled
from contractctl.image.reference import parse_reference
from tests.components.compose import Compose
from tests.components.kubernetes import KubernetesValidate
from tests.components.kustomize import Kustomize
from tests.templates.containers import CONFINED, Rights, containers

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
DIGEST = f"sha256:{'5e' * 32}"
BY_DIGEST = Filling(parse_reference(f"registry.example:5000/team/9-lives_api@{DIGEST}"), 8080, "/__mock_")
BY_TAG = replace(BY_DIGEST, image=parse_reference("museum/api:2.0.0-rc.1"))
SHARED = replace(EXAMPLE, shares_state=True)
FILLINGS = {"as it is": EXAMPLE, "by digest": BY_DIGEST, "by tag": BY_TAG, "with a Redis": SHARED}
KUBERNETES = ("1.30.0", "1.37.0")
"""The first whose servers wait before they stop a container without a shell in it, and the newest that is known."""

fillings = pytest.mark.parametrize("filling", FILLINGS.values(), ids=FILLINGS)


def written(kit: str, filling: Filling, folder: Path) -> Path:
    """Fill a kit in below a folder as `init` does; return where it is."""
    for template, path in KITS[kit].paths():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(filled(template, filling))
    return folder / KITS[kit].target


def test_every_file_is_of_a_kit() -> None:
    listed = {ROOT / template for kit in KITS.values() for template, _ in kit.paths()}
    folders = {TEMPLATES / kit.source for kit in KITS.values()}
    assert listed == {path for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_no_two_kits_write_one_file() -> None:
    paths = [path for kit in KITS.values() for _, path in kit.paths()]
    assert len(set(paths)) == len(paths)


ALL = [pytest.param(template, id=template) for kit in KITS.values() for template, _ in kit.paths()]


@pytest.mark.parametrize("template", ALL)
def test_filled_in_with_its_own_example_a_template_is_as_it_is(template: str) -> None:
    assert filled(template, EXAMPLE) == (ROOT / template).read_text()


@pytest.mark.parametrize("template", ALL)
def test_nothing_of_the_example_is_left_when_it_is_filled_in(template: str) -> None:
    text = filled(template, BY_DIGEST)
    assert re.findall(r"acme|dino|1\.1\.0|\b3000\b|/__mock/|A tag may|newTag: \"", text) == []
    assert re.findall(r"acme|dino|1\.1\.0|\b3000\b|/__mock/", filled(template, BY_TAG)) == []


def test_the_credentials_of_github_go_to_its_registry_alone(tmp_path: Path) -> None:
    (ghcr,), (other,) = (
        yaml.safe_load((written("services", filling, tmp_path) / "client-tests.yml").read_text())["jobs"].values()
        for filling in (EXAMPLE, BY_TAG)
    )
    assert (ghcr["services"]["mock"]["credentials"]["username"], ghcr["permissions"]) == (
        "${{ github.actor }}",
        {"contents": "read", "packages": "read"},
    )
    assert ("credentials" in other["services"]["mock"], other["permissions"]) == (False, {"contents": "read"})


NAMES = [
    pytest.param("ghcr.io/acme/dino-mock:1", "dino-mock", id="the last part of the image's name"),
    pytest.param("mock_api:1", "mock-api", id="what names may not hold is a dash"),
    pytest.param("acme/3d.models:1", "mock-3d-models", id="it begins with a letter"),
    pytest.param(
        f"acme/{'long-' * 12}name:1", "long-long-long-long-long-long-long-long-long-lon", id="it is short enough"
    ),
]


@pytest.mark.parametrize(("image", "name"), NAMES)
def test_things_of_a_cluster_are_named_after_the_image(image: str, name: str) -> None:
    assert replace(EXAMPLE, image=parse_reference(image)).name == name


# Confined


def all_containers() -> Iterator[tuple[str, Rights]]:
    for path in sorted((*TEMPLATES.rglob("*.yaml"), *TEMPLATES.rglob("*.yml"))):
        for name, rights in containers(path):
            yield f"{path.relative_to(TEMPLATES)} {name}", rights


def test_every_container_is_unprivileged_and_read_only() -> None:
    found = dict(all_containers())
    # Where somebody works there is something to write; nobody but its makers says who they are in there.
    assert found.pop("devcontainer/compose.yaml workspace").user == ""
    assert found == dict.fromkeys(
        [
            "compose/compose.redis.yaml redis",
            "compose/compose.yaml mock",
            "devcontainer/compose.yaml mock",
            "kustomize/deployment.yaml mock",
            "kustomize/redis/redis.yaml redis",
            "services/client-tests.yml mock",
        ],
        CONFINED,
    )


PLAIN = {
    "of a pod": "spec: {template: {spec: {securityContext: {runAsUser: 0}, containers: [{name: x, image: x}]}}}",
    "of Compose": "services: {x: {image: x}}",
    "of a workflow": "jobs: {test: {services: {x: {image: x, options: --cap-drop NET_RAW}}}}",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_a_container_of_which_nobody_says_so_is_not_taken_for_confined(text: str, tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text(text)
    assert list(containers(file)) == [
        ("x", Rights("", read_only=False, no_capabilities=False, no_new_privileges=False))
    ]


# Kubernetes


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    return tmp_path / "manifests.yaml"


@fillings
def test_the_manifests_are_what_kubernetes_takes(
    filling: Filling, kustomize: Kustomize, kubernetes_validate: KubernetesValidate, tmp_path: Path, manifests: Path
) -> None:
    manifests.write_text(kustomize.build(written("kustomize", filling, tmp_path)))
    assert [kubernetes_validate.faults(manifests, version) for version in KUBERNETES] == [[], []]


def test_the_judge_sees_a_fault(kubernetes_validate: KubernetesValidate, manifests: Path) -> None:
    text = (TEMPLATES / "kustomize" / "deployment.yaml").read_text()
    manifests.write_text(text.replace("readOnlyRootFilesystem", "readonlyRootFilesystem"))
    (fault,) = kubernetes_validate.faults(manifests, KUBERNETES[-1])
    assert "'readonlyRootFilesystem' was unexpected" in fault


def test_the_image_is_the_digest_that_was_named(kustomize: Kustomize, tmp_path: Path) -> None:
    built = kustomize.build(written("kustomize", BY_DIGEST, tmp_path))
    assert images_of(built) == [f"registry.example:5000/team/9-lives_api@{DIGEST}"]


def test_kustomize_itself_exchanges_the_tag_for_a_digest(kustomize: Kustomize, tmp_path: Path) -> None:
    folder = written("kustomize", EXAMPLE, tmp_path)
    assert images_of(kustomize.build(folder)) == ["ghcr.io/acme/dino-mock:1.1.0"]
    kustomize.run("edit", "set", "image", f"mock=ghcr.io/acme/dino-mock@{DIGEST}", folder=folder)
    assert images_of(kustomize.build(folder)) == [f"ghcr.io/acme/dino-mock@{DIGEST}"]


def test_replicas_that_share_state_may_ask_their_redis_and_nobody_else(kustomize: Kustomize, tmp_path: Path) -> None:
    alone = by_name(kustomize.build(written("kustomize", EXAMPLE, tmp_path / "alone")))
    shared = by_name(kustomize.build(written("kustomize", SHARED, tmp_path / "shared")))
    added = {name for name in shared if name not in alone}
    assert added == {f"{kind} dino-mock-redis" for kind in ("Deployment", "NetworkPolicy", "Service")}
    (mock,) = shared["Deployment dino-mock"]["spec"]["template"]["spec"]["containers"]
    told = {variable["name"]: variable.get("value") for variable in mock["env"]}
    assert told == {"MOCK_SIGNING_KEY": None, "MOCK_STATE_URL": "redis://dino-mock-redis:6379/0"}
    assert alone["NetworkPolicy dino-mock"]["spec"].get("egress", []) == []
    egress = shared["NetworkPolicy dino-mock"]["spec"]["egress"]
    assert [sorted(rule["to"][0]) for rule in egress] == [["podSelector"], ["namespaceSelector"]]
    assert egress[0]["to"][0]["podSelector"]["matchLabels"] == shared["Service dino-mock-redis"]["spec"]["selector"]


def test_every_selector_selects_the_pods_that_it_means(kustomize: Kustomize, tmp_path: Path) -> None:
    built = by_name(kustomize.build(written("kustomize", SHARED, tmp_path)))
    for name in ("dino-mock", "dino-mock-redis"):
        labels = {"app.kubernetes.io/name": name}
        deployment = built[f"Deployment {name}"]["spec"]
        assert deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"] == labels
        assert built[f"Service {name}"]["spec"]["selector"] == labels
        assert built[f"NetworkPolicy {name}"]["spec"]["podSelector"]["matchLabels"] == labels
    assert built["PodDisruptionBudget dino-mock"]["spec"]["selector"]["matchLabels"] == {
        "app.kubernetes.io/name": "dino-mock"
    }
    assert built["HorizontalPodAutoscaler dino-mock"]["spec"]["scaleTargetRef"]["name"] == "dino-mock"
    spread = built["Deployment dino-mock"]["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert {json.dumps(one["labelSelector"]) for one in spread} == {
        '{"matchLabels": {"app.kubernetes.io/name": "dino-mock"}}'
    }


def test_the_probes_ask_the_port_and_the_endpoints_of_the_mock(kustomize: Kustomize, tmp_path: Path) -> None:
    built = by_name(kustomize.build(written("kustomize", BY_DIGEST, tmp_path)))
    (mock,) = built["Deployment mock-9-lives-api"]["spec"]["template"]["spec"]["containers"]
    assert mock["ports"] == [{"name": "http", "containerPort": 8080}]
    asked = {kind: mock[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")}
    assert asked == {
        "startup": {"path": "/__mock_/health", "port": "http"},
        "readiness": {"path": "/__mock_/ready", "port": "http"},
        "liveness": {"path": "/__mock_/health", "port": "http"},
    }


def images_of(manifests: str) -> list[str]:
    deployments = (one for one in yaml.safe_load_all(manifests) if one["kind"] == "Deployment")
    return [container["image"] for one in deployments for container in one["spec"]["template"]["spec"]["containers"]]


def by_name(manifests: str) -> dict[str, dict[str, dict[str, object]]]:
    return {f"{one['kind']} {one['metadata']['name']}": one for one in yaml.safe_load_all(manifests)}


# Compose, development containers and workflows

COMPOSED = [
    pytest.param("compose", ["compose.yaml"], id="the mock"),
    pytest.param("compose", ["compose.yaml", "compose.redis.yaml"], id="the mock with a Redis"),
    pytest.param("devcontainer", ["compose.yaml"], id="a development container"),
]


@fillings
@pytest.mark.parametrize(("kit", "files"), COMPOSED)
def test_compose_takes_its_files(
    kit: str, files: list[str], filling: Filling, compose: Compose, tmp_path: Path
) -> None:
    folder = written(kit, filling, tmp_path)
    resolved = yaml.safe_load(compose.run(*(f"--file={name}" for name in files), "config", folder=folder))
    assert resolved["services"]["mock"]["image"] == str(filling.image)
    checked("vendor.compose-spec", *(folder / name for name in files))


@fillings
def test_a_development_container_names_the_services_beside_it(filling: Filling, tmp_path: Path) -> None:
    folder = written("devcontainer", filling, tmp_path)
    described = json.loads((folder / "devcontainer.json").read_text())
    services = yaml.safe_load((folder / described["dockerComposeFile"]).read_text())["services"]
    assert described["service"] in services
    assert [port.partition(":")[0] in services for port in described["forwardPorts"]] == [True]
    assert described["forwardPorts"] == list(described["portsAttributes"]) == [f"mock:{filling.port}"]
    assert services["workspace"]["environment"] == {"MOCK_URL": f"http://mock:{filling.port}"}


@fillings
def test_github_takes_the_workflow_and_zizmor_finds_nothing(filling: Filling, tmp_path: Path) -> None:
    workflow = written("services", filling, tmp_path) / "client-tests.yml"
    checked("vendor.github-workflows", workflow)
    run("zizmor", "--offline", str(workflow))


def checked(schema: str, *files: Path) -> None:
    run("check-jsonschema", "--builtin-schema", schema, *map(str, files))


def run(program: str, *arguments: str) -> None:
    command = [str(Path(sys.executable).parent / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
