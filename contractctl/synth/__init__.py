"""JSON Schema to value: seeded, deterministic, always valid. Imports nothing of ours; ships in the image too."""

from contractctl.synth.failures import GaveUp, Unsatisfiable
from contractctl.synth.manner import Shape
from contractctl.synth.plans import Plan, Plans
from contractctl.synth.references import Resolve, SideBySide, seen_from_outside
from contractctl.synth.solver import Objection, Objections, Solver
from contractctl.synth.synthesize import synthesize

__all__ = [
    "GaveUp",
    "Objection",
    "Objections",
    "Plan",
    "Plans",
    "Resolve",
    "Shape",
    "SideBySide",
    "Solver",
    "Unsatisfiable",
    "seen_from_outside",
    "synthesize",
]
