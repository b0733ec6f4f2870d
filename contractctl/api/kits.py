"""The kits of `init`: which files of templates/ belong together, where they go, and how they are filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from contractctl.core.packaged import packaged_file
from contractctl.core.records import dataclass
from contractctl.image.reference import Reference

_GHCR = "ghcr.io"
_LONGEST_NAME = 48
"""A Service has 63 characters at most (RFC 1035), and what stands beside it takes some for its own ending."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Files that belong together.

    `source` is their folder below templates/, `target` the one of the repository. `next` is what to do with them, and
    `next_shared` the same for a mock that shares what it keeps, where that is another; a kit without a Redis has "" for
    it. `replicates` says that several mocks may answer at once.
    """

    source: str
    target: str
    next: str
    next_shared: str
    files: tuple[str, ...]
    replicates: bool = False

    def paths(self) -> Iterator[tuple[str, PurePosixPath]]:
        """Yield each template's name, and the path that it gets in the repository."""
        for file in self.files:
            yield f"templates/{self.source}/{file}", PurePosixPath(self.target, file)


KITS: Final[Mapping[str, Kit]] = {
    "kustomize": Kit(
        "kustomize",
        "deploy/mock/kustomize",
        "kubectl apply -k {target}",
        "kubectl apply -k {target}",
        (
            "kustomization.yaml",
            "deployment.yaml",
            "service.yaml",
            "autoscaler.yaml",
            "disruption-budget.yaml",
            "network-policy.yaml",
            "redis/kustomization.yaml",
            "redis/redis.yaml",
            "redis/deployment-patch.yaml",
            "redis/network-policy-patch.yaml",
        ),
        replicates=True,
    ),
    "compose": Kit(
        "compose",
        "deploy/mock",
        "docker compose -f {target}/compose.yaml up --wait",
        "docker compose -f {target}/compose.yaml -f {target}/compose.redis.yaml up --wait",
        ("compose.yaml", "compose.redis.yaml"),
    ),
    "devcontainer": Kit(
        "devcontainer",
        ".devcontainer",
        "open the repository in its container; the mock is at $MOCK_URL there",
        "",
        ("devcontainer.json", "compose.yaml"),
    ),
    "services": Kit(
        "services",
        ".github/workflows",
        "put your tests at the end of {target}/client-tests.yml",
        "",
        ("client-tests.yml",),
    ),
}
"""By the option that asks for each."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a repository puts in the place of the templates' example.

    `image` has a tag, or a digest. `control` is the path of the mock's own endpoints; `shares_state` says that the
    image was built to share what it keeps.
    """

    image: Reference
    port: int
    control: str
    shares_state: bool = False

    @property
    def name(self) -> str:
        """What things of a cluster are called: the last part of the image's name, as RFC 1035 has names."""
        last = self.image.repository.rpartition("/")[2]
        plain = re.sub(r"[^a-z0-9]+", "-", last)
        return (plain if plain[0].isalpha() else f"mock-{plain}")[:_LONGEST_NAME].strip("-")


EXAMPLE: Final = Filling(Reference(_GHCR, "acme/dino-mock", "1.1.0"), 3000, "/__mock")
"""What the templates hold, so that they are of use as they are."""


def filled(template: str, filling: Filling) -> str:
    """Return the text of a template with `filling` in it; `EXAMPLE` gives it as it is."""
    text = packaged_file(template).read_text(encoding="utf-8")
    for part, is_wanted in _PARTS.items():
        text = text if is_wanted(filling) else re.sub(part, "", text, flags=re.MULTILINE)
    if filling.shares_state:
        text = re.sub(r"^.*\n# (?=components: )", "", text, flags=re.MULTILINE)
    return _STAND_INS.sub(lambda found: _put(found[0], filling), text)


_PARTS: Final[Mapping[str, Callable[[Filling], bool]]] = {
    r"^ *# A tag may be moved.*\n": lambda filling: not filling.image.digest,
    r"^ *credentials:\n(?: +(?:username|password): .*\n)+": lambda filling: filling.image.registry == _GHCR,
    r"^ *packages: read.*\n": lambda filling: filling.image.registry == _GHCR,
}
"""Lines that not everybody needs, and who does."""

_STAND_INS: Final = re.compile(
    rf"""newTag:\ "{EXAMPLE.image.tag}" | {re.escape(str(EXAMPLE.image))} | {re.escape(EXAMPLE.image.name)}
    | {EXAMPLE.name} | {EXAMPLE.control}(?=/) | \b{EXAMPLE.port}\b""",
    re.VERBOSE,
)


def _put(stand_in: str, filling: Filling) -> str:
    image = filling.image
    if stand_in.startswith("newTag:"):
        return f"digest: {image.digest}" if image.digest else f'newTag: "{image.tag}"'
    return {
        str(EXAMPLE.image): str(image),
        EXAMPLE.image.name: str(image.tagged("")),
        EXAMPLE.name: filling.name,
        EXAMPLE.control: filling.control,
        str(EXAMPLE.port): str(filling.port),
    }[stand_in]
