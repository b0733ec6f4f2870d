"""JSON Schema to value: seeded, deterministic, always valid. Imports nothing of ours; ships in the image too."""
