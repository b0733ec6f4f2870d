"""The local container engine, through the docker SDK: load an image, build one with a Dockerfile."""

from __future__ import annotations

import io
import os
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from contractctl.core.failures import DeliveryFailure
from contractctl.core.json import Json, is_object
from contractctl.core.patterns import pattern
from contractctl.image.archive import docker_archive
from contractctl.image.model import ImageSet
from contractctl.image.reference import Reference

if TYPE_CHECKING:
    from docker import DockerClient

PATIENCE = 600
"""Seconds that the engine may be silent while it loads or builds."""

GREETING = 5
"""Seconds within which an engine says that it is there."""

_DEFAULT_SOCKET = "/var/run/docker.sock"
_ABSENT_HINT = (
    "start the engine or set DOCKER_HOST; without one, write a file with --output docker-archive:FILE or use --push"
)
_LAST_LINES = 5
_BUILT = pattern(r"Successfully built ([0-9a-f]+)")
_LOADED = pattern(r"Loaded image(?: ID)?: (\S+)")


def engine_available() -> bool:
    """Tell whether the engine that DOCKER_HOST names (by default the local socket) answers.

    Nobody at the socket: answered without importing the SDK, which takes a tenth of a second.
    """
    with suppress(DeliveryFailure), connected("ask the engine"):
        return True
    return False


def load(images: ImageSet, references: Sequence[Reference]) -> str:
    """Load the image of one platform into the engine under these names and return the engine's image ID (`sha256:…`).

    A reference without a tag is loaded as `latest`.

    Raises:
        DeliveryFailure: no engine answers, or it refuses; errors that it reports only in its stream count, too.
    """
    loaded = error = ""
    with connected("load the image into the engine") as client:
        stream = client.api.load_image(docker_archive(images, references))  # type: ignore[no-untyped-call]  # their stubs
        for message in stream:  # to its end, or the SDK leaves its socket open
            error = error or _error_of(message) or _text_of(message, "message")
            if found := _LOADED.search(_text_of(message, "stream")):
                loaded = found[1]
        if error or not loaded:
            why = error or "it did not say that it loaded anything"
            raise DeliveryFailure(
                f"cannot load the image into the engine: {why}", hint="see the engine's log (journalctl -u docker)"
            )
        return str(client.images.get(loaded).id)


def build_with_engine(
    context: Path | bytes,
    references: Sequence[Reference],
    *,
    log: Callable[[str], None],
    build_arguments: Mapping[str, str] | None = None,
) -> str:
    """Build a context (a folder with a Dockerfile, or a tar of one) in the engine and return the image ID.

    `log` gets each line that the build prints, without its line end, as it comes. The image is tagged with
    `references`, where one without a tag counts as `latest`.

    Raises:
        DeliveryFailure: no engine answers, or the build fails; the message ends with the last lines of the log.
    """
    tail: deque[str] = deque(maxlen=_LAST_LINES)
    image_id = error = ""
    with connected("build the image with the engine") as client:
        for message in _build_messages(client, context, build_arguments or {}):
            for line in _text_of(message, "stream").splitlines():
                if line.strip():
                    tail.append(line)
                    log(line)
            error = error or _error_of(message)
            image_id = _built_id(message) or image_id
        if error or not image_id:
            raise _build_failure(error or "it did not say what it built", tail)
        built = client.images.get(image_id)
        for reference in references:
            built.tag(str(reference.tagged("")), tag=reference.tag or "latest")
        return str(built.id)


def _build_messages(client: DockerClient, context: Path | bytes, build_arguments: Mapping[str, str]) -> Iterable[Json]:
    arguments = dict(build_arguments)
    if isinstance(context, bytes):
        with io.BytesIO(context) as tar:
            yield from client.api.build(
                fileobj=tar, custom_context=True, buildargs=arguments, decode=True, rm=True, forcerm=True
            )
    else:
        yield from client.api.build(path=str(context), buildargs=arguments, decode=True, rm=True, forcerm=True)


def _build_failure(error: str, tail: Iterable[str]) -> DeliveryFailure:
    lines = "; ".join(tail)
    hint = "name a base that the engine has with --base-image, mend the Dockerfile, or leave out --builder docker"
    return DeliveryFailure(f"the engine's build failed: {error} (its last lines: {lines})", hint=hint)


def _built_id(message: Json) -> str:
    aux = message.get("aux") if is_object(message) else None
    if found := _text_of(aux, "ID"):
        return found
    printed = _BUILT.search(_text_of(message, "stream"))
    return printed[1] if printed else ""


def _error_of(message: Json) -> str:
    """Find the error in a message of the engine's stream: `errorDetail` in newer engines, `error` in all."""
    detail = message.get("errorDetail") if is_object(message) else None
    return _text_of(detail, "message") or _text_of(message, "error")


def _text_of(message: Json, name: str) -> str:
    value = message.get(name) if is_object(message) else None
    return value if isinstance(value, str) else ""


@contextmanager
def connected(task: str) -> Iterator[DockerClient]:
    """Give a client of the engine that answers; what the SDK raises becomes a failure that names the task."""
    _knock(task)
    import docker
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException

    try:
        client = docker.from_env(timeout=GREETING)
        client.api.timeout = PATIENCE
    except (DockerException, RequestException, ValueError) as error:
        raise DeliveryFailure(f"cannot {task}: no engine answers ({_innermost(error)})", hint=_ABSENT_HINT) from None
    try:
        yield client
    except APIError as error:
        why = error.explanation or str(error)
        raise DeliveryFailure(f"cannot {task}: the engine answered {why}", hint="see the engine's log") from None
    except (DockerException, RequestException) as error:
        hint = "see the engine's log, and whether its disk is full"
        raise DeliveryFailure(f"cannot {task}: {_innermost(error)}", hint=hint) from None
    finally:
        client.close()


def _knock(task: str) -> None:
    """Try the engine's socket first: quick where nobody is there, and the SDK would leave its own open."""
    address = os.environ.get("DOCKER_HOST") or f"unix://{_DEFAULT_SOCKET}"
    if not address.startswith("unix://"):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(GREETING)
        try:
            connection.connect(address.removeprefix("unix://"))
        except OSError as error:
            message = f"cannot {task}: no engine answers at {address} ({error.strerror or error})"
            raise DeliveryFailure(message, hint=_ABSENT_HINT) from None


def _innermost(error: BaseException) -> str:
    """Find the words of the system ("Permission denied") under the layers that libraries wrap around them."""
    current: BaseException | None = error
    words = str(error)
    while current is not None:
        if isinstance(current, OSError) and current.strerror:
            words = current.strerror
        current = current.__cause__ or current.__context__
    return words
