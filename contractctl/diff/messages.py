"""Compare what an operation takes and gives: request bodies, responses, their headers and content."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Body, Header, Operation, Response
from contractctl.core.locations import Place
from contractctl.diff.carriers import Carrier
from contractctl.diff.exchange import Exchange
from contractctl.diff.facts import Fact, Law
from contractctl.diff.parameters import schema_of
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
    yield from exchange.compare_content(exchange.inbound, Carrier("body"), base.content, revision.content)


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
    yield from _compare_headers(exchange, base, revision)
    carrier = Carrier("body", status=base.status)
    yield from exchange.compare_content(exchange.outbound, carrier, base.content, revision.content)


def _compare_headers(exchange: Exchange, base: Response, revision: Response) -> Iterator[Fact]:
    before = {header.name.lower(): header for header in base.headers}
    after = {header.name.lower(): header for header in revision.headers}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            yield from _compare_header(exchange, one, other, base.status)
        elif one is not None:
            place = base.at / "headers" / one.name
            yield _header_fact(exchange, one, base.status, "removed", (place, None))
        elif other is not None:
            place = revision.at / "headers" / other.name
            yield _header_fact(exchange, other, base.status, "added", (None, place))


def _header_fact(
    exchange: Exchange, header: Header, status: str, what: str, places: tuple[Place | None, Place | None]
) -> Fact:
    """Make the fact of a header: nobody minds one more, and a required one is relied on."""
    kind = f"{'required-' if header.required else ''}header-{what}"
    relation = related(forward=True, backward=not header.required)
    return exchange.fact(
        kind,
        relation if what == "removed" else relation.mirrored,
        subject=Carrier("header", header.name, status=status).subject,
        text=f"was {what} ({'required' if header.required else 'optional'})",
        places=places,
        values=(header.name if places[0] else None, header.name if places[1] else None),
        direction=exchange.outbound,
    )


def _compare_header(exchange: Exchange, base: Header, revision: Header, status: str) -> Iterator[Fact]:
    carrier = Carrier("header", revision.name, status=status)
    if base.required != revision.required:
        what, relation = ("required", NARROWS) if revision.required else ("optional", WIDENS)
        yield exchange.fact(
            f"header-became-{what}",
            relation,
            subject=carrier.subject,
            text=f"became {what}",
            places=(base.at, revision.at),
            values=(base.required, revision.required),
            direction=exchange.outbound,
        )
    if base.content and revision.content:
        yield from exchange.compare_content(exchange.outbound, carrier, base.content, revision.content)
    elif not base.content and not revision.content:
        one, other = schema_of(base.at, base.schema), schema_of(revision.at, revision.schema)
        exchange.note(exchange.outbound, carrier, one, other)
