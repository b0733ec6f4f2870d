"""Talking to one repository of a registry (OCI distribution-spec v1.1): who we are, patience, refusals in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from contractctl.core.failures import DeliveryFailure
from contractctl.image.model import OCI_INDEX, OCI_MANIFEST
from contractctl.image.reference import DOCKER_HUB, Reference
from contractctl.image.registry.authority import Authority
from contractctl.image.registry.credentials import Credentials
from contractctl.image.registry.failures import Transient, broken_wire, refusal, registry_words
from contractctl.image.registry.transport import (
    Answer,
    Cut,
    Request,
    Transport,
    Unreachable,
    UnsafeRedirect,
    WireError,
    follow,
    is_loopback,
    is_safe,
    origin,
    resolve,
    without_query,
)

T = TypeVar("T")

ATTEMPTS = 5
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; each later pause is twice the one before."""

LONGEST_PAUSE = 60.0
"""Seconds: a registry that asks for more is left for another day."""

MANIFEST_TYPES = ", ".join(
    (
        OCI_MANIFEST,
        OCI_INDEX,
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)
"""What to accept where a manifest or an index is asked for."""

_HUB_HOST = "registry-1.docker.io"


class RegistryClient:
    """One repository, for one task ("push ghcr.io/acme/mock:1.4", as messages name it). Threads may share it."""

    def __init__(
        self,
        reference: Reference,
        *,
        task: str,
        actions: str,
        credentials: Credentials | None,
        transport: Transport,
        pause: Callable[[float], object],
        neighbours: Sequence[str] = (),
    ) -> None:
        """Take the actions to ask rights for (`pull` or `pull,push`), and what waits a number of seconds.

        `neighbours` are repositories of the same registry that it would be of use to read.
        """
        self._reference = reference
        self._task = task
        self._pushes = "push" in actions
        self._transport = transport
        self._pause = pause
        self._host = _HUB_HOST if reference.registry == DOCKER_HUB else reference.registry
        self._root = f"https://{self._host}/v2/"
        self._authority = Authority(
            f"repository:{reference.repository}:{actions}",
            credentials,
            self._ask,
            wishes=[f"repository:{name}:pull" for name in neighbours],
            is_local=is_loopback(self._root),
        )

    @property
    def task(self) -> str:
        """What is being done, as messages name it."""
        return self._task

    def connect(self) -> None:
        """Find out how the registry is spoken to, and get a token if it wants one.

        https, but for a host on this machine plain http first.

        Raises:
            DeliveryFailure: it is no registry, does not answer, or does not let us in.
        """
        if is_loopback(self._root):
            self._root = f"http://{self._host}/v2/"
        answer = self.persist(self._greet)
        if answer.status == 400 and self._root.startswith("http:"):
            self._root = f"https://{self._host}/v2/"
            answer = self.persist(self._greet)
        if answer.status == 401 and origin(answer.url) == origin(self._root):
            challenges = answer.headers.get("www-authenticate", "")
            if self.persist(lambda: self._authority.renew(challenges, "")):
                return
        if answer.status != 200:
            raise self._refusal(answer)

    def call(
        self,
        method: str,
        where: str,
        *,
        expect: frozenset[int],
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        sent: Callable[[int], None] | None = None,
        received: Callable[[Answer, bytes], None] | None = None,
    ) -> Answer:
        """Ask once (twice where a token has to be renewed). `where` is relative to the repository, or a whole URL.

        Raises:
            Transient: no answer, or one that may be better later; see `persist`.
            DeliveryFailure: any other status than the expected ones.
        """
        request = Request(method, self.url(where), dict(headers or {}), body, received=received)
        if sent is not None:
            request = replace(request, sent=sent)
        if not is_safe(request.url):
            raise self._wire_failure(UnsafeRedirect(f"it sends us to {without_query(request.url)}, which is not https"))
        answer = self._send_as_ourselves(request)
        if answer.status not in expect:
            raise self._refusal(answer)
        return answer

    def check_digest(self, expected: str, found: str) -> None:
        """Raise DeliveryFailure where the registry names another digest than expected; "" on either side is none."""
        if expected and found and expected != found:
            raise DeliveryFailure(
                f"cannot {self._task}: the registry answered digest {found} for {expected}",
                hint="something between here and the registry changes what passes; try again from elsewhere",
            )

    def url(self, where: str, *, asked: str = "") -> str:
        """Return the whole URL of a path in this repository (`manifests/1.4`), or as an answer of `asked` means it.

        Raises:
            DeliveryFailure: it is none.
        """
        try:
            return resolve(asked or f"{self._root}{self._reference.repository}/", where)
        except UnsafeRedirect as error:
            raise self._wire_failure(error) from None

    def persist(self, attempt: Callable[[], T]) -> T:
        """Try up to five times, pausing as the registry asks or longer each time.

        Raises:
            DeliveryFailure: it failed for good, or too often.
        """
        pause = FIRST_PAUSE
        for count in range(1, ATTEMPTS + 1):
            try:
                return attempt()
            except Transient as error:
                wait = pause if error.wait is None else error.wait
                if count == ATTEMPTS or wait > LONGEST_PAUSE:
                    raise _given_up(error, count) from None
                self._pause(wait)
                pause *= 2
        raise AssertionError("the loop returns or raises")

    def _greet(self) -> Answer:
        """Ask `GET /v2/`; a registry that cannot be reached at all is not asked again."""
        try:
            answer = follow(self._transport, Request("GET", self._root))
        except WireError as error:
            if isinstance(error, Cut) and self._root.startswith("http:") and self._speaks_tls():
                return self._greet()
            failure = self._wire_failure(error)
            if isinstance(failure, Transient) and isinstance(error, Unreachable):
                raise failure.failure from None
            raise failure from None
        failure = self._refusal(answer)
        if isinstance(failure, Transient):
            raise failure
        return answer

    def _speaks_tls(self) -> bool:
        """Tell whether a host of this machine that hangs up on plain http answers https, which it is asked by then."""
        secure = f"https://{self._host}/v2/"
        try:
            self._transport.send(Request("GET", secure))
        except WireError:
            return False
        self._root = secure
        return True

    def _send_as_ourselves(self, request: Request) -> Answer:
        ours = origin(request.url) == origin(self._root)
        header = self._authority.header() if ours else ""
        answer = self._exchange(request, header)
        if answer.status != 401 or origin(answer.url) != origin(self._root):
            return answer
        if not self._authority.renew(answer.headers.get("www-authenticate", ""), header):
            return answer
        return self._exchange(request, self._authority.header())

    def _exchange(self, request: Request, authorization: str, *, redirects: bool = True) -> Answer:
        if authorization:
            request = replace(request, headers={**request.headers, "authorization": authorization})
        try:
            return follow(self._transport, request) if redirects else self._transport.send(request)
        except WireError as error:
            raise self._wire_failure(error) from None

    def _ask(self, request: Request) -> Answer:
        """Ask the token service. What stands in a body does not travel on, wherever a redirect leads."""
        answer = self._exchange(request, "", redirects=not request.body)
        if answer.status != 200:
            raise self._refusal(answer, speaker=f"the token service {without_query(answer.url)}")
        return answer

    def _refusal(self, answer: Answer, *, speaker: str = "the registry") -> DeliveryFailure | Transient:
        words = self._authority.conceal(registry_words(answer))
        who = self._authority.credentials
        return refusal(self._task, self._reference, answer, words=words, who=who, speaker=speaker, pushes=self._pushes)

    def _wire_failure(self, error: WireError) -> DeliveryFailure | Transient:
        return broken_wire(self._task, self._host, error)


def _given_up(error: Transient, count: int) -> DeliveryFailure:
    if error.wait is not None and error.wait > LONGEST_PAUSE:
        return DeliveryFailure(f"{error.failure.message}; it asks to wait {error.wait:.0f} s", hint=error.failure.hint)
    return DeliveryFailure(f"{error.failure.message}, {count} times", hint=error.failure.hint)
