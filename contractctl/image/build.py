"""Build the mock image: a base, the runtime, and a bundle, put together by one plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json, is_object, object_at
from contractctl.image.bases.host import CERTIFICATES, default_platform, host_interpreter, host_platform
from contractctl.image.bases.interpreter import environment_of, find_interpreter
from contractctl.image.bases.layout import read_layout
from contractctl.image.compression import Compression
from contractctl.image.model import Image, ImageSet, LayerBlob, Platform
from contractctl.image.plan import Base, ImageMetadata, Served, join_images, pack_image, plan_image
from contractctl.image.runtime import Progress, base_layer, server_layer, wheels_layer
from contractctl.image.wheels import WheelTarget, runtime_distributions
from contractctl.mock.settings import Need

_LATEST_TIME = 0o77777777777
"""The greatest time that a tar header holds in octal digits."""


def build_image(
    contracts: Sequence[Served],
    *,
    base: str | None,
    metadata: ImageMetadata,
    platforms: Sequence[Platform] = (),
    labels: Mapping[str, str] | None = None,
    needs: Iterable[Need] = (),
    compression: Compression = "gzip",
    progress: Progress = lambda _step: None,
) -> ImageSet:
    """Build the image that serves `contracts` for each platform: on `host`, or `oci:DIR` for an OCI layout in a folder.

    `base` None is `host`. Without `platforms` it is built for Linux on this machine's processor; they keep their order,
    and one that is named twice counts once. `needs` is what the server has to have beside what every server has.
    Equal arguments and equal tools give equal bytes; SOURCE_DATE_EPOCH sets the times of what is built from the
    bundle, everything else has time 0.

    Raise UsageFailure for a base that there is not or that does not fit, DeliveryFailure when something that the
    image needs cannot be read or fetched.
    """
    created = source_date_epoch()
    distributions = runtime_distributions(needs)
    wanted = tuple(dict.fromkeys(platforms))

    def build(platform: Platform | None) -> tuple[Image, Mapping[str, str]]:
        foundation, runtime = _founded("host" if base is None else base, platform, distributions, compression, progress)
        plan = plan_image(contracts, foundation, runtime, metadata, labels=labels, created=created)
        return pack_image(plan, compression=compression), plan.annotations

    built = [build(platform) for platform in wanted or (None,)]
    return join_images([image for image, _ in built], built[0][1])


def _founded(
    base: str,
    platform: Platform | None,
    distributions: tuple[str, ...],
    compression: Compression,
    progress: Progress,
) -> tuple[Base, tuple[LayerBlob, ...]]:
    kind, _, folder = base.partition(":")
    if base == "host":
        return _on_host(platform, distributions, compression, progress)
    if kind == "oci" and folder:
        return _on_layout(Path(folder), platform or default_platform(), distributions, compression, progress)
    raise UsageFailure(
        f"unknown base image: {base}",
        hint="this version builds on --base-image host and on --base-image oci:DIR (an OCI layout in a folder)",
    )


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
    platform: Platform | None, distributions: tuple[str, ...], compression: Compression, progress: Progress
) -> tuple[Base, tuple[LayerBlob, ...]]:
    here = host_platform()
    if platform not in {None, here}:
        raise UsageFailure(
            f"--base-image host can only build for {here}, not for {platform}",
            hint="choose a base for that platform with --base-image oci:DIR",
        )
    # Compressing leaves the interpreter to the other thread.
    with ThreadPoolExecutor(2) as threads:
        wheels = threads.submit(wheels_layer, None, distributions, compression, progress)
        base, server = base_layer(distributions, compression, progress), server_layer(None, compression, progress)
        runtime = (wheels.result(), server)
    environment = ("PATH=/usr/local/bin:/usr/bin:/bin", f"SSL_CERT_FILE=/{CERTIFICATES}")
    return Base(here, host_interpreter(), (base,), environment), runtime


def _on_layout(
    folder: Path,
    platform: Platform,
    distributions: tuple[str, ...],
    compression: Compression,
    progress: Progress,
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
    wheels = wheels_layer(target, distributions, compression, progress)
    return base, (wheels, server_layer(target, compression, progress))


def _history(config: Mapping[str, Json], layers: int) -> tuple[Mapping[str, Json], ...]:
    entries = config.get("history")
    history = tuple(entry for entry in entries if is_object(entry)) if isinstance(entries, list) else ()
    return history if sum(not entry.get("empty_layer") for entry in history) == layers else ()
