"""Contract to Bundle: one file that holds everything a mock answers with."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.contract.model import Contract, Operation, SecurityScheme
from contractctl.core.failures import UnloadableDescription
from contractctl.core.findings import Finding
from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Place
from contractctl.core.records import dataclass
from contractctl.mock.bodies import Bodies
from contractctl.mock.callbacks import SentRequests, register_sent
from contractctl.mock.collections import Collections
from contractctl.mock.external_examples import Fetch, no_files, with_external_examples
from contractctl.mock.issuer import issuer_record
from contractctl.mock.lines import Locate, line_record
from contractctl.mock.links import Links
from contractctl.mock.operations import MAX_BODY, OperationWriter, max_body, register_schemas
from contractctl.mock.readings import Readings
from contractctl.mock.records import BundleWriter
from contractctl.mock.response_schemas import write_responses
from contractctl.mock.responses import ResponseWriter
from contractctl.mock.routes import Routing, make_routing
from contractctl.mock.sample import make_sample
from contractctl.mock.schemas import SchemaTable
from contractctl.mock.settings import MockSettings, Need
from contractctl.mock.streams import with_streams
from contractctl.mock.telling import Told
from contractctl.mock.xml import XmlNodes


@dataclass(frozen=True, slots=True)
class CompiledMock:
    """A Bundle, and what was found on the way: invalid examples, schemas that no value satisfies.

    The findings' locations have no spans yet. `needs` is what a server of this Bundle cannot do without.
    """

    bundle: bytes
    findings: tuple[Finding, ...]
    needs: tuple[Need, ...] = ()


def no_lines(place: Place) -> str:  # noqa: ARG001 # one way to fill the parameter `locate`
    """Name no line: the mock then tells violations without the contract's lines."""
    return ""


def compile_bundle(
    contract: Contract,
    *,
    settings: MockSettings,
    spec_digest: str,
    locate: Locate = no_lines,
    fetch: Fetch = no_files,
    description: bytes = b"",
) -> CompiledMock:
    """Compile a contract into a Bundle. contractctl/mockserver/bundle.py specifies the format.

    `spec_digest` is the description's content digest (`c1:sha256:…`). `locate` names the line of a place
    (`openapi.yaml:41`); it must not depend on the folder that the description lies in, because equal contracts,
    settings and lines give equal bytes. `fetch` reads the examples that lie in files of their own. `description` is
    the one that is shown (see description.py), none where it is empty.

    Every documented example is validated; one that the contract forbids becomes a finding and is replaced by a
    synthesised value. A schema that no value satisfies becomes a finding and its response a 501. With
    `settings.strict`, raise UnloadableDescription when there is any finding.
    """
    told = Told()
    contract = with_external_examples(with_streams(contract), fetch, told)
    table = SchemaTable(contract, told, seed=settings.seed)
    register_schemas(contract, table)
    register_sent(contract, table)
    table.compile()
    readings = Readings(contract.definitions)
    nodes = XmlNodes(contract.definitions, readings)
    keep = settings.keep_invalid_examples
    bodies = Bodies(table, readings, nodes, told, keep_invalid=keep)
    carried = Bodies(table, readings, nodes, told, keep_invalid=keep, consequence="it is sent without a body")
    writer = BundleWriter()
    responses = ResponseWriter(table, bodies, writer, told=told, locate=locate)
    sent = SentRequests(table, ResponseWriter(table, carried, writer, told=told, locate=locate), told, locate)
    operations = OperationWriter(contract, table, readings, responses, nodes, told=told, locate=locate)
    writing = _Writing(contract, settings, table, told, writer, operations, sent, readings, locate)
    index = writing.index(spec_digest)
    if reference := write_responses(responses.keys, table, writer):
        index["responses"] = reference
    if nodes.record:
        index["xml"] = writer.add_json(nodes.record)
    if description:
        index["description"] = writer.add(description)
    bundle = writer.finish(index)
    if settings.strict and told.findings:
        raise UnloadableDescription(told.findings)
    modes = (str(operation.extensions.get("x-mock-auth")) for operation in contract.operations)
    return CompiledMock(bundle, told.findings, settings.needs(modes))


