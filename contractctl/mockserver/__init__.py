"""The island: serves a Bundle. Imports synth and its wheels, nothing else of ours."""
