"""Base images that were made to do harm: refused with the reason, or read for what they are."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from contractctl.core.failures import DeliveryFailure, UsageFailure
from contractctl.core.json import read_json
from contractctl.image.bases.interpreter import find_interpreter
from contractctl.image.bases.layout import read_layout
from contractctl.image.blobs import BlobStore
from contractctl.image.model import OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST, Blob, LayerBlob, Platform
from contractctl.image.reference import Reference
from contractctl.image.registry.fetching import LARGEST_BASE, pull
from contractctl.image.sbom.contents import read_contents
from tests.image.front import Reply, Rule, Seen, front_of
from tests.image.small_images import small_layer

AMD64 = Platform("linux", "amd64")
DEEP = b"[" * 200_000
DIFF = f"sha256:{'d' * 64}"
CONFIG = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"diff_ids": [DIFF, DIFF]}}).encode()


def told(blob: bytes, media_type: str, size: object) -> Mapping[str, object]:
    return {"mediaType": media_type, "digest": Blob.of("", blob).digest, "size": size}


def manifest(*sizes: object, config: object = len(CONFIG)) -> bytes:
    """Write a manifest whose layers claim these sizes."""
    layers = [told(b"layer", OCI_LAYER_GZIP, size) for size in sizes]
    return json.dumps(
        {"mediaType": OCI_MANIFEST, "config": told(CONFIG, OCI_CONFIG, config), "layers": layers}
    ).encode()


def registry_of(top: bytes, *blobs: bytes) -> Rule:
    """Answer with the manifest, and with blobs by their digest."""
    held = {Blob.of("", blob).digest: blob for blob in (CONFIG, *blobs)}

    def rule(seen: Seen, before: int) -> Reply:
        name = seen.path.rpartition("/")[2]
        return Reply(200, body=held.get(name, top if "/manifests/" in seen.path else b"{}"))

    return rule


def always(reply: Reply) -> Rule:
    return lambda seen, before: reply if "/manifests/" in seen.path else Reply(200)


LAYER, SETTINGS = Blob.of("", b"layer").digest, Blob.of("", CONFIG).digest
DAMAGED = "the base image BASE is damaged:"
LIES: dict[str, tuple[Rule, str]] = {
    "a manifest without end of nesting": (
        registry_of(DEEP),
        f"{DAMAGED} the blob {Blob.of('', DEEP).digest} is not a JSON object",
    ),
    "a refusal without end of nesting": (
        always(Reply(400, body=DEEP)),
        "cannot pull BASE: the registry answered 400 Bad Request",
    ),
    "a layer that is less than nothing": (registry_of(manifest(5, -5)), f"{DAMAGED} {LAYER} has the size -5"),
    "a layer without a size": (registry_of(manifest(5, None)), f"{DAMAGED} {LAYER} has the size None"),
    "a layer whose size is a truth": (registry_of(manifest(5, True)), f"{DAMAGED} {LAYER} has the size True"),
    "a layer larger than any disk": (registry_of(manifest(5, 10**30)), f"{DAMAGED} {LAYER} has the size 1{'0' * 30}"),
    "a layer larger than any number": (
        registry_of(manifest(5, 10**400)),
        f"{DAMAGED} {LAYER} has the size 1{'0' * 39}",
    ),
    "a configuration of a gigabyte": (
        registry_of(manifest(5, 5, config=10**9)),
        f"{DAMAGED} {SETTINGS} has the size 1000000000",
    ),
    "a redirect to half an address": (
        always(Reply(307, {"Location": "http://[::1"})),
        "cannot pull BASE: HOST answered, but it sends us to what is no address",
    ),
    "a redirect to bytes that are no text": (
        always(Reply(307, {"Location": "http://127.0.0.1:1/\x80\xff"})),
        "cannot pull BASE: cannot reach HOST: connection refused, 5 times",
    ),
    "a redirect to a file": (
        always(Reply(307, {"Location": "file:///etc/passwd"})),
        "cannot pull BASE: HOST answered, but it redirects to file:///etc/passwd, which is not https",
    ),
    "tokens at half an address": (
        always(Reply(401, {"WWW-Authenticate": 'Bearer realm="http://[::1"'})),
        "the registry sends us for a token to `http://[::1`, which is not https",
    ),
}


@pytest.mark.parametrize(("rule", "message"), LIES.values(), ids=LIES)
def test_a_registry_that_lies_is_refused(rule: Rule, message: str, tmp_path: Path) -> None:
    with front_of("", rule) as front, pytest.raises(DeliveryFailure) as failure:
        pull(Reference(front.host, "base", "1"), [AMD64], store=BlobStore(tmp_path), pause=[].append)
    assert failure.value.message == message.replace("BASE", f"{front.host}/base:1").replace("HOST", front.host)


def test_layers_that_are_too_large_together_are_not_begun(tmp_path: Path) -> None:
    half = LARGEST_BASE // 2 + 1
    other = {**told(b"other", OCI_LAYER_GZIP, half)}
    document = json.loads(manifest(half))
    document["layers"].append(other)
    rule = registry_of(json.dumps(document).encode())
    with front_of("", rule) as front, pytest.raises(DeliveryFailure, match="is too large: its layers have"):
        pull(Reference(front.host, "base", "1"), [AMD64], store=BlobStore(tmp_path))
    assert front.count("GET", "/blobs/") == 1


def test_an_index_that_names_one_a_thousand_times_is_asked_for_once(tmp_path: Path) -> None:
    indexes = [json.dumps({"manifests": []}).encode()]
    for _ in range(4):
        entries = [told(indexes[-1], OCI_INDEX, len(indexes[-1]))] * 1000
        indexes.append(json.dumps({"manifests": entries}).encode())
    with front_of("", registry_of(indexes[-1], *indexes)) as front, pytest.raises(UsageFailure, match="holds no image"):
        pull(Reference(front.host, "base", "1"), [AMD64], store=BlobStore(tmp_path))
    assert front.count("GET", "/manifests/") <= len(indexes)


def layer_with(**pax: str) -> LayerBlob:
    """Pack a layer with a member whose PAX header says this."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        member = tarfile.TarInfo("lib/libc.so.6")
        content = b"0\n".ljust(512, b"\0")
        member.size, member.pax_headers = len(content), {name.replace("_", "."): value for name, value in pax.items()}
        tar.addfile(member, io.BytesIO(content))
    plain = packed.getvalue()
    return LayerBlob(
        "base", Blob.of(OCI_LAYER_GZIP, gzip.compress(plain)), f"sha256:{hashlib.sha256(plain).hexdigest()}"
    )


