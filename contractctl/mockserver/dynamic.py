"""Bodies that are synthesised while serving, from the schemas that the Bundle has of its responses."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

from contractctl.encodings.json_texts import loads
from contractctl.encodings.media import kind_of
from contractctl.encodings.scalars import candidates
from contractctl.mockserver.bundle import Bundle
from contractctl.mockserver.exchange import Exchange
from contractctl.mockserver.model import Content, Json, Ref
from contractctl.mockserver.preferences import MARK
from contractctl.mockserver.record import record
from contractctl.mockserver.requests import decode_escapes

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

    from contractctl.synth import Plan, Shape

_REFERENCE = re.compile(rb'"\$ref":("#/\$defs/(?:[^"\\]|\\.)*")')
_REMEMBERED_SOURCE = 1 << 20
"""Bytes of schemas, as written, whose validators and plans are kept: these take some twenty times as much."""
_REMEMBERED_BODIES = 16 << 20
_LARGEST_BODY = 256 << 10
_SHAPES: Mapping[str, Shape] = {"min": "min", "max": "max", "null": "null", "edge": "edge"}
_READINGS = ("integer", "number", "boolean", "string")


class Unmade(Exception):
    """There is no value, or none was found, or it cannot be written; says why. `proved`: there is none."""

    def __init__(self, reason: str, *, proved: bool) -> None:
        super().__init__(reason)
        self.proved = proved


@record
class Wish:
    """What is asked of a value. `exchange` is what `seed` was made from, where the value should fit its path."""

    seed: int
    shape: str = ""
    items: int | None = None
    examples: bool = False
    exchange: Exchange | None = None


def request_seed(exchange: Exchange, seed: int) -> int:
    """Return a number that depends on the seed, the operation and what the request asks for, and on nothing else.

    Preferences in the query do not count: the same page has the same values, however it is asked for.
    """
    # Imported when it is needed: it loads OpenSSL.
    from hashlib import blake2b

    request = exchange.request
    query = request.query
    if MARK in query:
        query = "&".join(part for part in query.split("&") if not unquote(part).startswith(MARK))
    # No part has a NUL in it but the body, which is the last.
    asked = "\0".join((str(seed), exchange.operation.title, *exchange.match.values, query))
    told = asked.encode(errors="surrogatepass") + b"\0\0" + request.body
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big")


def path_members(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """Return which members of the answer may repeat what the path says: `GET /pets/7` answers with `"id": 7`."""
    match = exchange.match
    named = [
        (name, decode_escapes(text, "path")) for name, text in zip(match.route.variables, match.values, strict=False)
    ]
    if named and match.route.path.endswith("}") and named[-1][0].lower().endswith("id") and named[-1][0] != "id":
        named.append(("id", named[-1][1]))
    return tuple(named)


class Synthesis:
    """Makes bodies for the contents of one contract; equal wishes get equal bodies, whatever was made before."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._makers: OrderedDict[str, _Maker] = OrderedDict()
        self._source = 0
        self._bodies: dict[tuple[object, ...], bytes] = {}
        self._bytes = 0

    def can_make(self, content: Content) -> bool:
        """Tell whether values of a content can be asked for at all."""
        return bool(content.key) and not content.failure and self._bundle.index.responses is not None

    def body(self, content: Content, wish: Wish) -> bytes:
        """Return the bytes of a value as the content's media type has it; raise Unmade."""
        key = (content.key, content.type, wish.seed, wish.shape, wish.items, wish.examples, wish.exchange is not None)
        known = self._bodies.get(key)
        if known is None:
            known = self._write(self._maker(content.key).value(wish), content)
            self._remember(key, known)
        return known

    def value(self, content: Content, wish: Wish) -> Json:
        """Return a value of the content's schema; raise Unmade."""
        return self._maker(content.key).value(wish)

    def validator(self, content: Content) -> Draft202012Validator:
        """Return what tells whether a value is of the content's schema; raise Unmade where it cannot be compiled."""
        return self._maker(content.key).validator

    def _write(self, value: Json, content: Content) -> bytes:
        from contractctl.encodings.bodies import Unwritable, write

        try:
            if content.xml is None:
                return write(value, _essence(content))
            return write(value, _essence(content), self._bundle.xml(), content.xml)
        except Unwritable as reason:
            raise Unmade(str(reason), proved=False) from None

    def _maker(self, key: str) -> _Maker:
        maker = self._makers.get(key)
        if maker is not None:
            self._makers.move_to_end(key)
            return maker
        maker = self._makers[key] = _Maker(*self.closure(key))
        self._source += maker.size
        while self._source > _REMEMBERED_SOURCE and len(self._makers) > 1:
            self._source -= self._makers.popitem(last=False)[1].size
        return maker

    def record(self, ref: Ref) -> bytes:
        """Return a record of the bundle."""
        return self._bundle.record(ref)

    def closure(self, key: str) -> tuple[bytes, dict[str, bytes]]:
        """Return a schema and the definitions that it reaches, as the bundle has them."""
        root = self.schema(key)
        reached: dict[str, bytes] = {}
        waiting = _names(root)
        while waiting:
            name = waiting.pop()
            if name not in reached and name in self._places["$defs"]:
                reached[name] = self.definition(name)
                waiting.extend(_names(reached[name]))
        return root, reached

    def schema(self, key: str) -> bytes:
        """Return a schema as the bundle has it."""
        return self._bundle.record(self._places["schemas"][key])

    def definition(self, name: str) -> bytes:
        """Return a definition as the bundle has it; of one that it has not, what takes any value."""
        ref = self._places["$defs"].get(name)
        return b"true" if ref is None else self._bundle.record(ref)

    @cached_property
    def _places(self) -> dict[str, dict[str, Ref]]:
        assert self._bundle.index.responses is not None
        places: dict[str, dict[str, Ref]] = orjson.loads(self._bundle.record(self._bundle.index.responses))
        return places

    def _remember(self, key: tuple[object, ...], body: bytes) -> None:
        size = len(body) + 400
        if size > _LARGEST_BODY:
            return
        if self._bytes + size > _REMEMBERED_BODIES:
            self._bodies.clear()
            self._bytes = 0
        self._bodies[key] = body
        self._bytes += size


