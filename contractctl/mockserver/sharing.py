"""Who shares the memory of a mock: nobody, replicas through Redis, or several workers, who have none in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contractctl.encodings.quantities import Rate, Rules, parse_rate_limit
from contractctl.mockserver.answers import Answer, problem
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.control.endpoints import Endpoint
from contractctl.mockserver.memory.interface import Memory
from contractctl.mockserver.memory.local import LocalMemory
from contractctl.mockserver.requests import Request
from contractctl.mockserver.settings import SettingError, Settings


def open_memory(settings: Settings, title: str) -> Memory:
    """Return the memory that the settings ask for; in Redis below `title`, or what the URL has as `prefix`.

    Raise SettingError where there is no client for Redis, or a URL that it does not read.
    """
    if not settings.state_url:
        return LocalMemory()
    from contractctl.mockserver.memory.redis_url import key_name, read_redis_url

    try:
        from contractctl.mockserver.memory.redis_link import RedisLink
        from contractctl.mockserver.memory.shared import SharedMemory

        url = read_redis_url(settings.state_url)
        return SharedMemory(RedisLink(url), key_name(url.name or title))
    except ImportError:
        raise SettingError(
            "--state-url needs redis, which is not here; an image has it when it is built with it: "
            "contractctl build-mock --state-url redis://HOST"
        ) from None
    except ValueError as error:
        raise SettingError(f"--state-url cannot be used: {error}") from None


def is_divided(settings: Settings) -> bool:
    """Tell whether several workers have no memory in common: what needs one is off, or refused if it was asked for."""
    return settings.workers > 1 and not settings.state_url


def refuse_divided(server: Settings, settings: Settings, bundle: Bundle) -> None:
    """Raise SettingError for a contract that needs the one memory that several workers do not have."""
    if is_divided(server) and (needed := next(_needs(settings, bundle), "")):
        raise SettingError(_told(needed, server))


def available(server: Settings, endpoints: tuple[Endpoint, ...]) -> Iterator[Endpoint]:
    """Yield endpoints as they are, and those that ask a memory which several workers do not have with 501."""
    for endpoint in endpoints:
        if endpoint.waits and is_divided(server):
            refusals = dict.fromkeys(endpoint.methods, _refusal(endpoint, server))
            yield Endpoint(endpoint.path, refusals, waits=False, sees=False)
        else:
            yield endpoint


def _refusal(endpoint: Endpoint, server: Settings) -> Callable[[Request], Answer]:
    def refuse(_: Request) -> Answer:
        return problem(501, _told(endpoint.path, server))

    return refuse


def _told(what: str, server: Settings) -> str:
    return (
        f"{what} needs one memory for all {server.workers} workers: serve with --workers 1, "
        "or let them share one with --state-url redis://HOST:6379"
    )


def _needs(settings: Settings, bundle: Bundle) -> Iterator[str]:
    """Yield what of a contract needs one memory for all who serve it."""
    if settings.stateful:
        yield "--stateful"
    if settings.journal:
        yield "--journal"
    if _limits(settings.rate_limit):
        yield "--rate-limit"
    if settings.auth == "token":
        yield "--profile realistic (--auth token)" if settings.profile == "realistic" else "--auth token"
    if bundle.index.issuer.get("asked"):
        yield "x-mock-auth: token"
    for route in bundle.index.routes:
        for ref in route.operations.values():
            own = bundle.operation(ref).mock.get("rate_limit")
            if own is not None and _limits(parse_rate_limit(own)):
                yield "x-mock-rate-limit"


def _limits(rules: Rules[Rate] | None) -> bool:
    """Tell whether something is limited; what says `off` limits nothing."""
    return rules is not None and any(rate is not None for _, rate in rules.rules)
