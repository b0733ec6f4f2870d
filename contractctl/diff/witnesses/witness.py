"""Witnesses: the value that proves a verdict, and the message that carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contractctl.contract.model import MediaType, Operation, Parameter, Response
from contractctl.core.changes import Direction, Message, Witness
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.diff.facts import Claim, Fact, Law
from contractctl.diff.witnesses.parties import Parties, Party, other, sender_of
from contractctl.diff.witnesses.requests import Content, preferred, write_request, write_response
from contractctl.diff.witnesses.samples import Samples

if TYPE_CHECKING:
    from contractctl.core.locations import Place
    from contractctl.diff.carriers import Carrier
    from contractctl.diff.schemas.normalise import SchemaDirection
    from contractctl.diff.witnesses.trial import Evidence

_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
_WHOLE: Final = {Direction.REQUEST: "request", Direction.RESPONSE: "response"}


class Witnesses:
    """Makes the witnesses of two contracts; the messages are made from samples of the side that sends them."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._contracts = parties.contracts
        self._samples: dict[tuple[Party, SchemaDirection], Samples] = {}

    def of_schema(self, direction: SchemaDirection, claim: Claim, evidence: Evidence) -> Witness:
        """Return the witness for what schemas say."""
        sender = sender_of(direction)
        return Witness(
            kind=direction,
            value=evidence.value,
            accepted_by=sender,
            rejected_by=other(sender),
            because=evidence.because,
            part=claim.use.carrier.subject,
            message=self._message(sender, direction, claim, evidence.value),
            at=evidence.at,
        )

    def of_offer(self, fact: Fact) -> Witness | None:
        """Return the witness for what is no longer offered, or asked for now; None where no message shows it.

        That is the request that used to succeed, or the answer that clients used to get. A part that only comes to be
        asked for is left out, one that only goes is there.
        """
        operation = fact.sides[0]
        if operation is None:
            return None
        if fact.direction is Direction.RESPONSE and fact.law is Law.NARROW:
            return self._of_answer(fact, fact.sides[1] or operation, "revision")
        if fact.direction is Direction.RESPONSE:
            return self._of_answer(fact, operation, "base")
        samples = self._sampled("base", Direction.REQUEST)
        body = _gone_media(fact, operation.body.content) if operation.body else None
        if operation.body and fact.kind.endswith("-body-removed"):
            body = preferred(operation.body.content)
        content = Content(body.name, samples.of(body)) if body else None
        shown = () if _is_left_out(fact) else operation.parameters
        given = {one.at: samples.of(one) for one in shown if one.at == fact.base}
        message = write_request(self._contracts["base"], operation, samples, given=given, body=content)
        return _of_message(fact, Direction.REQUEST, message, "base")

    def _of_answer(self, fact: Fact, operation: Operation, sender: Party) -> Witness | None:
        """Return the witness for an answer that goes away, or may come without a part of it."""
        response = _response_at(operation, fact.base if sender == "base" else fact.revision)
        if response is None:
            return None
        samples = self._sampled(sender, Direction.RESPONSE)
        media = _gone_media(fact, response.content) or preferred(response.content)
        content = Content(media.name, samples.of(media)) if media else None
        given = {one.name: samples.of(one) for one in response.headers if sender == "base" and one.name == fact.before}
        message = write_response(response.status, response, samples, given=given, body=content)
        return _of_message(fact, Direction.RESPONSE, message, sender)

    def _message(self, sender: Party, direction: SchemaDirection, claim: Claim, value: Json) -> Message | None:
        """Return the message in which the sender's value travels."""
        carrier = claim.use.carrier
        operation = claim.use.operations[0 if sender == "base" else 1]
        samples = self._sampled(sender, direction)
        content = Content(carrier.media_type, value) if carrier.location == "body" else None
        if carrier.part:
            return None
        if carrier.status:
            response = _response_of(operation, carrier.status)
            if response is None:
                return None
            given = {one.name: value for one in response.headers if one.name.lower() == carrier.name.lower()}
            if content is None and (media := preferred(response.content)):
                content = Content(media.name, samples.of(media))
            return write_response(response.status, response, samples, given=given, body=content)
        holder = _parameter(claim.use.operations, operation, carrier)
        given_here = {} if holder is None else {holder.at: value}
        return write_request(self._contracts[sender], operation, samples, given=given_here, body=content)

    def _sampled(self, party: Party, direction: SchemaDirection) -> Samples:
        if (party, direction) not in self._samples:
            self._samples[party, direction] = Samples(self._parties.acceptance(party, direction))
        return self._samples[party, direction]


def _of_message(fact: Fact, kind: Direction, message: Message, sender: Party) -> Witness:
    """Return the witness that is a whole message."""
    start = message.start.partition(" ")
    head: dict[str, Json] = {"method": start[0], "target": start[2]} if start[2] else {"status": message.start}
    headers: dict[str, Json] = dict(message.headers)
    value: dict[str, Json] = {**head, "headers": headers, **({"body": message.body} if message.has_body else {})}
    because = f"{fact.subject}: {fact.text}" if fact.subject else fact.text
    return Witness(kind, value, sender, other(sender), because, _WHOLE[kind], message)


def _is_left_out(fact: Fact) -> bool:
    """Tell whether what the fact speaks of was optional so far, and comes to be asked for."""
    return "-became-" in fact.kind or "-added" in fact.kind


def _gone_media(fact: Fact, content: tuple[MediaType, ...]) -> MediaType | None:
    return next((one for one in content if one.at == fact.base), None)


def _response_at(operation: Operation, place: Place | None) -> Response | None:
    """Return the response that a place belongs to: its entry, itself, or one that has the part."""
    for response in operation.responses:
        entry = operation.at / "responses" / response.status
        parts = {entry, response.at, *(one.at for one in response.content), *(one.at for one in response.headers)}
        if place in parts or any(place == response.at / "headers" / one.name for one in response.headers):
            return response
    return None


def _response_of(operation: Operation, status: str) -> Response | None:
    """Return the response for a status as base documents it, or the range that it falls into."""
    wanted = {response.status.upper(): response for response in operation.responses}
    return wanted.get(status.upper()) or wanted.get(f"{status[:1]}XX") or wanted.get("DEFAULT")


def _parameter(sides: tuple[Operation, Operation], operation: Operation, carrier: Carrier) -> Parameter | None:
    """Return the operation's parameter that a carrier speaks of, which may have another name on the other side."""
    names = {carrier.name.lower() if carrier.location == "header" else carrier.name}
    if carrier.location == "path":
        positions = (_VARIABLE.findall(side.path) for side in sides)
        names.update(name for pair in zip(*positions, strict=False) if carrier.name in pair for name in pair)
    for one in operation.parameters:
        name = one.name.lower() if one.location == "header" else one.name
        if one.location == carrier.location and name in names:
            return one
    return None
