"""Grammars that are not of JSON: addresses, media types, licenses, path templates, runtime expressions."""
