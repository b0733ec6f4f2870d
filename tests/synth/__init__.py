"""Tests of `contractctl.synth`."""
