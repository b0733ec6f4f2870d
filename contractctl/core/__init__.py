"""Vocabulary that every room shares: places, findings, changes, reports, failures. Imports nothing of ours."""
