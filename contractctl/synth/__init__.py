"""JSON Schema to value: seeded, deterministic, always valid. Imports nothing of ours; ships in the image too."""

from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.synthesize import Solver, synthesize

__all__ = ["GaveUp", "Solver", "Unsatisfiable", "synthesize"]