class _Maker:
    """Makes values of one schema."""

    def __init__(self, root: bytes, definitions: dict[str, bytes]) -> None:
        self.size = len(root) + sum(map(len, definitions.values()))
        schema: Any = loads(root)
        if isinstance(schema, dict):
            schema = {**schema, "$defs": {name: loads(data) for name, data in definitions.items()}}
        self.validator, self._plan = _prepare(schema)
        self._hopeless: dict[tuple[str, int | None, bool], Unmade | None] = {}

    def value(self, wish: Wish) -> Json:
        """Return a valid value; raise Unmade.

        Where none is found for the seed 0, none is looked for: giving up takes long, and another request, with a seed
        of its own, would have to pay for it again.
        """
        manner = (wish.shape, wish.items, wish.examples)
        if manner not in self._hopeless:
            self._hopeless[manner] = self._why_not(wish)
        if (reason := self._hopeless[manner]) is not None:
            raise Unmade(str(reason), proved=reason.proved)
        value = self._made(wish, wish.seed)
        return self._fitted(value, path_members(wish.exchange)) if wish.exchange else value

    def _why_not(self, wish: Wish) -> Unmade | None:
        try:
            self._made(wish, 0)
        except Unmade as reason:
            return reason
        return None

    def _made(self, wish: Wish, seed: int) -> Json:
        from contractctl.synth import GaveUp, Unsatisfiable

        try:
            value: Any = self._plan.value(
                self.validator.is_valid,
                self.validator.iter_errors,
                seed=seed,
                shape=_SHAPES.get(wish.shape),
                items=wish.items,
                examples=wish.examples,
            )
        except Unsatisfiable as proof:
            raise Unmade(f"no value satisfies the schema: {proof}", proved=True) from None
        except GaveUp as reason:
            raise Unmade(f"no value was found for the schema: {reason}", proved=False) from None
        made: Json = value
        return made

    def _fitted(self, value: Json, fitting: tuple[tuple[str, str], ...]) -> Json:
        if not isinstance(value, dict):
            return value
        for name, text in fitting:
            if name in value:
                value = self._with_member(value, name, text)
        return value

    def _with_member(self, value: dict[str, Json], name: str, text: str) -> dict[str, Json]:
        """Return the value with what a text stands for as a member, where the schema takes it."""
        for candidate in candidates(text, _READINGS):
            changed = {**value, name: candidate}
            if type(candidate) is type(value[name]) and self.validator.is_valid(changed):
                return changed
        return value


def _prepare(schema: Any) -> tuple[Draft202012Validator, Plan]:
    # Imported when it is needed: nothing else here needs synth.
    from contractctl.synth import Plans

    return compiled(schema), Plans(schema).plan(schema)


def compiled(schema: Any) -> Draft202012Validator:
    """Return what tells whether values are of a schema; raise Unmade where it cannot be compiled."""
    # Imported when it is needed: the validator may never be asked.
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise Unmade(f"the schema cannot be compiled: {str(error).splitlines()[0]}", proved=False) from None


def has_items(body: bytes, content: Content, count: int) -> bool:
    """Tell whether a body is an array of so many items, or an object that holds one; true where it is not JSON."""
    if kind_of(_essence(content)) != "json":
        return True
    value = json.loads(body)
    arrays = value.values() if isinstance(value, dict) else (value,)
    return any(isinstance(one, list) and len(one) == count for one in arrays)


def _names(schema: bytes) -> list[str]:
    """Return the definitions that a schema, as it is written in the Bundle, refers to."""
    return [definition_named(orjson.loads(text)) for text in _REFERENCE.findall(schema)]


def definition_named(reference: str) -> str:
    """Return the name of the definition that a reference leads to."""
    return unquote(reference.removeprefix("#/$defs/")).replace("~1", "/").replace("~0", "~")


def _essence(content: Content) -> str:
    return content.type.partition(";")[0].strip().lower()
