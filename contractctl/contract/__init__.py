"""The one model of a contract, whatever the OpenAPI version."""
