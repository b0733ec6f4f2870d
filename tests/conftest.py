"""What every room of the tests may ask for: the real components."""

pytest_plugins = ["tests.components.fixtures"]