SPARSE = {"GNU_sparse_major": "1", "GNU_sparse_minor": "0", "GNU_sparse_name": "lib/libc.so.6"}
HEADERS: dict[str, tuple[Mapping[str, str], str]] = {
    "holes of ten terabytes": (
        {**SPARSE, "GNU_sparse_realsize": str(10**13)},
        "is too large: more than 17179869184 bytes",
    ),
    "a map of holes that is no list of numbers": (
        {"GNU_sparse_map": "1,x"},
        "cannot be read: invalid literal for int",
    ),
}


@pytest.mark.parametrize(("headers", "reason"), HEADERS.values(), ids=HEADERS)
def test_a_layer_that_makes_no_sense_is_told(headers: Mapping[str, str], reason: str, image_cache: Path) -> None:
    layer = layer_with(**headers)
    with pytest.raises(DeliveryFailure) as failure:
        read_contents([layer])
    assert f"the layer {layer.blob.digest} ({OCI_LAYER_GZIP}) {reason}" in failure.value.message


def test_holes_in_a_libc_are_not_filled(image_cache: Path) -> None:
    layers = [small_layer("base", {"usr/bin/python3.13": b""}), layer_with(**HEADERS["holes of ten terabytes"][0])]
    assert find_interpreter(layers, {}, "hostile").libc_version == (2, 17)


Read: TypeAlias = "Callable[[Sequence[LayerBlob], int], object]"
READERS: dict[str, Read] = {
    "its Python": lambda layers, largest: find_interpreter(layers, {}, "hostile", largest=largest),
    "its contents": lambda layers, largest: read_contents(layers, largest=largest),
}
ENOUGH = 1 << 20


def of_tar(plain: bytes, packed: bytes | None = None, diff_id: str = "") -> LayerBlob:
    """Make a layer of a plain tar; `packed` is what travels in its place, `diff_id` what is told of it."""
    blob = Blob.of(OCI_LAYER_GZIP, gzip.compress(plain) if packed is None else packed)
    return LayerBlob("base", blob, diff_id or Blob.of("", plain).digest)


def header(kind: bytes, size: int) -> bytes:
    member = tarfile.TarInfo("x")
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


