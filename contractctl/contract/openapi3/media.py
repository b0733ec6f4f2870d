"""Media types, their encodings, and headers: each holds the next, and an encoding has headers again."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Encoding, Example, Header, MediaType, Schema
from contractctl.contract.node import Node, malformed
from contractctl.contract.openapi3.examples import ExampleBuilder
from contractctl.contract.openapi3.styles import encoding_style
from contractctl.contract.pool import Pool, described, named
from contractctl.contract.references import References
from contractctl.contract.schemas import SchemaBuilder
from contractctl.core.patterns import pattern

_ENCODING_DEPTH = 8
# Quotes that are not closed go to the end: to look for the end again from each of them would cost the square.
_MEDIA_TYPE = pattern(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)++')


class MediaBuilder:
    """Builds what messages carry: media types with their schemas, examples and encodings, and headers."""

    def __init__(self, references: References, schemas: SchemaBuilder) -> None:
        self._references = references
        self._schemas = schemas
        self._headers = Pool[Header](references, "a header", described, named)
        self._media_types = Pool[MediaType](references, "a media type", rename=named)
        self._depth = 0
        self._examples = ExampleBuilder(references)

    def content(self, owner: Node) -> Iterator[MediaType]:
        """Yield the media types under `content`, in order.

        A reference is followed whatever the version: only OpenAPI 3.2 has them here, but many tools write them.
        """
        if owner.has("content"):
            for name, item in owner.members("content"):
                media = self._media_types.part(name, item, self._media_type)
                if media is not None:
                    yield media

    def examples(self, owner: Node) -> tuple[Example, ...]:
        """Return the examples of a parameter, header or media type."""
        return self._examples.examples(owner)

    def headers(self, owner: Node) -> Iterator[Header]:
        """Yield the headers of a response or encoding, but for `Content-Type`, which OpenAPI ignores."""
        if owner.has("headers"):
            for name, item in owner.members("headers"):
                header = None if name.lower() == "content-type" else self._headers.part(name, item, self._header)
                if header is not None:
                    yield header

    def carrier(self, owner: Node, *, by_schema: bool = True) -> tuple[Schema | None, tuple[MediaType, ...]]:
        """Return what says what a parameter or header holds: its schema, or the one media type of its content.

        Of both, and of a second media type, the first counts and the other is told; only `content` is taken where
        the part is not described `by_schema`.
        """
        has_schema = owner.has("schema")
        if has_schema and not by_schema:
            owner.tell(malformed(owner.at / "schema", "`schema` does not apply here; it is skipped", "use `content`"))
        elif has_schema:
            if owner.has("content"):
                message = "`content` stands beside `schema`; it is skipped"
                owner.tell(malformed(owner.at / "content", message, "keep one of them"))
            return self._schema(owner, "schema"), ()
        content = tuple(self.content(owner))
        if len(content) > 1:
            message = f"`content` must have one entry here; `{content[0].name}` is taken"
            owner.tell(malformed(owner.at / "content", message, "remove the others"))
        return None, content[:1]

    def _header(self, name: str, node: Node) -> Header:
        schema, content = self.carrier(node)
        return Header(
            at=node.at,
            name=name,
            required=node.flag("required"),
            explode=not content and node.flag("explode"),
            schema=schema,
            content=content,
            examples=self.examples(node),
            deprecated=node.flag("deprecated"),
            description=node.text("description"),
            extensions=node.extensions(),
        )

    def _media_type(self, name: str, node: Node) -> MediaType:
        schema, examples = self._schema(node, "schema"), self.examples(node)
        named = tuple(self._named(node))
        extensions = node.extensions()
        if not self._is_3_2(node):
            return MediaType(node.at, name, schema, examples, encodings=named, extensions=extensions)
        prefix, item = self._by_position(node)
        return MediaType(
            at=node.at,
            name=name,
            schema=schema,
            examples=examples,
            item_schema=self._schema(node, "itemSchema"),
            encodings=named,
            prefix_encodings=prefix,
            item_encoding=item,
            extensions=extensions,
        )

    def _schema(self, owner: Node, key: str) -> Schema | None:
        """Return the schema under `key`, or None when there is none."""
        return self._schemas.schema(Node(owner.get(key), owner.at / key, owner.tell)) if owner.has(key) else None

    def _named(self, owner: Node) -> Iterator[Encoding]:
        """Yield the encodings of properties, whether the schema has these or not."""
        if owner.has("encoding"):
            for name, item in owner.members("encoding"):
                encoding = self._encoding(name, item)
                if encoding is not None:
                    yield encoding

    def _by_position(self, owner: Node) -> tuple[tuple[Encoding, ...], Encoding | None]:
        """Return the encodings of parts by their position, and that of the parts after these (OpenAPI 3.2)."""
        items = owner.items("prefixEncoding") if owner.has("prefixEncoding") else ()
        # One that is malformed keeps its position, for the others count by theirs.
        prefix = tuple(self._encoding("", item) or Encoding(item.at, "") for item in items)
        item = owner.child("itemEncoding")
        return prefix, self._encoding("", item) if item else None

    def _encoding(self, name: str, node: Node) -> Encoding | None:
        """Return the encoding at `node`; those inside it stand in each other to a depth that nobody needs."""
        if not node.is_object("an encoding"):
            return None
        if self._depth >= _ENCODING_DEPTH:
            node.tell(malformed(node.at, f"encodings stand in each other {_ENCODING_DEPTH} deep; it is skipped"))
            return None
        self._depth += 1
        encoding = self._encoding_with_parts(name, node)
        self._depth -= 1
        return encoding

    def _encoding_with_parts(self, name: str, node: Node) -> Encoding:
        style, explode, allow_reserved = encoding_style(node)
        is_3_2 = self._is_3_2(node)
        prefix, item = self._by_position(node) if is_3_2 else ((), None)
        return Encoding(
            at=node.at,
            name=name,
            content_types=tuple(part.strip() for part in _MEDIA_TYPE.findall(node.text("contentType")) if part.strip()),
            headers=tuple(self.headers(node)),
            style=style,
            explode=explode,
            allow_reserved=allow_reserved,
            encodings=tuple(self._named(node)) if is_3_2 else (),
            prefix_encodings=prefix,
            item_encoding=item,
            extensions=node.extensions(),
        )

    def _is_3_2(self, node: Node) -> bool:
        return self._references.version_at(node.at.uri) == "3.2"
