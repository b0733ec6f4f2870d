"""What a bundle for others to serve may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from contractctl.api.mock import compile_mock
from contractctl.config import load_config
from contractctl.core.failures import UsageFailure

DESCRIPTION = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n"


def test_a_password_does_not_get_into_an_image(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_text(DESCRIPTION)
    with pytest.raises(UsageFailure) as failure:
        compile_mock(str(spec), config=load_config(folder=tmp_path), options={"state-url": "redis://:secret@cache"})
    assert failure.value.hint == "leave it out, and give MOCK_STATE_URL to the container"


def test_where_the_state_is_does_get_into_an_image(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_text(DESCRIPTION)
    compiled = compile_mock(str(spec), config=load_config(folder=tmp_path), options={"state-url": "redis://cache"})
    assert b'"state_url":"redis://cache"' in compiled.bundle


def test_an_image_has_a_port_that_can_be_known(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_text(DESCRIPTION)
    with pytest.raises(UsageFailure, match="`port` is 0"):
        compile_mock(str(spec), config=load_config(folder=tmp_path), options={"port": "0"})