TAR = gzip.decompress(small_layer("base", {"usr/bin/python3.13": b"python" * 1000}).blob.data)
BOMB = small_layer("base", {"usr/bin/python3.13": bytes(2 * ENOUGH)})
HALF = small_layer("base", {"usr/bin/python3.13": bytes(ENOUGH * 2 // 3)})
OTHER_HALF = small_layer("base", {"usr/bin/python3.12": bytes(ENOUGH * 2 // 3)})
TOO_LARGE = f"is too large: more than {ENOUGH} bytes with those below it"
BAD_LAYERS: dict[str, tuple[Sequence[LayerBlob], str]] = {
    "a file that inflates to too much": ([BOMB], TOO_LARGE),
    "layers that inflate to too much together": ([HALF, OTHER_HALF], TOO_LARGE),
    "too much after the end of the tar": ([of_tar(TAR + bytes(2 * ENOUGH))], TOO_LARGE),
    "too much in a plain tar": ([of_tar(TAR + bytes(2 * ENOUGH), TAR + bytes(2 * ENOUGH))], TOO_LARGE),
    "a header that claims a gigabyte": ([of_tar(header(tarfile.XHDTYPE, 1 << 30))], "cannot be read: it has a header"),
    "headers of headers": (
        [of_tar(header(tarfile.XHDTYPE, 0) * 2000)],
        "cannot be read: maximum recursion depth exceeded",
    ),
    "another layer's diff_id": (
        [of_tar(TAR, diff_id=DIFF)],
        f"holds {Blob.of('', TAR).digest}, where the image's configuration says {DIFF}",
    ),
    "gzip that ends too early": ([of_tar(TAR, gzip.compress(TAR)[:-4])], "cannot be read: it ends before its gzip"),
    "gzip with something behind it": ([of_tar(TAR, gzip.compress(TAR) + b"more")], "cannot be read: Error -3"),
    "gzip with a wrong checksum": ([of_tar(TAR, gzip.compress(TAR)[:-8] + bytes(8))], "cannot be read: "),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize(("layers", "reason"), BAD_LAYERS.values(), ids=BAD_LAYERS)
def test_a_layer_that_does_harm_is_refused(
    layers: Sequence[LayerBlob], reason: str, read: Read, image_cache: Path
) -> None:
    with pytest.raises(DeliveryFailure) as failure:
        read(layers, ENOUGH)
    assert f"the layer {layers[-1].blob.digest} ({OCI_LAYER_GZIP}) {reason}" in failure.value.message
    assert failure.value.hint


@pytest.mark.parametrize("cut", [0, 1, 511, 512, len(TAR)], ids=lambda cut: f"cut at {cut}")
def test_gzip_of_several_members_is_read_as_one(cut: int, image_cache: Path) -> None:
    layer = of_tar(TAR, gzip.compress(TAR[:cut]) + gzip.compress(TAR[cut:]))
    assert find_interpreter([layer], {}, "base").version == "3.13"
    assert read_contents([layer]) == read_contents([of_tar(TAR)])


def test_what_a_layer_shows_is_not_taken_from_another_that_claims_its_digest(image_cache: Path) -> None:
    """The digest of the plain tar is only told; a stranger may tell that of a layer that everybody knows."""
    known = small_layer("base", {"usr/bin/python3.13": b"known"})
    liar = LayerBlob("base", small_layer("base", {"usr/bin/python3.11": b"liar"}).blob, known.diff_id)
    for _ in range(2):
        assert find_interpreter([known], {}, "known").version == "3.13"
        assert set(read_contents([known]).files) == {"usr/bin/python3.13"}
        for read in READERS.values():
            with pytest.raises(DeliveryFailure, match="where the image's configuration says"):
                read([liar], ENOUGH)


def become_a_pipe(path: Path) -> None:
    os.mkfifo(path)


def become_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def become_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(65 * 1024**2)


@pytest.mark.parametrize("become", [become_a_pipe, become_a_device, become_large])
def test_an_index_that_is_no_file_of_a_sensible_size_is_refused(become: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    become(tmp_path / "index.json")
    with pytest.raises(UsageFailure, match="is not an OCI layout"):
        read_layout(tmp_path, [AMD64])


@pytest.mark.parametrize("become", [become_a_pipe, become_a_device, become_large])
def test_a_blob_that_is_no_file_of_a_sensible_size_is_refused(become: Callable[[Path], None], tmp_path: Path) -> None:
    blobs = tmp_path / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    digest = f"sha256:{hashlib.sha256(bytes(65 * 1024**2)).hexdigest()}"
    (tmp_path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (tmp_path / "index.json").write_text(json.dumps({"manifests": [{"mediaType": OCI_MANIFEST, "digest": digest}]}))
    become(blobs / digest.removeprefix("sha256:"))
    with pytest.raises(DeliveryFailure, match=f"the blob {digest} (cannot be read|has 68157440 bytes)"):
        read_layout(tmp_path, [AMD64])


@pytest.mark.parametrize(
    "text", [DEEP, b'{"a":' * 200_000, b"{", b"\xff"], ids=["arrays", "objects", "half", "no UTF-8"]
)
def test_what_is_no_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)
