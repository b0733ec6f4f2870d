from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import contractctl
from contractctl.core.failures import UsageFailure
from contractctl.image.bases.host import host_platform
from contractctl.image.build import build_image
from contractctl.image.model import ImageSet, Platform
from contractctl.image.plan import entry_point
from tests.image.built import BUNDLE, CONTRACTS, METADATA, run_in
from tests.image.hearing import Heard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the host base is Linux's")
PYTHON = ("/usr/local/bin/python3", "-I", "-B", "-S", "-c")
ELSEWHERE = """
import os
os.umask(0o077)
import sys
from contractctl.image.build import build_image
from contractctl.image.plan import ImageMetadata, Served
metadata = ImageMetadata("Dinosaurs", "1.4.0", "c1:sha256:abc", "dinosaurs", "1.4.0")
image = build_image((Served(sys.stdin.buffer.read()),), base="host", metadata=metadata)
print(image.digest)
"""


def test_another_folder_umask_time_zone_locale_and_hash_seed_give_the_same_digest(
    host_image: ImageSet, tmp_path: Path
) -> None:
    copy = tmp_path / "a checkout elsewhere" / "contractctl"
    shutil.copytree(Path(contractctl.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    changed = {
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "4711",
        "PYTHONPATH": str(copy.parent),
        "TZ": "Asia/Tokyo",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-c", ELSEWHERE]
    said = subprocess.run(
        command, input=BUNDLE, cwd=tmp_path, env=os.environ | changed, capture_output=True, check=True
    )
    assert said.stdout.decode().strip() == host_image.digest


def test_the_second_build_packs_nothing_but_the_bundle(host_image: ImageSet) -> None:
    heard = Heard()
    assert build_image(CONTRACTS, base="host", metadata=METADATA, progress=heard) == host_image
    assert heard == Heard()


def test_the_layers_go_from_least_to_most_changing(host_image: ImageSet) -> None:
    assert [layer.name for layer in host_image.images[0].layers] == ["base", "wheels", "server", "bundle"]


def test_the_runtime_works_with_nothing_of_this_machine_around_it(host_root: Path) -> None:
    program = """
import sys
sys.path.insert(0, "/opt/mock")
import asyncio, ssl, tempfile, pwd
import httptools, jsonschema_rs, orjson, uvloop
assert jsonschema_rs.is_valid({"type": "integer"}, 1)
async def answer(): return orjson.dumps({"loop": type(asyncio.get_running_loop()).__module__})
print(uvloop.run(answer()).decode())
context = ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")
print(context.cert_store_stats()["x509_ca"] > 50, tempfile.gettempdir(), pwd.getpwuid(65532).pw_name)
print(*sys.path)
"""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    library = f"/usr/local/{sys.platlibdir}/python{version}"
    packed = f"/usr/local/{sys.platlibdir}/python{version.replace('.', '')}.zip"
    assert run_in(host_root, *PYTHON, program).splitlines() == [
        '{"loop":"uvloop"}',
        "True /tmp mock",
        f"/opt/mock {packed} {library} {library}/lib-dynload",
    ]


def test_every_extension_module_of_the_library_finds_its_libraries(host_root: Path) -> None:
    modules = sorted(path.name.partition(".")[0] for path in host_root.glob("usr/local/lib*/python3*/lib-dynload/*.so"))
    # Debian's interpreter has some of them built in.
    assert modules == [] or {"_ssl", "_socket", "_hashlib"} - set(sys.builtin_module_names) <= set(modules)
    program = f"import importlib\nfor name in {modules}: importlib.import_module(name)\nprint('all')"
    assert run_in(host_root, *PYTHON, program) == "all\n"


def test_what_a_server_does_not_need_stays_out(host_image: ImageSet, host_root: Path) -> None:
    names = {path.name for path in host_root.rglob("*")}
    assert names.isdisjoint({"tkinter", "test", "idlelib", "ensurepip", "site-packages", "sh", "bash", "busybox"})
    assert not [
        name for name in names if name.startswith(("libtk", "libX11", "libreadline", "libsqlite3", "_testcapi"))
    ]
    assert sum(layer.blob.size for layer in host_image.images[0].layers) < 22_000_000


def test_no_bytecode_knows_where_it_was_made(host_root: Path) -> None:
    here = sysconfig.get_path("stdlib").encode()
    knowing = [path.name for path in host_root.rglob("*.pyc") if here in path.read_bytes()]
    assert [name for name in knowing if not name.startswith("_sysconfigdata")] == []


def test_the_entry_point_is_there_and_runnable(host_root: Path) -> None:
    python, *_, folder, bundle = entry_point(
        f"/usr/local/bin/python{platform.python_version().rpartition('.')[0]}", CONTRACTS
    )
    assert (host_root / python.strip("/")).stat().st_mode & 0o777 == 0o755
    assert (host_root / folder.strip("/") / "__main__.py").is_file()
    assert (host_root / bundle.strip("/")).read_bytes() == BUNDLE


def test_source_date_epoch_dates_what_comes_from_the_contract_alone(
    host_image: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    dated = build_image(CONTRACTS, base="host", metadata=METADATA)
    assert dated.images[0].layers[:-1] == host_image.images[0].layers[:-1]
    assert dated.images[0].layers[-1] != host_image.images[0].layers[-1]
    assert b'"created":"2023-11-14T22:13:20Z"' in dated.images[0].config.data


@pytest.mark.parametrize("text", ["yesterday", "-1", "1.5", "8589934592", "²"])
def test_a_source_date_epoch_that_is_no_time_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(UsageFailure) as failure:
        build_image(CONTRACTS, base="host", metadata=METADATA)
    assert failure.value.message == f"SOURCE_DATE_EPOCH is not a time: {text!r}"


@pytest.mark.parametrize("base", ["host", None])
def test_the_host_base_is_for_the_hosts_platform_alone(base: str | None, image_cache: Path) -> None:
    """With no base named it is the host for its own platform, once or several times over."""
    here = host_platform()
    assert len(build_image(CONTRACTS, base=base, metadata=METADATA, platforms=[here, here]).images) == 1


def test_another_platform_needs_another_base_than_the_host() -> None:
    platforms = [host_platform(), Platform("linux", "mips64le"), Platform("linux", "s390x")]
    with pytest.raises(UsageFailure) as failure:
        build_image(CONTRACTS, base="host", metadata=METADATA, platforms=platforms)
    assert failure.value.message == (
        f"--base-image host can only build for {host_platform()}, not for linux/mips64le, linux/s390x"
    )
    assert failure.value.hint == "choose a base for those platforms, such as --base-image python:3.13-slim"


def test_stored_layers_hold_what_compressed_ones_hold(host_image: ImageSet, image_cache: Path) -> None:
    stored = build_image(CONTRACTS, base="host", metadata=METADATA, compression="stored")
    ours, theirs = stored.images[0].layers, host_image.images[0].layers
    assert [layer.diff_id for layer in ours] == [layer.diff_id for layer in theirs]
    assert [one.blob.size > two.blob.size for one, two in zip(ours, theirs, strict=True)] == [True] * 4
