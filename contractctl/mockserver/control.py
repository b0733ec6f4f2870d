"""The server's own endpoints, below its control prefix: so far the one that says how it is."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.mockserver import refusals
from contractctl.mockserver.answers import Answer, json_answer
from contractctl.mockserver.cors import is_preflight, preflight_answer
from contractctl.mockserver.requests import Request

_METHODS = ["GET", "HEAD"]


def own_endpoint(request: Request, control: str, health: Mapping[str, object], *, cors: bool) -> Answer:
    """Answer a request below the prefix `control`; `health` is what `/health` says."""
    if request.path != f"{control}/health":
        return refusals.path_unknown(request.path, f"{control}/health")
    if cors and is_preflight(request):
        return preflight_answer(request, _METHODS)
    if request.method not in _METHODS:
        return refusals.method_unknown(request.path, request.method, _METHODS)
    return json_answer(200, health)
