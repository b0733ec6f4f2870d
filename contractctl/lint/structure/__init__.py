"""The structure gate: the OpenAPI JSON Schemas decide, typed object tables say what is wrong in words."""
