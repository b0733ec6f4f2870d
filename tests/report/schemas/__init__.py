"""The JSON Schema of SARIF."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs

VALIDATOR = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text()), validate_formats=True
)
