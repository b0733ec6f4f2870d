"""Compare what an operation takes and gives: request bodies, responses, their headers and content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from contractctl.contract.model import Body, Header, MediaType, Response
from contractctl.core.changes import Direction
from contractctl.diff.carriers import Carrier
from contractctl.diff.exchanges.content import compare_content
from contractctl.diff.exchanges.encodings import compare_encodings
from contractctl.diff.exchanges.exchange import Exchange, Places
from contractctl.diff.exchanges.headers import compare_headers
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import EQUAL, NARROWS, UNKNOWN, WIDENS, Relation, related
from contractctl.diff.schemas.normalise import SchemaDirection

_BODY = Carrier("body").subject
_VAGUE = frozenset(("GET", "HEAD", "DELETE", "TRACE"))
"""Methods whose bodies have no meaning in HTTP (RFC 9110 §9.3)."""


def compare_bodies(exchange: Exchange) -> Iterator[Fact]:
    """Yield the facts about the request body."""
    before, after = exchange.base.body, exchange.revision.body
    if before is not None and after is not None:
        yield from _compare_body(exchange, before, after)
    elif before is not None:
        relation, remark = _of_added(exchange, before, exchange.versions[0])
        text = f"a body is no longer taken{remark}"
        yield exchange.fact("body-removed", relation.mirrored, subject=_BODY, text=text, places=(before.at, None))
    elif after is not None:
        relation, remark = _of_added(exchange, after, exchange.versions[1])
        text = f"a body was added ({'required' if after.required else 'optional'}){remark}"
        kind = "required-body-added" if after.required else "body-added"
        yield exchange.fact(kind, relation, subject=_BODY, text=text, places=(None, after.at))


def _of_added(exchange: Exchange, body: Body, version: str) -> tuple[Relation, str]:
    """Relate the sides where a body came, and remark on what is special. A client that is sent one may not read it."""
    relation = related(forward=not body.required, backward=exchange.inbound is Direction.RESPONSE)
    return _unless_ignored(exchange, relation, version)


def _unless_ignored(exchange: Exchange, relation: Relation, version: str) -> tuple[Relation, str]:
    """Refute nothing by what a body is for, where it is ignored (OpenAPI 3.0.4 §4.7.10.1: `requestBody`)."""
    method = exchange.base.method
    if method in _VAGUE and version.startswith("3.0"):
        return relation | UNKNOWN, f"; OpenAPI 3.0 has that of {method} ignored"
    return relation, ""


def _compare_body(exchange: Exchange, base: Body, revision: Body) -> Iterator[Fact]:
    if base.required != revision.required:
        what, relation = ("required", NARROWS) if revision.required else ("optional", WIDENS)
        relation, remark = _unless_ignored(exchange, relation, exchange.versions[int(revision.required)])
        yield exchange.fact(
            f"body-became-{what}",
            relation,
            subject=_BODY,
            text=f"became {what}{remark}",
            places=(base.at, revision.at),
            values=(base.required, revision.required),
        )
    yield from _compare_content(exchange, exchange.inbound, Carrier("body"), base.content, revision.content)


def compare_responses(exchange: Exchange) -> Iterator[Fact]:
    """Yield the facts about statuses that went and came, and about what is in those that stayed."""
    before, after = (_by_status(side.responses) for side in (exchange.base, exchange.revision))
    pairs = list(_paired(before, after))
    for one, other in pairs:
        yield from _compare_response(exchange, one, other)
    kept, come = ({pair[side].status for pair in pairs} for side in (0, 1))
    for status, response in before.items():
        if status not in kept:
            yield _status_fact(exchange, response, "removed", _is_relied_on(status, before, after))
    for status, response in after.items():
        if status not in come:
            yield _status_fact(exchange, response, "added", _is_relied_on(status, after, before))


def _paired(before: Mapping[str, Response], after: Mapping[str, Response]) -> Iterator[tuple[Response, Response]]:
    """Yield what is sent with one status: as it is named, or as a range or default of the other side stands for it."""
    for status, response in before.items():
        counterpart = after.get(status) or _taking_in(status, before, after)
        if counterpart is not None:
            yield response, counterpart
    for status, response in after.items():
        counterpart = None if status in before else _taking_in(status, after, before)
        if counterpart is not None:
            yield counterpart, response


def _by_status(responses: Sequence[Response]) -> Mapping[str, Response]:
    return {response.status: response for response in responses}


def _taking_in(status: str, own: Mapping[str, Response], others: Mapping[str, Response]) -> Response | None:
    """Return the response of the other side that stands for a status of this one which the other does not name.

    That is the one for its range (`2XX`). For a success it is the `default`, too, where that is all that a side says of
    successes; if this side has a `default` besides, that is what errors are like.
    """
    if not status[:1].isdigit():
        return None
    found = others.get(f"{status[:1]}XX")
    if found is None and _is_success(status) and "default" not in own and not any(map(_is_success, others)):
        return others.get("default")
    return found


def _is_success(status: str) -> bool:
    return status.startswith("2")


def _is_relied_on(status: str, own: Mapping[str, Response], others: Mapping[str, Response]) -> bool:
    """Tell a success, which is relied on, from an error, or a `default` beside a success."""
    return _is_success(status) or (status == "default" and not any(map(_is_success, (*own, *others))))


def _status_fact(exchange: Exchange, response: Response, what: str, is_relied_on: bool) -> Fact:
    gone = what == "removed"
    status = response.status
    side = exchange.base if gone else exchange.revision
    place = side.at / "responses" / status
    kind = f"{'success' if is_relied_on else 'error'}-status-removed" if gone else "status-added"
    relation = NARROWS if is_relied_on else EQUAL
    places: Places = (place, None) if gone else (None, place)
    return exchange.fact(
        kind,
        relation if gone else relation.mirrored,
        subject=f"response {status}",
        text=f"the status was {what}",
        places=places,
        values=(status, None) if gone else (None, status),
        direction=exchange.outbound,
        law=Law.OFFER,
    )


def _compare_response(exchange: Exchange, base: Response, revision: Response) -> Iterator[Fact]:
    def carrier_of(header: Header) -> Carrier:
        return Carrier("header", header.name, status=base.status)

    way = exchange.outbound
    yield from compare_headers(exchange, way, (base.headers, revision.headers), carrier_of, (base.at, revision.at))
    carrier = Carrier("body", status=base.status)
    yield from _compare_content(exchange, way, carrier, base.content, revision.content)


def _compare_content(
    exchange: Exchange,
    direction: SchemaDirection,
    carrier: Carrier,
    base: Sequence[MediaType],
    revision: Sequence[MediaType],
) -> Iterator[Fact]:
    also = partial(compare_encodings, exchange, direction)
    yield from compare_content(exchange, direction, carrier, base, revision, also=also)
