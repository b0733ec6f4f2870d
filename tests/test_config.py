"""The configuration: where it is found, what it says, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.config import ENVIRONMENT_VARIABLE, Config, SpecConfig, UpstreamAuth, load_config
from contractctl.core.changes import Category, Impact
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.policies import DiffPolicy, Scope, SeverityRule
from contractctl.core.profiles import Profile
from contractctl.source.hosts import AllowedHost, AllowedHosts

FULL = """\
specs:
  - path: api/openapi.yaml
    upstream: https://api.example.com/openapi.json
    auth: {header: Authorization, env: UPSTREAM_TOKEN}
    version-file: versions/api.txt
    image: ghcr.io/acme/dino-mock
    provider: true
  - path: fax.yaml
    upstream: ../upstream/fax.yaml
allow-remote: [Schemas.example.com, "10.0.0.7:8080", "[::1]:80", "*.acme.example"]
lint:
  profile: recommended
  fail-on: warning
  baseline: quality/lint.json
  rules: {operation-id-missing: off, path-equivalent: error}
diff:
  fail-on: any
  severity:
    - {id: "request-*", path: [/internal/**, /beta/**], severity: warning}
    - {operation: GET /pets, category: sdk, severity: off}
  paths: {include: /v2/**, exclude: [/v2/beta/**]}
  deprecation-days: 90
  version-policy: semver
drift: {version-only: ignore}
mock: {profile: realistic, max-body: 50kb, port: 8080, strict: true}
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with folders in it, which is the current folder."""
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "api" / "v2").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_everything_that_can_be_said_is_read(repository: Path) -> None:
    write(repository / "contractctl.yaml", FULL)
    assert load_config() == Config(
        root=Path(),
        file=Path("contractctl.yaml"),
        specs=(
            SpecConfig(
                path=Path("api/openapi.yaml"),
                version_file=Path("versions/api.txt"),
                upstream="https://api.example.com/openapi.json",
                auth=UpstreamAuth("Authorization", "UPSTREAM_TOKEN"),
                image="ghcr.io/acme/dino-mock",
                provider=True,
            ),
            SpecConfig(Path("fax.yaml"), Path("spec-version.txt"), upstream="../upstream/fax.yaml"),
        ),
        allow_remote=AllowedHosts(
            (
                AllowedHost("schemas.example.com"),
                AllowedHost("10.0.0.7", 8080),
                AllowedHost("::1", 80),
                AllowedHost("*.acme.example"),
            )
        ),
        lint_profiles=(Profile.RECOMMENDED,),
        lint_rules={"operation-id-missing": "off", "path-equivalent": "error"},
        lint_fail_on="warning",
        lint_baseline=Path("quality/lint.json"),
        diff_fail_on="any",
        diff_policy=DiffPolicy(
            severity=(
                SeverityRule(
                    Scope(ids=("request-*",), paths=("/internal/**", "/beta/**")),
                    Impact.WARNING,
                    "diff.severity[0] of contractctl.yaml",
                ),
                SeverityRule(
                    Scope(operations=("GET /pets",), category=Category.SDK),
                    "off",
                    "diff.severity[1] of contractctl.yaml",
                ),
            ),
            include=("/v2/**",),
            exclude=("/v2/beta/**",),
            deprecation_days=90,
            version_policy="semver",
        ),
        drift_version_only="ignore",
        mock={"profile": "realistic", "max-body": "50kb", "port": "8080", "strict": "true"},
    )


NAMED = "diff: {fail-on: any}\n"
TOML = '[tool.contractctl.diff]\nfail-on = "any"\n'


@pytest.mark.parametrize(
    ("file", "text", "folder", "expected"),
    [
        pytest.param("contractctl.yaml", NAMED, ".", "contractctl.yaml", id="in the current folder"),
        pytest.param("contractctl.yaml", NAMED, "api/v2", "../../contractctl.yaml", id="above, at the root"),
        pytest.param("api/contractctl.yaml", NAMED, "api/v2", "../contractctl.yaml", id="between here and the root"),
        pytest.param("pyproject.toml", TOML, "api/v2", "../../pyproject.toml", id="in pyproject.toml"),
        pytest.param("../contractctl.yaml", NAMED, "api", None, id="above the root it is somebody else's"),
        pytest.param("api/contractctl.yaml", NAMED, ".", None, id="below here it is not looked for"),
        pytest.param("pyproject.toml", '[project]\nname = "x"\n', ".", None, id="a pyproject.toml of others"),
        pytest.param("pyproject.toml", "{{ cookiecutter.name }}\n", ".", None, id="a template of a pyproject.toml"),
    ],
)
def test_it_is_found_upwards_to_the_root_of_the_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, folder: str, expected: str | None
) -> None:
    write(repository / file, text)
    monkeypatch.chdir(repository / folder)
    config = load_config()
    assert config.file == (Path(expected) if expected else None)
    assert config.diff_fail_on == ("any" if expected else None)


def test_outside_a_repository_only_the_current_folder_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    write(tmp_path / "contractctl.yaml", NAMED)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_config().file == Path("contractctl.yaml")
    monkeypatch.chdir(tmp_path / "below")
    assert load_config() == Config(Path())


def test_the_nearest_file_wins_and_contractctl_yaml_wins_over_pyproject(repository: Path) -> None:
    write(repository / "pyproject.toml", TOML)
    assert load_config().file == Path("pyproject.toml")
    write(repository / "contractctl.yaml", NAMED)
    assert load_config().file == Path("contractctl.yaml")


def test_the_option_wins_over_the_variable_and_the_variable_over_the_search(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "contractctl.yaml", "")
    write(repository / "api" / "one.yaml", "")
    write(repository / "two.toml", TOML)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "api/one.yaml")
    assert load_config().file == Path("api/one.yaml")
    assert load_config(Path("two.toml")) == Config(Path(), Path("two.toml"), diff_fail_on="any")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "")
    assert load_config().file == Path("contractctl.yaml")


def test_paths_are_relative_to_the_file(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "specs: [{path: a.yaml, upstream: ../up.yaml}, {path: v2/b.yaml, version-file: v.txt}, {path: /abs/c.yaml}]\n"
    )
    write(repository / "api" / "contractctl.yaml", text)
    monkeypatch.chdir(repository / "api" / "v2")
    assert load_config().specs == (
        SpecConfig(Path("../a.yaml"), Path("../spec-version.txt"), upstream="../../up.yaml"),
        SpecConfig(Path("../v2/b.yaml"), Path("../v.txt")),
        SpecConfig(Path("/abs/c.yaml"), Path("/abs/spec-version.txt")),
    )


def test_a_description_finds_its_configuration_under_any_name(repository: Path) -> None:
    write(repository / "contractctl.yaml", FULL)
    config = load_config()
    assert config.spec_for(repository / "api" / "v2" / ".." / "openapi.yaml") == config.specs[0]
    assert config.spec_for(Path("api/other.yaml")) == SpecConfig(Path("api/other.yaml"), Path("api/spec-version.txt"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="no bytes"),
        pytest.param("# specs: []\n\n  # later\n", id="comments, as a template has them"),
        pytest.param("specs:\nlint:\n  rules:\ndiff:\ndrift:\nmock:\n  port:\n", id="keys with nothing below them"),
        pytest.param("{}\n", id="an empty mapping"),
        pytest.param("specs: []\nlint: {rules: {}}\n", id="empty collections"),
    ],
)
def test_what_says_nothing_is_the_default(repository: Path, text: str) -> None:
    write(repository / "contractctl.yaml", text)
    assert load_config() == Config(Path(), Path("contractctl.yaml"))


@pytest.mark.parametrize("word", ["off", "'off'", "false"])
def test_a_rule_is_turned_off_with_and_without_quotes(repository: Path, word: str) -> None:
    write(repository / "contractctl.yaml", f"lint: {{rules: {{path-equivalent: {word}}}}}\n")
    assert load_config().lint_rules == {"path-equivalent": "off"}


KEYS = "known keys: specs, allow-remote, lint, diff, drift, mock"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("lnt: {}\n", "1:1: the configuration has no key `lnt`", "did you mean `lint`?", id="a key"),
        pytest.param("zebra: 1\n", "1:8: the configuration has no key `zebra`", KEYS, id="a key like no other"),
        pytest.param(
            "specs:\n  - pth: a.yaml\n", "2:10: specs[0] has no key `pth`", "did you mean `path`?", id="a spec's key"
        ),
        pytest.param(
            "specs: [{path: a, auth: {headr: x}}]\n",
            "1:33: specs[0].auth has no key `headr`",
            "did you mean `header`?",
            id="a key deep inside",
        ),
        pytest.param(
            "mock:\n  max_body: 1mb\n",
            "2:13: mock has no key `max_body`",
            "did you mean `max-body`?",
            id="an _",
        ),
        pytest.param("lint: 5\n", "1:7: lint must be a mapping", "", id="a number for a mapping"),
        pytest.param("- a\n", " the configuration must be a mapping", "its keys are specs", id="a list"),
        pytest.param("# nothing\n- 1\n", " the configuration must be a mapping", "its keys are specs", id="one more"),
        pytest.param("specs: a.yaml\n", "1:8: specs must be a list", "write `specs:`", id="text for a list"),
        pytest.param(
            "allow-remote: example.com\n",
            "1:15: allow-remote must be a list",
            "write `allow-remote: [schemas.example.com]`",
            id="a host for a list",
        ),
        pytest.param(
            "allow-remote: [a.example, 'https://b.example']\n",
            "1:27: allow-remote[1] cannot be `https://b.example`",
            "write HOST, HOST:PORT or *.example.com",
            id="a URL for a host",
        ),
        pytest.param("allow-remote: [[a]]\n", "1:16: allow-remote[0] must be text", "", id="a list for a host"),
        pytest.param("specs: [{image: x}]\n", "1:9: specs[0] needs a `path`", "name the description", id="no path"),
        pytest.param("specs: [{path: [a]}]\n", "1:10: specs[0].path must be text", "", id="a list for a path"),
        pytest.param(
            "specs: [{path: a, auth: {header: x}}]\n",
            "1:19: specs[0].auth needs `header` and `env`",
            "`env` names the variable that holds the value",
            id="half a credential",
        ),
        pytest.param(
            "specs: [{path: a, provider: maybe}]\n", "1:29: specs[0].provider must be true or false", "", id="a word"
        ),
        pytest.param(
            "lint: {rules: {path-equivalent: wrning}}\n",
            "1:33: lint.rules.path-equivalent cannot be `wrning`",
            "use error, warning, info, off",
            id="a severity that there is not",
        ),
        pytest.param(
            "diff: {fail-on: never}\n",
            "1:17: diff.fail-on cannot be `never`",
            "use breaking, warning, any, none",
            id="a threshold that there is not",
        ),
        pytest.param("mock: {log: [text]}\n", "1:8: mock.log must be text", "", id="a list for a setting"),
        pytest.param(
            "diff: {}\nlint: {}\ndiff: {}\n",
            "3:1: the key `diff` stands twice in one mapping; only the last one counts",
            "remove or rename one of them",
            id="a key twice",
        ),
        pytest.param("specs: [\n", "2:1: not YAML: ", "mend the syntax here", id="broken YAML"),
        pytest.param("specs:\n\t- a\n", "2:1: not YAML: ", "indent with spaces, not tabs", id="a tab"),
        pytest.param("a: &a [*a]\n", "1:8: the alias `*a` stands inside its own anchor", "use a `$ref`", id="an alias"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place_and_what_to_do(
    repository: Path, text: str, message: str, hint: str
) -> None:
    write(repository / "contractctl.yaml", text)
    with pytest.raises(UsageFailure) as refusal:
        load_config()
    assert refusal.value.message.startswith(f"contractctl.yaml:{message}")
    assert refusal.value.hint.startswith(hint)
    assert bool(refusal.value.hint) == bool(hint)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[tool.contractctl\n", "not TOML: ", id="broken TOML"),
        pytest.param("[tool]\ncontractctl = 5\n", "the configuration must be a mapping", id="a number for a table"),
        pytest.param("[tool.contractctl]\nlnt = 1\n", "the configuration has no key `lnt`", id="a key"),
        pytest.param("[tool.contractctl.mock]\nport = 2020-01-01\n", "mock.port must be text", id="a date"),
    ],
)
def test_a_table_of_pyproject_that_cannot_be_used_is_refused(repository: Path, text: str, message: str) -> None:
    write(repository / "pyproject.toml", text)
    with pytest.raises(UsageFailure) as refusal:
        load_config()
    assert refusal.value.message.startswith(f"pyproject.toml: {message}")


def test_a_pyproject_that_only_mentions_us_has_no_configuration(repository: Path) -> None:
    write(repository / "pyproject.toml", '[project]\ndependencies = ["contractctl"]\n')
    assert load_config() == Config(Path())


def test_a_file_that_is_named_must_be_there(repository: Path) -> None:
    write(repository / "contractctl.yaml", "")
    with pytest.raises(UsageFailure) as refusal:
        load_config(Path("contractcl.yaml"))
    assert (refusal.value.message, refusal.value.hint) == (
        "no such file: contractcl.yaml",
        "did you mean contractctl.yaml?",
    )


def test_a_folder_is_no_configuration(repository: Path) -> None:
    with pytest.raises(UsageFailure, match="api is a folder"):
        load_config(Path("api"))


def test_what_the_system_does_not_let_us_read_is_the_worlds_fault(repository: Path) -> None:
    # /proc/self/mem can be opened and not read from its start, by whomever.
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs Linux")
    with pytest.raises(DeliveryFailure, match=r"cannot read /proc/self/mem: Input/output error"):
        load_config(Path("/proc/self/mem"))


def test_a_variable_that_names_no_file_is_named_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "nope.yaml")
    with pytest.raises(UsageFailure) as failure:
        load_config()
    assert failure.value.message == "CONTRACTCTL_CONFIG names no file: nope.yaml"
