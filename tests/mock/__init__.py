"""Tests of `contractctl.mock`."""
