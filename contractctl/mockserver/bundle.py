r"""The Bundle: one file that holds everything a mock answers with. This is its specification, and its reader.

Format 1::

    contractctl bundle 1\n           the first line, ASCII: name and format
    RECORD RECORD …                 bytes, each addressed from elsewhere by [offset, length] (offset from byte 0)
    INDEX                           one JSON object, addressed by the footer
    FOOTER                          the last 32 bytes: ">QQIIQ": offset of the index, its length, its CRC-32
                                    (zlib), zero, and the length of the whole file
                                    (all unsigned, big endian: 8 + 8 + 4 + 4 + 8 bytes)

A record is JSON or raw bytes; who addresses it knows which. JSON is UTF-8, compact, keys sorted by code point, so that
equal contracts and settings give equal bytes; equal records are stored once, in the order of their first use,
operations in the order of `routes` and, within a route, of their methods. A REF is `[offset, length]`. A LINE is text
for people: `openapi.yaml:41`, or empty. Members that a reader does not know are ignored, so that adding one needs no
new format. A member marked `?` may be missing or null; then it is what `=` says, else nothing.

INDEX::

    title, version   text: `info.title`, `info.version`
    digest           text: the content digest of the contract (`c1:sha256:…`)
    settings?        object, = {}: the option's long name with `_` for `-`: value. `profile`, `host`, `auth`
                     (`off|presence|token`), `validate` (`enforce|warn|off`), `log` (`text|json|none`), `token_ttl`,
                     `jwks`, `latency`, `faults`, `rate_limit`, `state_url` and `callbacks` text, `max_body` int (bytes,
                     below 2^63), `cors`, `strict`, `dynamic` and `stateful` bool, `port`, `seed`, `journal` and
                     `workers` int. Flag and environment win over them; absent means what the profile says, then the
                     default. `seed` is also what the bodies of the bundle were synthesised with
    control?         text, = "/__mock": where the server's own endpoints live; moved where a path of the contract
                     begins with it
    schemes          object: name of a security scheme -> SCHEME
    mounts           array of [base, tree]: a server's path as a URL writes it (percent-encoded, no slash at the end,
                     `` for the bare path) and the place of its tree in `trees`. Tried in this order: longest base
                     first, the bare one last; the banner prints them in this order
    trees            array of NODE
    routes           array of {path, variables, operations}: the template as the contract writes it; the names of its
                     variables in order; method (upper case) -> REF of an OPERATION. In the contract's order
    schemas?         REF of JSON {"properties": {key: schema}, "$defs": {name: schema}}: JSON Schema 2020-12, one
                     validator for everything, asked with {key: value}. Vetted when compiled: building it never fails.
                     Schemas in `properties` have a `$ref` only to `#/$defs/…`. `format` is asserted
    lines?           REF of JSON {file, tree}: `tree` is the TREE of the record of `schemas`, `file` the name of the
                     file that its numbers count in. Not there when no line is known
    xml?             REF of a JSON array of NODE: the XML of all bodies; contractctl/encodings/xml.py specifies it
    responses?       REF of JSON {"schemas": {key: REF}, "$defs": {name: REF}}: the schemas of responses, with examples
                     and defaults, one record each, so that a value is synthesised without reading the others. Their
                     members are in the contract's order, in which values are made. References are `#/$defs/NAME`.
                     Vetted as `schemas` are, and without what neither decides about a value nor suggests one
    issuer?          ISSUER, = {}: where the mock issues tokens, once something asks for them
    collections?     REF of a JSON array of COLLECTION: what a stateful server keeps
    webhooks?        REF of a JSON array of OUTGOING, without `url`
    description?     REF of the description as JSON, in one document, with its members in their order. In the place of
                     what the mock says of itself once it is asked are marks: NUL, `mock-base`, NUL for scheme, host
                     and prefix, and in the same way `mock-host`, `mock-scheme`, `mock-prefix` and `mock-root` (the
                     prefix, or `/` where there is none)
    sample?          a request that this mock answers with 2xx, for the banner: {method, target, headers?, body?,
                     credentials?}: `target` below the first mount (path and query, percent-encoded), `headers` array
                     of [name, value], `body` text; `credentials` {headers?, query?} is added where authentication is
                     asked for: `query` is `name=value`, percent-encoded

ISSUER: {token?, authorize?, discovery?, scopes?, asked?}: the first three are arrays of text, = []: paths,
percent-encoded, that the contract's OAuth 2 flows and OpenID Connect URLs name, below each mount too; `{name}` as a
whole segment takes any. `scopes` array of text, = []: those that flows offer or operations ask for; `asked` bool, =
false: whether the `auth` of an operation is `token`.

SCHEME: {type, scheme?, in?, name?}: the words of OpenAPI; `scheme` in lower case, `in` and `name` for `apiKey`.

TREE: int, LINE or [int or LINE, {step: TREE}]: the line of a schema or keyword, and those of what is in it, by the
next step of its pointer. A number is a line of `file`, from 1; a LINE stands for one of another file. Where the line is
that of the step above, it is 0, and a step with nothing else to say is left out: an error has the line of the last step
that is there.

NODE, one segment of a path deeper each (`/a/b/` has the segments `a`, `b` and an empty one)::

    literal?         object, = {}: segment (percent-decoded) -> NODE
    mixed?           array, = []: of [pattern, NODE], most specific first: a regular expression of Python's `re` for a
                     whole segment, with one capturing group a variable (`{id}.json` is `(.+)\.json`)
    variable?        NODE: takes any segment that is not empty
    route?           int: the place in `routes` of the template that ends here

OPERATION::

    title            text: `GET /pets/{id}`
    id?              text: operationId
    at               LINE
    parameters       array of PARAMETER
    body?            {required, at, content}: `content` array of BODY
    max_body?        int: bytes; over the settings' limit
    mock?            object, = {}: `auth`, `latency`, `faults` and `rate_limit` as text, over the settings; the last
                     three may be `off`
    security         array of array of {scheme, scopes}: OR of AND; empty means that nothing is asked for; an empty
                     inner array (`{}`) that the credential is optional. Schemes that the contract does not define
                     are dropped by the compiler (and told)
    responses        array of RESPONSE, in the contract's order
    paging?          PAGING: where a request can ask for a page
    state?           STATE: what a stateful server does with a collection
    named?           array of NAMED, = []: request examples whose names examples of responses have, too
    callbacks?       array of OUTGOING, = []: what is sent to others once a request was answered with 2xx

OUTGOING: {name, method, at, url?, query?, headers?, content?, statuses}: a request that the mock sends: the key of the
callback or webhook, its method and LINE; `url` text with runtime expressions (contractctl/encodings/expressions.py),
`query` text, percent-encoded, that is added to it; `headers` and `content` as of a RESPONSE, what is sent is the first
example of JSON, else of the first; `statuses` array of text: the answers that the contract documents.

NAMED: {name, parameters?, media?, body?}: a request with these parameters (array of [in, name, value]) and, where there
is `media`, this body in what the BODY of that `media` takes, gets the examples of that name.

PARAMETER::

    name, in, required, style, explode   as OpenAPI, spelled out; `in` may be `querystring` (its style is empty), and
                     style `tabDelimited`
    at               LINE
    allow_empty?     bool, = false: `allowEmptyValue`
    reserved?        bool, = false: `allowReserved`, so that `+` is no space
    key?             text: its schema's key in `schemas`
    media?           text: for a `content` parameter, the media type
    reading?         READING, = {}: how text becomes a value

READING: {types?, items?, properties?, additional?}: `types` array of JSON Schema types that the text may stand for, in
the order in which they are tried (= ["string"]; a value of a type that fails validation makes room for the next);
`items` READING of an array's items, `properties` name -> READING, `additional` READING of the other members: where
properties are named and it is missing, an exploded object takes no other members from a query.

RESPONSE::

    status           text: `200`, `2XX` (upper case), `default`
    at               LINE
    headers?         array of [name, value], = []: documented headers with a value, made text as `simple` says;
                     printable ASCII and tab only. Never what the server says itself: of framing and coding, the
                     connection, Content-Type, Date and CORS
    limits?          name -> kind, = {}: documented headers that tell of a rate limit, whether they have a value or not:
                     `limit`, `remaining`, `used`, and of when its window ends `reset` (seconds until then), `epoch`
                     (since 1970) or `date` (RFC 3339)
    content?         array of CONTENT, = []: empty means an answer without a body
    links?           array of LINK, = []: what the header Link says of this response

LINK: {name, path, method, parameters, server?, bare?}: the relation; template and method of the operation that it leads
to; `parameters` array of {in, name, value, style?, explode?, json?, required?}: `in` is `path` or `query`, `value` any
JSON, in which a text has runtime expressions; `style` (= `simple`, `form`) and `explode` (= of a query) as OpenAPI,
`json` where the value is written as JSON. Without one that is `required` the link is left out. `server` text: the URL
before the path; else it is that of the request, and with `bare`, = false, nothing.

BODY::

    media            text: the media type or range as the contract writes it
    at               LINE
    key?             text: its schema's key in `schemas`; that of a stream is of the array of its items
    strict?          text: the key of the same schema with read-only members forbidden; where it has any. Such keys
                     begin with `strict-`, and no others do
    reading?         READING, of which `types` alone: how plain text becomes a value; of a range too
    form?            FORM, for a form or multipart; contractctl/encodings/forms.py specifies it
    xml?             int: the NODE of the root element in the table `xml` of the index; of a range too

CONTENT::

    key?             text: its schema in `responses`; where there is none, nothing else can be synthesised
    xml?             as for BODY
    media            text: as the contract writes it
    type             text: what Content-Type says, made concrete (`image/*` -> `image/png`)
    examples?        array of {name, body, made?}, = []: in the order of choice, the first is the default. `name` is
                     empty for what has none (the single `example`, one of the schema's), `body` a REF of the bytes to
                     send; `made` is true for what was synthesised, so that another seed makes another
    page?            PAGE: of JSON that is, or holds, a list
    failure?         text: why there is no body to send (`examples` is empty then), with its LINE; such a response
                     answers 501

PAGING::

    in               text: `query`, or `body` for members of a body of JSON
    page?, offset?   {steps, first?, least?}: what asks for the page of a number, or for the items from one on; `steps`
                     is an array of text: the parameter's name, or the members that lead to it; `first` (= 0) the
                     number of the first page or item; lower ones from `least` (= `first`) on stand for it, too
    after?, before?  {steps, integer?}: what asks for the items behind or ahead of a cursor, which `integer` (= false)
                     says is a number
    size?            {steps, default, most}: how many items are asked for, where nobody says it, and at most
    always?          bool, = false: page where there is a documented example, too

PAGE::

    at               array of text: the members that lead to the list; empty where it is the whole body
    items            array of arrays of text: the steps to the schemas that an item satisfies all of, in the record of
                     the content's `key` with the definitions as its `$defs`
    least?, most?    int: how many items a page may have (= 0, = any number)
    unique?          bool, = false: items differ
    free?            bool, = false: that an answer is valid depends on how many items it has and on each by itself, and
                     on nothing else about them
    documented?      bool, = false: what is `made` is an example that the schema itself documents
    total?           int: how many items there are in all; only where the operation pages
    says?            array of SAYS, = []
    headers?         array of [name, role], = []: documented headers that say something about the page

SAYS: {role, at, types, form?, cut?, missing}: a member that says something about the page, by its steps `at`. `types`
are those of JSON Schema that it may have. `form` is that of a link: `uri`, `path`, `other`. Where there is nothing to
say, what the first `cut` steps (= all) lead to is `null`, is missing (`omit`), or is an `empty` text or zero, as
`missing` says. Roles: `total`, `pages`, `size`, `number`, `offset`, `shown`, `count`, `start_item`, `end_item`,
`first_number`, `previous_number`, `next_number`, `pages_last`, `next_offset`; links `first`, `previous`, `next`,
`last`, `self`; `next_cursor`, `previous_cursor`; `has_more`, `has_previous`, `is_first`, `is_last`, `is_empty`; of
headers `link`, too.

COLLECTION, things that are created, read and changed one by one::

    path             text: its template, a variable as `{}`: `/users/{}/orders`
    owner            int: how many variables that has; their values tell its copies apart
    single?          bool, = false: whether its path names the one thing that is in it
    item?            text: the template of one of its items, if a path leads to them
    id?              text: the member of an item that holds its id; nothing where none does
    types?           array of JSON Schema types of the id, = ["string"]
    above?           array of [number, variable], = []: the collections that it lies below, the outermost first, and
                     the place of the variable that names the item there
    read_only?, write_only?   array of text, = []: members that the server alone writes, or that never leave it
    created?, updated?        array of [name, how], = []: members that tell when; how is `date-time`, `date`,
                              `seconds` or `ms` (since 1970)
    self?            array of [name, form], = []: members that hold where a thing is, as a `uri` or a `path`
    list?, read?, create?     REF of an OPERATION: that of the role, if there is one
    open?            bool, = false: nothing says what there is, so that everything is there until it is deleted

STATE::

    role             text: `list`, `create`, `read`, `replace`, `patch` or `delete`; `below` of what has no part in a
                     collection itself, and is not there where what it lies below is not
    collection       int: the place of a COLLECTION. Where the path has more variables than its `owner`, the next one is
                     the id; a `replace` without it goes by the id in the body
    answer?          array of text: the steps to the item in the body of the answer; missing where it holds none
    shown?           array of text: the members that an item has in the answer, in a list too; all where it is missing
    body?            array of text, = []: the steps to the item in the body of the request
    defaults?        object, = {}: members that get a value where the request has none
    own_id?          bool, = false: whether the client may choose the id
    upsert?          bool, = false: whether a `replace` creates what is not there
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from contractctl.encodings.json_texts import loads
from contractctl.mockserver.lines import Lines
from contractctl.mockserver.model import Index, Operation, Ref

if TYPE_CHECKING:
    from contractctl.encodings.xml import Table

MAGIC = b"contractctl bundle "
FORMAT = b"1"
FOOTER = struct.Struct(">QQIIQ")


Stamp: TypeAlias = "tuple[int, int, int, int]"
"""Device, number, size and time of a file: another one in its place has another stamp."""


class BundleError(Exception):
    """The file is no Bundle, is cut short, or is of a format that this server does not read. One line for people."""


class Bundle:
    """An open Bundle. Records are read when somebody asks for them, at any time, until `close`.

    One that nobody holds any more closes itself: whoever replaces a Bundle cannot know which requests still read it.
    """

    __slots__ = ("_file", "_size", "_xml", "index", "path", "stamp")

    def __init__(self, path: str) -> None:
        """Open the file and read its index; raise BundleError when it is not a whole Bundle of this format.

        `stamp` is that of the file that was opened, see `file_stamp`.
        """
        self.path = path
        self._xml: Table | None = None
        self._file = -1
        try:
            self._file = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise BundleError(f"cannot open the bundle {path}: {error.strerror}") from None
        try:
            status = os.fstat(self._file)
            self._size, self.stamp = status.st_size, _stamp(status)
            self.index = Index.read(_object(self._index_bytes(), path))
        except (OSError, KeyError, TypeError, ValueError) as error:
            self.close()
            raise BundleError(f"cannot read the bundle {path}: {_reason(error)}") from None
        except BundleError:
            self.close()
            raise

    def record(self, ref: Ref) -> bytes:
        """Return a record's bytes; raise BundleError when the file does not hold them."""
        offset, length = ref
        data = os.pread(self._file, length, offset)
        if len(data) != length:
            raise BundleError(f"the bundle {self.path} is cut short: {length} bytes are missing at {offset}")
        return data

    def operation(self, ref: Ref) -> Operation:
        """Read an operation; raise BundleError when the record is damaged."""
        try:
            return Operation.read(_object(self.record(ref), self.path))
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the bundle {self.path} is damaged at byte {ref[0]}: {_reason(error)}") from None

    def schemas(self) -> dict[str, Any] | None:
        """Return the schema that validates everything, or None when the contract has no schema to check."""
        if not self.index.schemas:
            return None
        data = self.record(self.index.schemas)
        # Not as other records, whose integers beyond 64 bits nobody compares with anything.
        return _mapping(loads(data), self.path)

    def lines(self) -> Lines:
        """Return where each schema of `schemas`, and each keyword in it, is written."""
        return Lines.read(_object(self.record(self.index.lines), self.path)) if self.index.lines else Lines()

    def xml(self) -> Table:
        """Return the table of XML nodes, which is read once."""
        if self._xml is None:
            # Imported when it is needed: a contract without XML does not pay for it.
            from contractctl.encodings.xml import Table

            self._xml = Table(orjson.loads(self.record(self.index.xml)) if self.index.xml else ())
        return self._xml

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        self.close()

    def _index_bytes(self) -> bytes:
        head = os.pread(self._file, len(MAGIC) + 8, 0)
        if not head.startswith(MAGIC):
            raise BundleError(f"{self.path} is not a bundle; write one with `contractctl build-mock --bundle FILE`")
        if (found := head[len(MAGIC) :].partition(b"\n")[0]) != FORMAT:
            told = found.decode("ascii", "replace")
            raise BundleError(f"{self.path} is a bundle of format {told}; this server reads {FORMAT.decode()}")
        footer = os.pread(self._file, FOOTER.size, max(self._size - FOOTER.size, 0))
        cut = BundleError(f"the bundle {self.path} is cut short or damaged; write it again")
        if len(footer) != FOOTER.size:
            raise cut
        offset, length, checksum, zero, size = FOOTER.unpack(footer)
        if zero or size != self._size or offset + length + FOOTER.size != size:
            raise cut
        data = os.pread(self._file, length, offset)
        if zlib.crc32(data) != checksum:
            raise cut
        return data


def file_stamp(path: str) -> Stamp | None:
    """Return the stamp of the file that is at `path` now, None where there is none."""
    try:
        return _stamp(Path(path).stat())
    except OSError:
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _object(data: bytes, path: str) -> dict[str, Any]:
    return _mapping(orjson.loads(data), path)


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BundleError(f"the bundle {path} is damaged: an object was expected")
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the member {error} is missing"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
