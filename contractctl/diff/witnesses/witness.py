"""Witnesses: the value that proves a verdict, and the message that carries it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from contractctl.contract.media_types import essence
from contractctl.contract.model import Header, MediaType, Operation, Parameter, Response
from contractctl.core.changes import Direction, Message, Witness
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.diff.facts import Claim, Fact, Law
from contractctl.diff.witnesses.parties import Parties, Party, other, sender_of
from contractctl.diff.witnesses.requests import Content, is_writable, preferred, write_request, write_response
from contractctl.diff.witnesses.samples import Samples

if TYPE_CHECKING:
    from contractctl.core.locations import Place
    from contractctl.diff.carriers import Carrier
    from contractctl.diff.schemas.normalise import SchemaDirection
    from contractctl.diff.witnesses.trial import Evidence

_VARIABLE: Final = pattern(r"\{([^{}]*)\}")
_SEVERAL: Final[Sequence[Json]] = tuple({"minItems": count, "minProperties": count} for count in (2, 1))
_KINDS: Final = ("application/json", "text/plain", "application/octet-stream", "image/png", "image/jpeg")
_WHOLE: Final = {Direction.REQUEST: "request", Direction.RESPONSE: "response"}


class Witnesses:
    """Makes the witnesses of two contracts; the messages are made from samples of the side that sends them."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._contracts = parties.contracts
        self._samples: dict[tuple[Party, SchemaDirection], Samples] = {}
        self._served = {one.at for one in self._contracts["base"].operations}

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

        That is the request that used to succeed, the answer that clients used to get, or one that they never got. What
        a webhook or a callback sends travels the other way. A part that only comes to be asked for is left out, one
        that only goes is there.
        """
        sender: Party = "revision" if fact.law is Law.NARROW else "base"
        base, revision = fact.sides
        operation = base if sender == "base" else revision or base
        if base is None or operation is None:
            return None
        is_pushed = base.at not in self._served
        is_answer = fact.direction is (Direction.REQUEST if is_pushed else Direction.RESPONSE)
        way: SchemaDirection = Direction.RESPONSE if is_answer is not is_pushed else Direction.REQUEST
        samples = self._sampled(sender, way)
        write = self._answer if is_answer else self._request
        message = write(fact, operation, sender, samples)
        return None if message is None else _of_message(fact, way, message, sender)

    def _request(self, fact: Fact, operation: Operation, sender: Party, samples: Samples) -> Message:
        """Return the request that shows a fact."""
        place = _place(fact, sender)
        content = operation.body.content if operation.body else ()
        media = _media_at(content, place)
        if fact.kind.endswith("-body-removed"):
            media = preferred(content)
        taken = fact.sides[1].body.content if fact.sides[1] and fact.sides[1].body else ()
        body = None
        if media is not None:
            value = samples.of(media, wishes=_wishes(fact))
            body = Content(_not_taken(media.name, taken), value, media.encodings)
        shown = () if _is_left_out(fact) else operation.parameters
        given = {one.at: _telling(fact, one, samples) for one in shown if one.at == place}
        contract = self._contracts[sender]
        return write_request(contract, operation, samples, given=given, body=body, meant=place)

    def _answer(self, fact: Fact, operation: Operation, sender: Party, samples: Samples) -> Message | None:
        """Return the answer that goes away, or that may come without a part or with another one."""
        place = _place(fact, sender)
        response = _response_at(operation, place)
        if response is None and fact.sides[0] is not None:
            before = _response_at(fact.sides[0], fact.base)
            response = _response_of(operation, before.status) if before else None
        if response is None:
            return None
        media = _media_at(response.content, place) or preferred(response.content)
        body = Content(media.name, samples.of(media)) if media else None
        shown = () if _is_left_out(fact) else response.headers
        given = {one.name: _telling(fact, one, samples) for one in shown if one.at == place or one.name == fact.before}
        return write_response(response.status, response, samples, given=given, body=body)

    def _message(self, sender: Party, direction: SchemaDirection, claim: Claim, value: Json) -> Message | None:
        """Return the message in which the sender's value travels."""
        carrier = claim.use.carrier
        operation = claim.use.operations[0 if sender == "base" else 1]
        samples = self._sampled(sender, direction)
        content = Content(carrier.media_type, value) if carrier.location == "body" else None
        if carrier.part or (content and not is_writable(content)):
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


def _place(fact: Fact, sender: Party) -> Place | None:
    return fact.base if sender == "base" else fact.revision


def _is_left_out(fact: Fact) -> bool:
    """Tell whether what the fact speaks of is optional to the sender, while the other side asks for it."""
    return "-became-" in fact.kind or ("-added" in fact.kind and fact.law is not Law.NARROW)


def _telling(fact: Fact, part: Parameter | Header, samples: Samples) -> Json:
    """Return a value of a part that one side writes as the other does not read it, if it is that what changed."""
    if "-empty-value-" in fact.kind:
        return ""
    is_joined = "-style-" in fact.kind or "-explode-" in fact.kind
    return samples.of(part, wishes=_SEVERAL if is_joined else ())


def _wishes(fact: Fact) -> Sequence[Json]:
    """Return what a body should have if it can: the field that the fact is about, with several items."""
    places = [place.pointer.tokens for place in (fact.base, fact.revision) if place is not None]
    name = next((tokens[-1] for tokens in places if tokens[-2:-1] == ("encoding",)), None)
    if name is None:
        return ()
    return [{"required": [name], "properties": {name: wish}} for wish in (*_SEVERAL, True)]


def _media_at(content: tuple[MediaType, ...], place: Place | None) -> MediaType | None:
    """Return the media type that a place is in."""
    if place is None:
        return None
    return next((one for one in content if _is_within(place, one.at)), None)


def _is_within(place: Place, whole: Place) -> bool:
    tokens = whole.pointer.tokens
    return place.uri == whole.uri and place.pointer.tokens[: len(tokens)] == tokens


def _not_taken(name: str, taken: tuple[MediaType, ...]) -> str:
    """Return a media type that a range allows and no other of these does; the name itself where it is no range."""
    if "*" not in name:
        return name
    kinds = (kind for kind in _KINDS if _covers(name, kind))
    return next((kind for kind in kinds if not any(_covers(one.name, kind) for one in taken)), name)


def _covers(media_range: str, kind: str) -> bool:
    wanted = essence(media_range)
    return wanted in {"*/*", "*", kind} or (wanted.endswith("/*") and kind.startswith(wanted[:-1]))


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
