"""Contract-first work with OpenAPI: lint, diff, drift and mock images from one description."""

__version__ = "0.1.0"
