"""The real components that tests talk to: engine, registries, and skopeo as the independent judge of images."""
