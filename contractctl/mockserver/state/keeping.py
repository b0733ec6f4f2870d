"""What a stateful server does with the requests of an operation that has a role in a collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

import orjson

from contractctl.mockserver.answers import Answer
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.checks import Checks
from contractctl.mockserver.choosing import first_success
from contractctl.mockserver.documented import DocumentedAnswers
from contractctl.mockserver.exchange import Exchange, Stage
from contractctl.mockserver.model import Content, Json, Operation, Pairs, Ref
from contractctl.mockserver.pages.filling import INEXACT, NoPage
from contractctl.mockserver.preferences import UnreadablePreference, may_prefer, read_preference
from contractctl.mockserver.refusals import Refusals
from contractctl.mockserver.requests import decode_escapes
from contractctl.mockserver.responding import Responder
from contractctl.mockserver.runtime import Runtime
from contractctl.mockserver.sessions import session_of
from contractctl.mockserver.state.answering import Answering, first_of, marked
from contractctl.mockserver.state.collections import THE_ONE, Collection, State, escaped
from contractctl.mockserver.state.conditions import is_changed, is_known, is_other, is_unconditional
from contractctl.mockserver.state.fitting import Forms, at
from contractctl.mockserver.state.kept import GONE, said_by, tag_of, write_kept
from contractctl.mockserver.state.making import Asked, Making, Part
from contractctl.mockserver.state.patching import BadPatch, Inapplicable
from contractctl.mockserver.state.seeds import Seeds, Start
from contractctl.mockserver.state.things import changed, created, own_id, replaced, with_id
from contractctl.mockserver.state.world import Sight, Worlds


class Keeping:
    """Keeps the things of one contract."""

    def __init__(
        self,
        bundle: Bundle,
        *,
        runtime: Runtime,
        prefix: str,
        checks: Checks,
        responder: Responder,
        documented: DocumentedAnswers,
        refusals: Refusals,
        operation: Callable[[Ref], Operation],
        seed: int,
    ) -> None:
        records = orjson.loads(bundle.record(bundle.index.collections)) if bundle.index.collections else []
        self._collections = tuple(Collection.of(number, value) for number, value in enumerate(records))
        self._forms = Forms(responder.synthesis)
        seeds = Seeds(bundle, responder.pages.corpora, self._forms, operation, seed)
        self._worlds = Worlds(runtime.memory, prefix, self._collections, seeds)
        self._answering = Answering(bundle, responder, documented, refusals, forms=self._forms, worlds=self._worlds)
        self._making = Making(self._forms, seeds, self._worlds, runtime.clock)
        self._scheme = runtime.scheme
        self._checks = checks
        self._responder = responder
        self._operation = operation
        self._roles: dict[str, Callable[[Asked], Answer | None]] = {
            "list": self._list,
            "create": self._create,
            "read": self._read,
            "replace": self._replace,
            "patch": self._patch,
            "delete": self._delete,
            "below": lambda _: None,
        }

    def stage(self, operation: Operation) -> Stage | None:
        """Return what answers the requests of an operation; None for one that has no part in any collection."""
        if not operation.state or (first := first_success(operation)) is None:
            return None
        state = State.of(operation.state)
        collection = self._collections[state.collection]
        made = first_of(operation, "201") if state.role in {"create", "replace"} else None
        usual = ("204", "200") if state.role == "delete" else ("200", "204")
        made, found = made or first, first_of(operation, *usual) or first
        part = Part(operation, state, collection, made, found, made if state.role == "create" else found)
        act = self._roles[state.role]

        def answered(exchange: Exchange) -> Answer | None:
            wait = None
            if may_prefer(exchange.request):
                try:
                    preference = read_preference(exchange.request)
                except UnreadablePreference:
                    return None
                if any(word != "wait" for word in preference.words()):
                    return None
                wait = preference.wait
            return self._answered(exchange, part, act, wait)

        return answered

    def _answered(
        self, exchange: Exchange, part: Part, act: Callable[[Asked], Answer | None], wait: float | None
    ) -> Answer | None:
        values = tuple([decode_escapes(text, "path") for text in exchange.match.values])
        collection = part.collection
        owner = values[: collection.owner]
        copy = self._worlds.copy(session_of(exchange.request), collection, owner)
        if copy is None:
            return self._answering.refusal(exchange, 404, f"there is nothing that {exchange.request.path} is below")
        thing = THE_ONE if collection.single else "".join(values[collection.owner : collection.owner + 1])
        response, _ = part.usual
        contents = self._answering.accepted(exchange, response)
        if contents is None:
            return self._answering.unacceptable(exchange, response)
        answer = act(Asked(exchange, part, copy, thing, contents))
        if answer is None or not (wait or exchange.violations):
            return answer
        return marked(answer, exchange, wait)

    # Roles

    def _list(self, asked: Asked) -> Answer | None:
        exchange, (response, status) = asked.exchange, asked.part.found
        content = asked.contents[0] if asked.contents else None
        if content is None or content.page is None:
            return None
        start, entries = self._worlds.start(asked.copy), self._worlds.changes(asked.copy)
        if (known := self._answering.listed(asked, start, entries)) is not None:
            return known
        items = self._items(asked, content, start, entries) if entries else start.items
        try:
            answer = self._responder.pages.answer(exchange, response, status, content, items)
        except NoPage as reason:
            return self._responder.of_status(exchange, response, status).adding([(INEXACT, str(reason))])
        self._answering.remember_list(asked, start, entries, answer)
        return answer

    def _items(self, asked: Asked, content: Content, start: Start, entries: Mapping[str, bytes]) -> Sequence[Json]:
        """Return what is in a collection now: what was there, replaced in its place, and then what was created."""
        changed = {thing: self._answering.item(asked, content, thing, entry) for thing, entry in entries.items()}
        items = list(start.items)
        if not changed.keys().isdisjoint(start.ids):
            items = []
            for thing, item in zip(start.ids, start.items, strict=True):
                now = changed.get(thing)
                if now is None:
                    items.append(item)
                elif now.value is not None and not now.made:
                    items.append(now.value)
        made = sorted((item.made, thing) for thing, item in changed.items() if item.made and item.value is not None)
        return items + [changed[thing].value for _, thing in made]

    def _create(self, asked: Asked) -> Answer | None:
        part, copy = asked.part, asked.copy
        sent = self._sent(asked)
        if sent is None:
            return None
        value = created(part.collection, part.state, sent, self._making.now(copy))
        chosen = own_id(part.collection, value)
        count = self._worlds.count(copy)
        for thing in self._making.ids(asked, chosen, count):
            sight = self._worlds.see(copy, thing)
            while not sight.is_there:
                path = self._path(asked, thing)
                named = self._with_path(asked, with_id(part.collection, value, thing), path)
                made = self._making.complete(asked, named, thing)
                if self._worlds.swap(copy, thing, sight, write_kept(count, made.kept)):
                    return self._answering.thing(asked, part.made, thing, made, _whereabouts(path, made.kept))
                sight = self._worlds.see(copy, thing)
            if chosen:
                detail = f"{part.collection.id} {chosen} is there already"
                return self._answering.refusal(asked.exchange, 409, detail)
        return None

    def _read(self, asked: Asked) -> Answer | None:
        sight = self._worlds.see(asked.copy, asked.thing)
        if not sight.is_there:
            return self._missing(asked)
        request = asked.exchange.request
        if not is_unconditional(request):
            tag = tag_of(sight.value)
            if is_other(request, tag):
                return self._answering.refusal(asked.exchange, 412, f"the entity tag is {tag} now")
            if is_known(request, tag):
                return self._answering.unchanged(tag)
        return self._answering.read(asked, sight.value)

    def _replace(self, asked: Asked) -> Answer | None:
        part, copy = asked.part, asked.copy
        sent = self._sent(asked)
        thing = asked.thing or (own_id(part.collection, sent) if sent is not None else "")
        if sent is None or not thing:
            return None
        while True:
            sight = self._worlds.see(copy, thing)
            if (
                refused := self._refused(asked, sight, may_make=part.state.upsert or part.collection.single)
            ) is not None:
                return refused
            now, path = self._making.now(copy), ""
            if sight.is_there:
                value = replaced(part.collection, part.state, sent, _object(sight.value), now)
                count, pair = sight.made, part.found
            else:
                path = self._path(asked, thing)
                value = self._with_path(asked, created(part.collection, part.state, sent, now), path)
                count, pair = self._worlds.count(copy), part.made
            made = self._making.complete(asked, with_id(part.collection, value, thing), thing)
            if self._worlds.swap(copy, thing, sight, write_kept(count, made.kept)):
                return self._answering.thing(asked, pair, thing, made, _whereabouts(path, made.kept))

    def _patch(self, asked: Asked) -> Answer | None:
        part, copy, thing = asked.part, asked.copy, asked.thing
        patch = self._checks.value(asked.exchange)
        if not asked.exchange.request.body:
            patch = {}
        if not thing or (patch is None and asked.exchange.request.body != b"null"):
            return None
        while True:
            sight = self._worlds.see(copy, thing)
            if (refused := self._refused(asked, sight, may_make=False)) is not None:
                return refused
            before = _object(sight.value)
            try:
                after = self._making.patched(asked, before, patch)
            except BadPatch as error:
                return self._answering.refusal(asked.exchange, 400, str(error))
            except Inapplicable as error:
                return self._answering.refusal(asked.exchange, _chosen(part.operation, (409, 422)), str(error))
            if (fault := self._making.fault(asked, before, after)) or not isinstance(after, dict):
                status = _chosen(part.operation, (422, 400))
                return self._answering.refusal(asked.exchange, status, fault or "it would be no object any more")
            value = changed(part.collection, after, before, self._making.now(copy))
            made = self._making.complete(asked, with_id(part.collection, value, thing), thing)
            if self._worlds.swap(copy, thing, sight, write_kept(sight.made, made.kept)):
                return self._answering.thing(asked, part.found, thing, made, (("ETag", tag_of(made.kept)),))

    def _delete(self, asked: Asked) -> Answer | None:
        copy, thing = asked.copy, asked.thing
        if not thing:
            return None
        while True:
            sight = self._worlds.see(copy, thing)
            if (refused := self._refused(asked, sight, may_make=False)) is not None:
                return refused
            if self._worlds.swap(copy, thing, sight, GONE if self._worlds.began_with(copy, thing) else None):
                self._worlds.forget_below(copy, thing)
                return self._answering.thing(asked, asked.part.found, thing, sight.value, ())

    # What roles have in common

    def _sent(self, asked: Asked) -> dict[str, Json] | None:
        """Return the thing in the body of a request; None where it holds none."""
        exchange = asked.exchange
        if not exchange.request.body:
            return {} if exchange.operation.body is None or not exchange.operation.body.required else None
        value = at(self._checks.value(exchange), asked.part.state.body)
        return value if isinstance(value, dict) else None

    def _refused(self, asked: Asked, sight: Sight, *, may_make: bool) -> Answer | None:
        """Refuse to change what is not there, or is not as the client says."""
        exchange = asked.exchange
        if not (sight.is_there or may_make):
            return self._missing(asked)
        tag = tag_of(sight.value) if sight.is_there else None
        if is_unconditional(exchange.request):
            if any(response.status == "428" for response in asked.part.operation.responses):
                return self._answering.refusal(exchange, 428, "If-Match is required here, with the entity tag")
            return None
        if is_changed(exchange.request, tag):
            told = f"its entity tag is {tag} now" if tag else "there is nothing"
            return self._answering.refusal(exchange, 412, f"the condition fails: {told}")
        return None

    def _missing(self, asked: Asked) -> Answer:
        return self._answering.refusal(asked.exchange, 404, f"there is no {asked.exchange.request.path} in this world")

    def _path(self, asked: Asked, thing: str) -> str:
        """Return where a thing is; empty where no path leads to it."""
        collection, request = asked.part.collection, asked.exchange.request
        if not collection.between:
            return ""
        first, *others = collection.between
        # The servers of a contract may have paths of their own, which stay as the client has them.
        base = request.path.rsplit("/", asked.exchange.match.route.path.count("/"))[0]
        values = [*asked.copy.owner, thing]
        if len(others) == 1:
            return f"{request.prefix}{base}{first}{escaped(values[0])}{others[0]}"
        path = [
            part for pair in zip_longest(map(escaped, values[: len(others)]), others, fillvalue="") for part in pair
        ]
        return "".join((request.prefix, base, first, *path))

    def _with_path(self, asked: Asked, value: dict[str, Json], path: str) -> dict[str, Json]:
        """Return a new thing with where it is, in the members that are for that."""
        if not path or not asked.part.collection.selves:
            return value
        host = asked.exchange.request.header("host") or "localhost"
        forms: dict[str, Json] = {"path": path, "uri": f"{self._scheme}://{host}{path}"}
        told = {name: forms[form] for name, form in asked.part.collection.selves if name not in value}
        return {**value, **told}


def _whereabouts(path: str, kept: bytes) -> Pairs:
    tag = ("ETag", tag_of(kept))
    return (("Location", path), tag) if path else (tag,)


def _object(value: bytes) -> dict[str, Json]:
    known = said_by(value)
    return known if isinstance(known, dict) else {}


def _chosen(operation: Operation, statuses: tuple[int, int]) -> int:
    """Return the first of two statuses, unless the contract documents the second alone."""
    documented = {response.status for response in operation.responses}
    first, second = statuses
    return second if str(second) in documented and str(first) not in documented else first
