"""What containers of manifests, of Compose files and of workflows may do, read in the same way from all three."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rights:
    """What a container may not do; `user` is the one it runs as, "" where nobody says so."""

    user: str
    read_only: bool
    no_capabilities: bool
    no_new_privileges: bool


CONFINED = Rights("65532:65532", read_only=True, no_capabilities=True, no_new_privileges=True)


def containers(path: Path) -> Iterator[tuple[str, Rights]]:
    """Yield each container of a file by its name. A patch names none: it has no image."""
    for document in yaml.safe_load_all(path.read_text()):
        yield from _of_pods(document)
        yield from _of_compose(document)
        yield from _of_jobs(document)


def _of_pods(document: Document) -> Iterator[tuple[str, Rights]]:
    pod = document.get("spec", {}).get("template", {}).get("spec", {})
    own = pod.get("securityContext", {})
    for container in [*pod.get("initContainers", ()), *pod.get("containers", ())]:
        if "image" in container:
            context = {**own, **container.get("securityContext", {})}
            runs_as_root = not context.get("runAsNonRoot")
            yield (
                container["name"],
                Rights(
                    "" if runs_as_root else f"{context.get('runAsUser')}:{context.get('runAsGroup')}",
                    read_only=context.get("readOnlyRootFilesystem") is True,
                    no_capabilities=context.get("capabilities") == {"drop": ["ALL"]},
                    no_new_privileges=context.get("allowPrivilegeEscalation") is False,
                ),
            )


def _of_compose(document: Document) -> Iterator[tuple[str, Rights]]:
    services = document.get("services", {})
    for name, service in services.items():
        if "image" in service:
            yield (
                name,
                Rights(
                    service.get("user", ""),
                    read_only=service.get("read_only") is True,
                    no_capabilities=service.get("cap_drop") == ["ALL"] and not service.get("cap_add"),
                    no_new_privileges="no-new-privileges:true" in service.get("security_opt", ()),
                ),
            )


def _of_jobs(document: Document) -> Iterator[tuple[str, Rights]]:
    for job in document.get("jobs", {}).values():
        for name, service in job.get("services", {}).items():
            options = service.get("options", "").split()
            pairs = list(zip(options, [*options[1:], ""], strict=True))
            yield (
                name,
                Rights(
                    next((value for option, value in pairs if option == "--user"), ""),
                    read_only="--read-only" in options,
                    no_capabilities=("--cap-drop", "ALL") in pairs,
                    no_new_privileges=("--security-opt", "no-new-privileges") in pairs,
                ),
            )
