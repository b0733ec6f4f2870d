"""The one model of a contract, whatever the OpenAPI version.

`build(document)` gives a `BuiltContract(contract, findings)`; building is total: a malformed part is skipped and told.
"""
