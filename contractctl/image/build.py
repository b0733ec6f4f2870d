"""Build the mock image: a base, the runtime, and a bundle, put together by one plan."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias

from contractctl.core.failures import UsageFailure
from contractctl.core.json import Json, is_object, object_at
from contractctl.core.progress import SILENCE, Steps
from contractctl.image.bases.choosing import ELSEWHERE, HOST, base_login, default_base, read_base
from contractctl.image.bases.host import CERTIFICATES, default_platform, host_interpreter, host_platform
from contractctl.image.bases.interpreter import environment_of, find_interpreter
from contractctl.image.bases.stored import StoredImage
from contractctl.image.compression import Compression
from contractctl.image.model import ImageSet, LayerBlob, Platform
from contractctl.image.plan import Base, ImageMetadata, ImagePlan, Served, join_images, pack_image, plan_image
from contractctl.image.registry.fetching import FindCredentials
from contractctl.image.registry.parallel import in_parallel
from contractctl.image.runtime import Progress, base_layer, server_layer, wheels_layer
from contractctl.image.wheels import WheelTarget, runtime_distributions
from contractctl.mock.settings import Need

Founded: TypeAlias = "tuple[Base, tuple[LayerBlob, ...]]"
"""A base, and the layers of wheels and server that fit it."""

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
    credentials: FindCredentials = base_login,
    progress: Steps = SILENCE,
) -> ImageSet:
    """Build the image that serves `contracts` for each platform, on a base as `--base-image` names it.

    `base` None is the host for its own platform, else an image of Python's; `credentials` finds who we are to its
    registry. Without `platforms` it is built for Linux on this machine's processor; they keep their order, and one that
    is named twice counts once. `needs` is what the server has to have beside what every server has.
    Equal arguments and equal tools give equal bytes; SOURCE_DATE_EPOCH sets the times of what is built from the
    bundle, everything else has time 0.

    Raise UsageFailure for a base that there is not or that does not fit, DeliveryFailure when something that the
    image needs cannot be read or fetched.
    """
    created = source_date_epoch()
    wanted = tuple(dict.fromkeys(platforms)) or (default_platform(),)
    base = default_base(wanted) if base is None else base
    if base == HOST:
        founded = [_on_host(wanted, runtime_distributions(needs), compression, progress)]
    else:
        kept = read_base(base, wanted, compression=compression, credentials=credentials, progress=progress)
        needed = tuple(needs)
        tasks = [partial(_on_stored, one, base, needed, compression, progress) for one in kept]
        founded = in_parallel(tasks, at_a_time=len(kept), stop=threading.Event())
    plans = [
        plan_image(contracts, foundation, runtime, metadata, labels=labels, created=created)
        for foundation, runtime in founded
    ]
    return join_images([pack_image(plan, compression=compression) for plan in plans], _common(plans))


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
    platforms: Sequence[Platform], distributions: tuple[str, ...], compression: Compression, progress: Progress
) -> Founded:
    here = host_platform()
    if others := [str(platform) for platform in platforms if platform != here]:
        raise UsageFailure(
            f"--base-image host can only build for {here}, not for {', '.join(others)}",
            hint=f"choose a base for those platforms, such as --base-image {ELSEWHERE}",
        )
    # Compressing leaves the interpreter to the other thread.
    with ThreadPoolExecutor(2) as threads:
        wheels = threads.submit(wheels_layer, None, distributions, compression, progress)
        base = base_layer(distributions, compression, progress)
        server = server_layer(compression, progress, compiled=True)
        runtime = (wheels.result(), server)
    environment = ("PATH=/usr/local/bin:/usr/bin:/bin", f"SSL_CERT_FILE=/{CERTIFICATES}")
    return Base(here, host_interpreter(), (base,), environment), runtime


def _on_stored(
    stored: StoredImage, named: str, needs: Sequence[Need], compression: Compression, progress: Progress
) -> Founded:
    """Put the runtime on a base whose Python is another one: source alone, so that no Python gives another digest."""
    settings = object_at(stored.config, "config")
    environment = environment_of(settings)
    python = find_interpreter(stored.layers, environment, named)
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
    wheels = wheels_layer(target, runtime_distributions(needs, target), compression, progress)
    return base, (wheels, server_layer(compression, progress, compiled=False))


def _common(plans: Sequence[ImagePlan]) -> dict[str, str]:
    """Return the annotations that all platforms have: those of the index."""
    first, *others = (plan.annotations for plan in plans)
    return {name: value for name, value in first.items() if all(one.get(name) == value for one in others)}


def _history(config: Mapping[str, Json], layers: int) -> tuple[Mapping[str, Json], ...]:
    entries = config.get("history")
    history = tuple(entry for entry in entries if is_object(entry)) if isinstance(entries, list) else ()
    return history if sum(not entry.get("empty_layer") for entry in history) == layers else ()
