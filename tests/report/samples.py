"""Reports as the rooms make them, small and with every field in use."""

from __future__ import annotations

from contractctl.core.changes import Category, Change, Direction, Impact, Message, Verdict, Witness
from contractctl.core.findings import Finding, Related, Severity
from contractctl.core.locations import Excerpt, Location, Place, Pointer, Span
from contractctl.core.profiles import Profile
from contractctl.core.reports import (
    BuildReport,
    ChangeHelp,
    CiReport,
    DiffReport,
    DriftReport,
    Judged,
    LayerSummary,
    LintReport,
    Report,
    RuleHelp,
    Undone,
    VersionAdvice,
)


def location(file: str, line: int, *tokens: str) -> Location:
    return Location(Place(file, Pointer(tokens)), Span(line, 5, line, 20))


def seen(file: str, line: int, text: str, marked: str, *tokens: str) -> Location:
    """A location of which the text is known, at what is marked in it."""
    column = text.index(marked) + 1
    return Location(Place(file, Pointer(tokens)), Span(line, column, line, column + len(marked), Excerpt(text, 1)))


UNDECLARED = Finding(
    rule="path-parameter-undeclared",
    severity=Severity.ERROR,
    message="`GET /pets/{id}` does not declare path variable {id}",
    location=seen("api/openapi.yaml", 12, "    get:", "get", "paths", "/pets/{id}", "get"),
    hint="add a parameter named `id` with `in: path`",
    operations=("GET /pets/{id}",),
    subject="id",
)
AMBIGUOUS = Finding(
    rule="yaml-ambiguous-scalar",
    severity=Severity.WARNING,
    message="`no` without quotes is a boolean in YAML 1.1 and something else in YAML 1.2",
    location=seen(
        "api/openapi.yaml", 30, "      enum: [yes, no]", "no", "components", "schemas", "Answer", "enum", "1"
    ),
    hint='quote it if it is text: "no"',
    operations=("GET /pets", "POST /pets", "GET /pets/{id}", "DELETE /pets/{id}", "PUT /pets/{id}"),
)
TWICE = Finding(
    rule="operation-id-duplicate",
    severity=Severity.INFO,
    message="`POST /pets` has the operationId `pets`, too",
    location=location("other.json", 4, "paths", "/pets", "post", "operationId"),
    related=(Related("`pets` first stands here", location("other.json", 2, "paths", "/pets", "get", "operationId")),),
    operations=("POST /pets",),
)
NOWHERE = Finding("document-encoding", Severity.ERROR, "byte 7 (0xe9) is not UTF-8", Location(Place("latin.yaml")))

REQUIRED = Verdict(
    Change(
        kind="request-property-became-required",
        direction=Direction.REQUEST,
        operations=("POST /pets", "PUT /pets/{id}"),
        message="`POST /pets` request body (application/json): property `age` became required (and 1 more operation)",
        base=location("a.yaml", 9, "components", "schemas", "Pet"),
        revision=seen(
            "b.yaml", 9, "      required: [name, age]", "age", "components", "schemas", "Pet", "required", "1"
        ),
        before=False,
        after=True,
    ),
    Impact.BREAKING,
    Category.WIRE,
    "base accepts what revision refuses, and a request may only widen",
    Witness(
        Direction.REQUEST,
        {"name": "Ada"},
        "base",
        "revision",
        "`age` is required",
        "request body (application/json)",
        Message(
            "POST /pets",
            (("Authorization", "Bearer …"), ("Content-Type", "application/json")),
            {"name": "Ada"},
            has_body=True,
        ),
    ),
    Impact.BREAKING,
)
GONE = Verdict(
    Change(
        kind="response-required-property-removed",
        direction=Direction.RESPONSE,
        operations=("GET /pets", "GET /pets/{id}", "GET /owners", "GET /owners/{id}"),
        message="`GET /pets` response 200 body (application/json), `[].owner`: required property `name` was removed "
        "(and 3 more operations)",
        base=seen("a.yaml", 31, "        name: {type: string}", "name", "components", "schemas", "Owner", "properties"),
        revision=seen("b.yaml", 30, "    Owner:", "Owner", "components", "schemas", "Owner"),
        before="name",
    ),
    Impact.BREAKING,
    Category.WIRE,
    "revision may send what base never did, and a response may only narrow",
    Witness(
        Direction.RESPONSE,
        [{"id": number, "owner": {}} for number in range(12)],
        "revision",
        "base",
        "/0/owner: `name` is required",
        "response 200 body (application/json)",
        Message(
            "200",
            (("Content-Type", "application/json"), ("X-Total", "12"), ("X-Page", "1"), ("X-Pages", "1")),
            [{"id": number, "owner": {}} for number in range(12)],
            has_body=True,
        ),
    ),
    Impact.BREAKING,
)
LOOSENED = Verdict(
    Change(
        kind="response-type-widened",
        direction=Direction.RESPONSE,
        operations=("GET /pets",),
        message="`GET /pets` response 200 body (application/json), `age`: may be `null` now",
        base=location("a.yaml", 20, "components", "schemas", "Pet", "properties", "age"),
        revision=location("b.yaml", 22, "components", "schemas", "Pet", "properties", "age"),
        before=["integer"],
        after=["integer", "null"],
    ),
    Impact.WARNING,
    Category.WIRE,
    "`diff.severity` of contractctl.yaml says so of `response-*`",
    judged=Impact.BREAKING,
)
ADDED = Verdict(
    Change(
        kind="operation-added",
        direction=Direction.NEITHER,
        operations=("GET /toys",),
        message="`GET /toys`: the operation was added",
        base=None,
        revision=location("b.yaml", 40, "paths", "/toys", "get"),
        after="GET /toys",
    ),
    Impact.COMPATIBLE,
    Category.WIRE,
    "revision offers all that clients of base rely on",
)
REMOVED = Verdict(
    Change(
        kind="server-removed",
        direction=Direction.NEITHER,
        operations=(),
        message="the server `https://old.example.com` was removed",
        base=location("a.yaml", 3, "servers", "1"),
        revision=None,
        before="https://old.example.com",
    ),
    Impact.WARNING,
    Category.LIFECYCLE,
    "clients may still call it",
)
EXCUSED = Verdict(
    Change(
        kind="operation-removed",
        direction=Direction.NEITHER,
        operations=("DELETE /toys",),
        message="`DELETE /toys`: the operation was removed",
        base=seen("a.yaml", 50, "    delete:", "delete", "paths", "/toys", "delete"),
        revision=None,
        before="/toys",
    ),
    Impact.BREAKING,
    Category.WIRE,
    "clients of base rely on what revision no longer offers",
    Witness(
        Direction.REQUEST,
        {"method": "DELETE", "target": "/toys", "headers": {}, "body": None},
        "base",
        "revision",
        "the operation is gone",
        "request",
        Message("DELETE /toys"),
    ),
    Impact.BREAKING,
    "nobody calls it: agreed with all teams (ada@example.com)",
)

