"""Schema in, valid value out."""

from __future__ import annotations

import jsonschema_rs

from contractctl.synth.failures import GaveUp
from contractctl.synth.manner import Shape
from contractctl.synth.plans import Plans
from contractctl.synth.resources import within_itself
from contractctl.synth.values import Json, Schema


def synthesize(schema: Schema, *, seed: int = 0, shape: Shape | None = None) -> Json:
    """Return a value that satisfies a JSON Schema 2020-12, with the formats that it names.

    References lead to what is inside the schema: `#/…`, an anchor or an identifier there. Equal arguments give equal
    values on every machine; another seed gives another value where the schema leaves a choice. For the shapes see
    `Shape`. Raise Unsatisfiable when it is proved that no value satisfies the schema, and GaveUp when none was found (a
    malformed schema and a reference to elsewhere among the reasons).
    """
    try:
        root = schema if isinstance(schema, bool) else dict(schema)
        validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise GaveUp(f"the schema cannot be compiled: {str(error).splitlines()[0]}") from None
    plain = within_itself(schema)
    return Plans(plain).plan(plain).value(validator.is_valid, validator.iter_errors, seed=seed, shape=shape)
