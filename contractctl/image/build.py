"""Build the mock image: a base, the runtime, and a bundle, put together by one plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json, is_object, object_at
from contractctl.image.bases.host import CERTIFICATES, default_platform, host_interpreter, host_platform
from contractctl.image.bases.interpreter import environment_of, find_interpreter
from contractctl.image.bases.layout import read_layout
from contractctl.image.model import ImageSet, LayerBlob, Platform
from contractctl.image.plan import Base, ImageMetadata, join_images, pack_image, plan_image
from contractctl.image.runtime import Progress, base_layer, server_layer, wheels_layer
from contractctl.image.wheels import WheelTarget, runtime_distributions
from contractctl.mock.settings import Need

_LATEST_TIME = 0o77777777777
"""The greatest time that a tar header holds in octal digits."""


def build_image(
    bundle: bytes,
    *,
    base: str,
    metadata: ImageMetadata,
    platform: Platform | None = None,
    labels: Mapping[str, str] | None = None,
    needs: Iterable[Need] = (),
    progress: Progress = lambda _step: None,
) -> ImageSet:
    """Build the image that serves `bundle` on `base`: `host`, or `oci:DIR` for an OCI layout in a folder.

    `platform` None is Linux on this machine's processor. `needs` is what the server has to have beside what every
    server has. Equal arguments and equal tools give equal bytes;
    SOURCE_DATE_EPOCH sets the times of what is built from the bundle, everything else has time 0.

    Raise UsageFailure for a base that there is not or that does not fit, DeliveryFailure when something that the
    image needs cannot be read or fetched.
    """
    created = source_date_epoch()
    kind, _, folder = base.partition(":")
    distributions = runtime_distributions(needs)
    if base == "host":
        foundation, runtime = _on_host(platform, distributions, progress)
    elif kind == "oci" and folder:
        platform = platform or default_platform()
        foundation, runtime = _on_layout(Path(folder), platform, distributions, progress)
    else:
        raise UsageFailure(
            f"unknown base image: {base}",
            hint="this version builds on --base-image host and on --base-image oci:DIR (an OCI layout in a folder)",
        )
    plan = plan_image(bundle, foundation, runtime, metadata, labels=labels, created=created)
    return join_images([pack_image(plan)], plan.annotations)


def source_date_epoch() -> int:
    """Return SOURCE_DATE_EPOCH in seconds since 1970, 0 when unset. Raise UsageFailure when it is no such number."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "") or "0"
    if not (text.isascii() and text.isdigit() and int(text) <= _LATEST_TIME):
        raise UsageFailure(
            f"SOURCE_DATE_EPOCH is not a time: {text!r}",
            hint="set it to whole seconds since 1970, such as `git log -1 --format=%ct` prints",
        )
    return int(text)


def _on_host(
    platform: Platform | None, distributions: tuple[str, ...], progress: Progress
) -> tuple[Base, tuple[LayerBlob, ...]]:
    here = host_platform()
    if platform not in {None, here}:
        raise UsageFailure(
            f"--base-image host can only build for {here}, not for {platform}",
            hint="choose a base for that platform with --base-image oci:DIR",
        )
    # Compressing leaves the interpreter to the other thread.
    with ThreadPoolExecutor(2) as threads:
        wheels = threads.submit(wheels_layer, None, distributions, progress)
        base, server = base_layer(distributions, progress), server_layer(None, progress)
        runtime = (wheels.result(), server)
    environment = ("PATH=/usr/local/bin:/usr/bin:/bin", f"SSL_CERT_FILE=/{CERTIFICATES}")
    return Base(here, host_interpreter(), (base,), environment), runtime


def _on_layout(
    folder: Path, platform: Platform, distributions: tuple[str, ...], progress: Progress
) -> tuple[Base, tuple[LayerBlob, ...]]:
    stored = read_layout(folder, platform)
    settings = object_at(stored.config, "config")
    environment = environment_of(settings)
    python = find_interpreter(stored.layers, environment, f"oci:{folder}")
    target = WheelTarget(python.version, stored.platform, python.libc, python.libc_version)
    base = Base(
        platform=stored.platform,
        python=python.path,
        layers=stored.layers,
        environment=tuple(f"{name}={value}" for name, value in environment.items()),
        labels={name: str(value) for name, value in object_at(settings, "Labels").items()},
        history=_history(stored.config, len(stored.layers)),
        name=stored.name,
        digest=stored.digest,
    )
    return base, (wheels_layer(target, distributions, progress), server_layer(target, progress))


def _history(config: Mapping[str, Json], layers: int) -> tuple[Mapping[str, Json], ...]:
    entries = config.get("history")
    history = tuple(entry for entry in entries if is_object(entry)) if isinstance(entries, list) else ()
    return history if sum(not entry.get("empty_layer") for entry in history) == layers else ()