DIGEST = "c1:sha256:" + "0" * 63
PAGE = RuleHelp(
    code="path-parameter-undeclared",
    title="A path has a variable that the operation does not declare.",
    why="Nobody knows what may stand there; a generator leaves it out of the call.",
    source="OpenAPI 3.1.1 §4.8.8.1",
    bad="paths:\n  /pets/{id}:\n    get: {responses: {}}",
    good="paths:\n  /pets/{id}:\n    get: {parameters: [{in: path, name: id, required: true}], responses: {}}",
    severity=Severity.ERROR,
    family="paths",
    profile=Profile.SPEC,
)
LINT = LintReport(
    (UNDECLARED, AMBIGUOUS, NOWHERE, TWICE),
    ("api/openapi.yaml", "latin.yaml", "other.json"),
    read=("api/openapi.yaml", "api/parts.yaml", "latin.yaml", "other.json"),
    read_rules=lambda: {PAGE.code: PAGE},
)
KIND = ChangeHelp(
    code="request-property-became-required",
    name="property-became-required",
    family="members",
    title="A property became required.",
    judged=(
        Judged(Direction.REQUEST, Impact.BREAKING, "clients that leave it out are refused", "a request may only widen"),
        Judged(Direction.RESPONSE, Impact.COMPATIBLE, "clients can do without it", "a response may only narrow"),
    ),
    hint="leave it optional in requests, with a default",
    part="schema",
    base="{type: object, properties: {age: {type: integer}}}",
    revision="{type: object, properties: {age: {type: integer}}, required: [age]}",
)
DIFF = DiffReport(
    "a.yaml",
    "b.yaml",
    (REQUIRED, GONE, LOOSENED, REMOVED, ADDED),
    diagnostics=(UNDECLARED,),
    excused=(EXCUSED,),
    notes=("the approval of `response-enum-value-added` in .contractctl/accepted.yaml matches nothing: take it out",),
    version=VersionAdvice("1.2.0", "1.3.0", "2.0.0", is_enough=False, message="1.3.0 is too low: at least 2.0.0"),
    read_kinds=lambda: {KIND.code: KIND},
)
DRIFT = DriftReport(
    kind="upstream-newer",
    drift="true",
    message="upstream is at 1.1.0, spec-version.txt at 1.0.0",
    hint="run `contractctl sync`",
    spec="api/openapi.yaml",
    local_version="1.0.0",
    upstream_version="1.1.0",
    local_digest=DIGEST + "1",
    upstream_digest=DIGEST + "2",
    verdicts=(REQUIRED,),
)
BUILD = BuildReport(
    name="ghcr.io/acme/mock",
    tags=("1.0.0", "latest"),
    digest="sha256:" + "a" * 64,
    platforms=("linux/amd64",),
    layers=(
        LayerSummary("base: Python 3.11", "sha256:" + "b" * 64, 20_400_000),
        LayerSummary("contract", "sha256:" + "c" * 64, 5_120),
    ),
    spec_digest=DIGEST + "1",
    base="host",
    port=3000,
    delivered=("wrote mock.tar", "loaded into the engine"),
    findings=(AMBIGUOUS,),
)
CI = CiReport(
    event="pull_request",
    reports=(LINT, DIFF, DRIFT, BUILD),
    undone=(Undone("push", "cannot push ghcr.io/acme/mock:1.0.0: the registry answered 403", "ask for a token", 3),),
    notes=("no drift check for other.json: it has no upstream",),
    base="0123456",
)

SAMPLES: dict[str, Report] = {
    "lint": LINT,
    "lint-clean": LintReport((), ("openapi.yaml",)),
    "lint-many": LintReport((UNDECLARED,) * 32, ("api/openapi.yaml",)),
    "diff": DIFF,
    "diff-equal": DiffReport("a.yaml", "HEAD:a.yaml", ()),
    "drift": DRIFT,
    "drift-in-sync": DriftReport(
        "in-sync", "false", "upstream has the same content", "", "a.yaml", "1", "1", DIGEST + "1", DIGEST + "1"
    ),
    "drift-unknown": DriftReport(
        "upstream-unreachable", "unknown", "upstream cannot be asked", "try again", "a.yaml", None, None, None, None
    ),
    "build": BUILD,
    "ci": CI,
}
