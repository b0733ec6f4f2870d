"""skopeo, the independent judge: a reader of images that shares no line with ours."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Skopeo:
    """Runs skopeo with plain HTTP allowed, no signature policy, and none of the user's credentials.

    References are skopeo's own: `docker://127.0.0.1:PORT/name@sha256:…`, `oci:DIR`, `oci-archive:FILE`,
    `docker-archive:FILE`, `docker-daemon:NAME:TAG`. `credentials` are "user:password".
    Every method raises AssertionError with skopeo's words when skopeo refuses.
    """

    program: Path
    folder: Path

    def run(self, *arguments: str) -> str:
        """Run any command of skopeo and return what it prints."""
        result = subprocess.run(
            [str(self.program), "--insecure-policy", "--tmpdir", str(self.folder), *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "REGISTRY_AUTH_FILE": str(self.folder / "auth.json")},
        )
        assert result.returncode == 0, f"skopeo {' '.join(arguments)}: {result.stderr.strip()}"
        return result.stdout

    def digest(self, reference: str, *, credentials: str = "") -> str:
        """Return the digest of the manifest (or index) that a reference names."""
        return self.run(
            "inspect", *_login("--creds", credentials), "--tls-verify=false", "--format", "{{.Digest}}", reference
        ).strip()

    def manifest(self, reference: str, *, credentials: str = "") -> dict[str, object]:
        """Return the manifest or index as it is stored."""
        return _document(self.run("inspect", *_login("--creds", credentials), "--tls-verify=false", "--raw", reference))

    def config(self, reference: str, *, credentials: str = "") -> dict[str, object]:
        """Return the OCI configuration of the image for this machine's platform."""
        return _document(
            self.run("inspect", *_login("--creds", credentials), "--tls-verify=false", "--config", reference)
        )

    def copy(
        self, source: str, destination: str, *, source_credentials: str = "", destination_credentials: str = ""
    ) -> None:
        """Copy an image as it is, byte for byte; every digest is checked on the way."""
        self.run(
            "copy",
            *("--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false"),
            *_login("--src-creds", source_credentials),
            *_login("--dest-creds", destination_credentials),
            source,
            destination,
        )


def _login(option: str, credentials: str) -> tuple[str, ...]:
    return (option, credentials) if credentials else ()


def _document(text: str) -> dict[str, object]:
    document = json.loads(text)
    assert isinstance(document, dict)
    return document