@dataclass(frozen=True, slots=True)
class _Writing:
    """One Bundle while it is written."""

    contract: Contract
    settings: MockSettings
    table: SchemaTable
    told: Told
    writer: BundleWriter
    operations: OperationWriter
    sent: SentRequests
    readings: Readings
    locate: Locate

    def index(self, digest: str) -> dict[str, Json]:
        """Write the operations, the schemas of requests and their lines, and return the INDEX."""
        routing = make_routing(self.contract, self.settings.control_prefix, self.told)
        links = Links(self.contract, self.told)
        records = [[self._record(o, route.variables, links) for o in route.operations] for route in routing.routes]
        collections = Collections(routing.routes, records, self.readings, self.told)
        records = [list(collections.completed(*pair)) for pair in zip(routing.routes, records, strict=True)]
        written: dict[tuple[str, str], Json] = {}
        routes: list[Json] = []
        for route, made in zip(routing.routes, records, strict=True):
            by_method = zip(route.operations, made, strict=True)
            references: dict[str, Json] = {
                operation.method: self.writer.add_json(record) for operation, record in by_method
            }
            written.update(((route.path, method), reference) for method, reference in references.items())
            routes.append({"path": route.path, "variables": list(route.variables), "operations": references})
        schemas = self.table.record()
        documented = max_body(self.contract.extensions.get(MAX_BODY), self.contract.at, self.told)
        index: dict[str, Json] = {
            "title": self.contract.title,
            "version": self.contract.version,
            "digest": digest,
            "settings": self.settings.bundled(documented_max_body=documented),
            "control": routing.control,
            "schemes": {scheme.name: _scheme(scheme) for scheme in self.contract.security_schemes},
            "mounts": [list(mount) for mount in routing.mounts],
            "trees": list(routing.trees),
            "routes": routes,
            "sample": make_sample(self.contract, _first_mount(routing, records), self.table),
        }
        if webhooks := self.sent.webhooks(self.contract, self.writer):
            index["webhooks"] = webhooks
        if issuer := issuer_record(self.contract, [base for base, _ in routing.mounts]):
            index["issuer"] = issuer
        if found := collections.records(written):
            index["collections"] = self.writer.add_json(found)
        if schemas["properties"]:
            index["schemas"] = self.writer.add_json(schemas)
            if lines := line_record(self.table.placed(schemas), self.locate):
                index["lines"] = self.writer.add_json(lines)
        return index

    def _record(self, operation: Operation, variables: tuple[str, ...], links: Links) -> dict[str, Json]:
        """Return the OPERATION, with what it sends and what its responses lead to."""
        record = links.completed(operation, self.operations.record(operation, variables))
        callbacks = self.sent.callbacks(operation)
        return {**record, "callbacks": callbacks} if callbacks else record


def _first_mount(routing: Routing, records: list[list[dict[str, Json]]]) -> list[tuple[Operation, Json]]:
    """Return the operations that answer below the first mount, with their records."""
    numbers = set(_route_numbers(routing.trees[routing.mounts[0][1]]))
    return [
        pair
        for number, (route, made) in enumerate(zip(routing.routes, records, strict=True))
        if number in numbers
        for pair in zip(route.operations, made, strict=True)
    ]


def _route_numbers(node: Json) -> Iterator[int]:
    """Yield the routes of a tree."""
    if is_object(node):
        route = node.get("route")
        if isinstance(route, int):
            yield route
        literal, mixed = node.get("literal"), node.get("mixed")
        for child in literal.values() if is_object(literal) else ():
            yield from _route_numbers(child)
        for pair in mixed if is_array(mixed) else ():
            yield from _route_numbers(pair[1] if is_array(pair) else None)
        yield from _route_numbers(node.get("variable"))


def _scheme(scheme: SecurityScheme) -> dict[str, Json]:
    words = {"type": scheme.type, "scheme": scheme.scheme, "in": scheme.location, "name": scheme.parameter_name}
    return {word: value for word, value in words.items() if value}
