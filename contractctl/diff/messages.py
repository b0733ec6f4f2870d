"""Compare what an operation takes and gives: request bodies, responses, their headers and content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from contractctl.contract.model import Body, Header, MediaType, Operation, Response
from contractctl.core.locations import Place
from contractctl.diff.carriers import Carrier
from contractctl.diff.content import compare_content
from contractctl.diff.encodings import compare_encodings
from contractctl.diff.exchange import Exchange
from contractctl.diff.facts import Fact, Law
from contractctl.diff.headers import compare_headers
from contractctl.diff.normalise import SchemaDirection
from contractctl.diff.relation import EQUAL, NARROWS, WIDENS, Relation, related

_BODY = Carrier("body").subject


def compare_bodies(exchange: Exchange, base: Operation, revision: Operation) -> Iterator[Fact]:
    """Yield the facts about the request body."""
    before, after = base.body, revision.body
    if before is not None and after is not None:
        yield from _compare_body(exchange, before, after)
    elif before is not None:
        text = "a body is no longer taken"
        law = Law.OFFER
        yield exchange.fact("body-removed", NARROWS, subject=_BODY, text=text, places=(before.at, None), law=law)
    elif after is not None:
        kind = "required-body-added" if after.required else "body-added"
        relation = related(forward=not after.required, backward=False)
        text = f"a body was added ({'required' if after.required else 'optional'})"
        yield exchange.fact(kind, relation, subject=_BODY, text=text, places=(None, after.at))


def _compare_body(exchange: Exchange, base: Body, revision: Body) -> Iterator[Fact]:
    if base.required != revision.required:
        what, relation = ("required", NARROWS) if revision.required else ("optional", WIDENS)
        yield exchange.fact(
            f"body-became-{what}",
            relation,
            subject=_BODY,
            text=f"became {what}",
            places=(base.at, revision.at),
            values=(base.required, revision.required),
        )
    yield from _compare_content(exchange, exchange.inbound, Carrier("body"), base.content, revision.content)


def compare_responses(exchange: Exchange, base: Operation, revision: Operation) -> Iterator[Fact]:
    """Yield the facts about statuses that went and came, and about what is in those that stayed."""
    after = {response.status: response for response in revision.responses}
    before = {response.status: response for response in base.responses}
    for status, response in before.items():
        counterpart = after.get(status) or _range_of(status, after)
        if counterpart is not None:
            yield from _compare_response(exchange, response, counterpart)
        else:
            yield _status_removed(exchange, base, response, revision)
    covered = {one.status for status in before if status not in after and (one := _range_of(status, after))}
    for status in after:
        if status not in before and status not in covered:
            place = revision.at / "responses" / status
            yield _status_fact(exchange, "status-added", WIDENS, status, (None, place))


def _range_of(status: str, responses: dict[str, Response]) -> Response | None:
    """Return the response for the range (`2XX`) that the status falls into."""
    return responses.get(f"{status[:1]}XX") if status[:1].isdigit() else None


def _status_removed(exchange: Exchange, base: Operation, response: Response, revision: Operation) -> Fact:
    """Tell a success status, which is relied on, from an error status or a `default` beside a success."""
    status = response.status
    others = any(one.status.startswith("2") for one in (*base.responses, *revision.responses))
    relied_on = status.startswith("2") or (status == "default" and not others)
    kind = "success-status-removed" if relied_on else "error-status-removed"
    place = base.at / "responses" / status
    relation = NARROWS if relied_on else EQUAL
    return _status_fact(exchange, kind, relation, status, (place, None))


def _status_fact(
    exchange: Exchange, kind: str, relation: Relation, status: str, places: tuple[Place | None, Place | None]
) -> Fact:
    gone = places[1] is None
    return exchange.fact(
        kind,
        relation,
        subject=f"response {status}",
        text=f"the status was {'removed' if gone else 'added'}",
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
