"""Requests that the mock sends: callbacks and webhooks."""
