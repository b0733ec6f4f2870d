"""Write what a team needs around its contract into a repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from contractctl.api.kits import KITS, Filling, Kit
from contractctl.api.kits import filled as filled_template
from contractctl.api.mock import CompiledDescription
from contractctl.api.naming import image_references
from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.scaffolds import Scaffold, ScaffoldFile
from contractctl.core.writing import whole_file
from contractctl.image.plan import MOCK_PORT
from contractctl.image.reference import DOCKER_HUB, Reference, parse_reference
from contractctl.mock.routes import make_routing
from contractctl.mock.telling import Told


def plan_scaffold(
    kits: Sequence[str],
    mocks: Sequence[CompiledDescription],
    *,
    image: str | None,
    configured: str | None,
    folder: Path,
) -> Scaffold:
    """Plan the files of the named kits for the image that serves `mocks`, one at least, below `folder`.

    `image` is the name that was given, `configured` that of the configuration; without both it is the one that
    `build-mock` chooses. Raise UsageFailure for a name that is none.
    """
    filling = Filling(
        _reference(mocks, image, configured),
        mocks[0].port or MOCK_PORT,
        _control(mocks),
        any("redis" in mock.needs for mock in mocks),
    )
    chosen = [KITS[name] for name in kits]
    texts = {folder / path: filled_template(template, filling) for kit in chosen for template, path in kit.paths()}
    return Scaffold(
        image=str(filling.image),
        files=tuple(ScaffoldFile(path, text, _text_at(path)) for path, text in texts.items()),
        notes=tuple(_notes(filling, mocks, chosen)),
        next=tuple(_next(kit, filling).format(target=folder / kit.target) for kit in chosen),
    )


def write_scaffold(scaffold: Scaffold, *, force: bool) -> None:
    """Write the files: all of them, or none where one would take the place of something else.

    Raise UsageFailure for such a one unless `force` is set, DeliveryFailure for what cannot be written.
    """
    if scaffold.changed and not force:
        listed = ", ".join(str(file.path) for file in scaffold.changed)
        hint = "look at the differences with --dry-run; --force writes over it"
        raise UsageFailure(f"something else is in the place of {listed}; nothing was written", hint=hint)
    for file in scaffold.files:
        if file.state != "unchanged":
            _write(file)


def _write(file: ScaffoldFile) -> None:
    folder = file.path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "write to a place where you may create files"
        raise DeliveryFailure(f"cannot create {folder}: {error.strerror}", hint=hint) from None
    with whole_file(file.path) as stream:
        stream.write(file.text.encode())


def _text_at(path: Path) -> str | None:
    """Return what a file holds; bytes that are no text are shown as such."""
    try:
        return path.read_bytes().decode(errors="backslashreplace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DeliveryFailure(f"cannot read {path}: {error.strerror}", hint="move it away") from None


def _reference(mocks: Sequence[CompiledDescription], given: str | None, configured: str | None) -> Reference:
    """Return the image's name with a digest where one was given, else with a tag: that of `build-mock` by default."""
    named = parse_reference(given) if given else None
    if named is None:
        return image_references(mocks, (), configured)[0]
    return named if named.tag or named.digest else image_references(mocks, (), str(named))[0]


def _control(mocks: Iterable[CompiledDescription]) -> str:
    """Return where the server's own endpoints are: one whose paths begin like them has moved them on."""
    first, *others = mocks
    chosen = next((mock for mock in (first, *others) if not mock.prefix), first)
    return make_routing(chosen.contract, chosen.settings.control_prefix, Told()).control


def _next(kit: Kit, filling: Filling) -> str:
    return (filling.shares_state and kit.next_shared) or kit.next


def _notes(filling: Filling, mocks: Sequence[CompiledDescription], kits: Sequence[Kit]) -> Iterator[str]:
    image = filling.image
    if not image.digest:
        yield f"{image} is named by its tag, which may be moved; build-mock tells a digest for --image NAME@DIGEST"
    if image.registry == DOCKER_HUB and image.repository.startswith("library/"):
        yield f"{image} names no registry; `image:` in contractctl.yaml or --image says where it is pulled from"
    for kit in kits:
        if filling.shares_state and not kit.next_shared:
            yield f"the mock answers 503 without a Redis, and none is in {kit.target}: add one, or set no `state-url`"
    if not any(kit.replicates for kit in kits):
        return
    if any(mock.settings.stateful and "redis" not in mock.needs for mock in mocks):
        yield "each replica keeps a state of its own; build the image with --state-url, and they share it in a Redis"
    if any("tokens" in mock.needs for mock in mocks):
        made = f"kubectl create secret generic {filling.name} --from-file=signing-key=key.pem"
        yield f"replicas take each other's tokens where they have one key: {made}"
