"""The one model of a contract, whatever the OpenAPI version.

`build.build_contract(document)` gives a `BuiltContract`; building is total: a malformed part is skipped and told.
"""
