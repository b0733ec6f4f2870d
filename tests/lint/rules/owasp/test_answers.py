"""What answers say: errors, limits of calls, origins; and what a description says of servers and addresses."""

from __future__ import annotations

import pytest

from tests.lint.cases import HEAD_2_0, HEAD_3_0, operation
from tests.lint.rules.owasp.told import body, hit, parameter, told

_INPUT = "owasp-validation-response-missing"
_REFUSAL = "owasp-unauthorized-response-missing"
_FAILURE = "owasp-failure-response-missing"
_UNDESCRIBED = "owasp-error-undescribed"
_LIMIT = "owasp-rate-limit-missing"
_TOO_OFTEN = "owasp-rate-limit-response-missing"
_AGAIN = "owasp-retry-after-missing"
_ORIGIN = "owasp-cors-missing"
_ANY = "owasp-cors-any-origin"
_SERVER = "owasp-server-insecure"
_CALLBACK = "owasp-callback-insecure"
_TRACE = "owasp-trace-operation"
_ID = "owasp-numeric-id"
_URL = "owasp-url-from-client"
_AUDIENCE = "owasp-server-audience-unsaid"
_ENVIRONMENT = "owasp-server-environment-unsaid"
_END = "owasp-retirement-unplanned"
_TOKEN = "components: {securitySchemes: {token: {type: http, scheme: bearer}}}\n"


def _answers(responses: str, said: str = "", method: str = "get") -> str:
    return f"paths: {{/pets: {{{method}: {{operationId: a, {said}responses: {{{responses}}}}}}}}}\n"


def _header(header: str, said: str = "security: [{token: []}], ") -> str:
    return _answers(f"'200': {{description: a, headers: {{{header}}}}}", said) + _TOKEN


HITS = {
    "input, and no answer to wrong input": (
        _INPUT,
        parameter("{name: a, in: query, schema: {}}").replace("responses", "»responses"),
        "`GET /pets` does not say what clients get that send wrong input",
    ),
    "a body of Swagger 2.0, and no answer to wrong input": (
        _INPUT,
        HEAD_2_0 + parameter("{name: a, in: body, schema: {}}", method="put").replace("responses", "»responses"),
        "`PUT /pets` does not say what clients get that send wrong input",
    ),
    "credentials, and no answer to those without": (
        _REFUSAL,
        operation("security: [{token: []}]").replace("responses", "»responses") + _TOKEN,
        "`GET /pets` does not say what clients get that send no credentials",
    ),
    "no answer for a server that fails": (
        _FAILURE,
        _answers("'200': {description: a}, 4XX: {description: a}").replace("responses", "»responses"),
        "`GET /pets` does not say what clients get when the server fails",
    ),
    "an error without content": (
        _UNDESCRIBED,
        _answers("'200': {description: a}, »'404': {description: a}"),
        "the answer `404` does not say what an error looks like",
    ),
    "a shared error is told once": (
        _UNDESCRIBED,
        (
            "paths: {/a: {get: {responses: {5XX: {$ref: '#/components/responses/A'}}}, "
            "put: {responses: {5XX: {$ref: '#/components/responses/A'}}}}}\n"
            "components: {responses: {»A: {description: a}}}\n"
        ),
        "the answer `5XX` does not say what an error looks like",
    ),
    "no word of a limit of calls": (
        _LIMIT,
        operation("").replace("responses", "»responses"),
        "`GET /pets` does not say how often a client may still call",
    ),
    "no answer to those who call too often": (
        _TOO_OFTEN,
        operation("").replace("responses", "»responses"),
        "`GET /pets` does not say what clients get that call too often",
    ),
    "no time to call again": (
        _AGAIN,
        HEAD_2_0 + _answers("'200': {description: a}, »'429': {description: a}"),
        "the answer `429` does not say when a client may call again",
    ),
    "no word of origins": (
        _ORIGIN,
        operation("").replace("responses", "»responses"),
        "`GET /pets` does not say which pages may read its answers in a browser",
    ),
    "any origin, for those with credentials": (
        _ANY,
        _header("»Access-Control-Allow-Origin: {schema: {enum: ['*']}}"),
        "any page may read what is for those who have credentials",
    ),
    "a server of http": (
        _SERVER,
        "servers: [{url: »'http://a'}]\npaths: {}",
        "server `http://a` is called without encryption",
    ),
    "a server of http, of one operation": (
        _SERVER,
        operation("servers: [{url: »'ws://a'}]"),
        "server `ws://a` is called without encryption",
    ),
    "a server whose scheme may be http": (
        _SERVER,
        "servers: [{url: »'{s}://a', variables: {s: {default: https, enum: [https, http]}}}]\npaths: {}",
        "server `{s}://a` is called without encryption",
    ),
    "a scheme of Swagger 2.0": (
        _SERVER,
        HEAD_2_0 + "host: a.b\nschemes: [https, »http]\npaths: {}",
        "server `http://a.b` is called without encryption",
    ),
    "a server that is named after the machine itself": (
        _SERVER,
        "servers: [{url: »'http://localhost.example.com'}]\npaths: {}",
        "server `http://localhost.example.com` is called without encryption",
    ),
    "a callback of http": (
        _CALLBACK,
        operation("callbacks: {a: {»'http://a': {post: {responses: {'200': {description: a}}}}}}"),
        "callback `http://a` is sent without encryption",
    ),
    "TRACE": (
        _TRACE,
        operation("", method="»trace"),
        "`TRACE /pets` sends back what a request holds, credentials among it",
    ),
    "a number that identifies": (
        _ID,
        parameter("{name: petId, in: path, required: true, »schema: {type: integer}}", path="/pets/{petId}"),
        "path parameter `petId` is a number, which can be guessed",
    ),
    "a number that identifies, shared": (
        _ID,
        parameter("{name: id, in: query, schema: {$ref: '#/components/schemas/A'}}")
        + "components: {schemas: {»A: {type: integer}}}\n",
        "query parameter `id` is a number, which can be guessed",
    ),
    "digits that identify": (
        _ID,
        parameter(r"{name: pet_id, in: query, »schema: {type: string, pattern: '^[0-9]{1,9}$'}}"),
        "query parameter `pet_id` is a number, which can be guessed",
    ),
    "a number that identifies in Swagger 2.0": (
        _ID,
        HEAD_2_0 + parameter("»{name: pet-id, in: query, type: integer}"),
        "query parameter `pet-id` is a number, which can be guessed",
    ),
    "an address in the query": (
        _URL,
        parameter("{name: »callbackUrl, in: query, schema: {type: string}}"),
        "query parameter `callbackUrl` is an address that the client chooses",
    ),
    "an address in the body": (
        _URL,
        body("{type: object, properties: {»avatar_url: {type: string}}}"),
        "member `avatar_url` of the body is an address that the client chooses",
    ),
    "a server, and nothing of its audience": (
        _AUDIENCE,
        "servers: [{url: »'https://a'}]\npaths: {}",
        "server `https://a` does not say whether it is for the public",
    ),
    "two servers, of which one does not say what it is for": (
        _ENVIRONMENT,
        "servers: [{url: »'https://a', description: Ours}, {url: 'https://b', description: For testing}]\npaths: {}",
        "server `https://a` does not say which environment it is",
    ),
    "an operation that ends some day": (
        _END,
        operation("deprecated: »true"),
        "`GET /pets` is deprecated, and does not say when it ends",
    ),
}

NO_OPS = {
    "nothing to send": (_INPUT, operation("")),
    "an answer to input that cannot be processed": (
        _INPUT,
        _answers("'422': {description: a}", "parameters: [{name: a, in: query, schema: {}}], "),
    ),
    "an answer to whatever goes wrong": (
        _INPUT,
        _answers("default: {description: a}", "parameters: [{name: a, in: query, schema: {}}], "),
    ),
    "nobody is refused": (_REFUSAL, operation("")),
    "those without credentials are let in": (_REFUSAL, operation("security: [{token: []}, {}]") + _TOKEN),
    "a refusal": (_REFUSAL, _answers("'401': {description: a}", "security: [{token: []}], ") + _TOKEN),
    "a failure": (_FAILURE, _answers("5XX: {description: a}")),
    "no answers at all are somebody else's business": (_FAILURE, "paths: {/a: {get: {operationId: a}}}"),
    "an error with content": (
        _UNDESCRIBED,
        _answers("'404': {description: a, content: {application/json: {schema: {}}}}"),
    ),
    "an error of Swagger 2.0 with a schema": (
        _UNDESCRIBED,
        HEAD_2_0 + _answers("'404': {description: a, schema: {type: object}}", "produces: [application/json], "),
    ),
    "the error of HEAD, which has no content": (_UNDESCRIBED, _answers("'404': {description: a}", method="head")),
    "a redirect is no error": (_UNDESCRIBED, _answers("'302': {description: a}, default: {description: a}")),
    "a header of old": (_LIMIT, _header("x-ratelimit-limit: {schema: {}}")),
    "a header of today": (_LIMIT, HEAD_3_0 + _header("RateLimit: {schema: {}}")),
    "an answer to those who call too often": (_TOO_OFTEN, _answers("'429': {description: a}")),
    "a time to call again": (
        _AGAIN,
        _answers("'429': {description: a, headers: {retry-after: {schema: {type: integer}}}}"),
    ),
    "an origin": (_ORIGIN, _header("Access-Control-Allow-Origin: {schema: {}}")),
    "any origin, for those without credentials": (
        _ANY,
        _header("Access-Control-Allow-Origin: {schema: {const: '*'}}", ""),
    ),
    "one origin": (_ANY, _header("Access-Control-Allow-Origin: {schema: {const: 'https://a'}}")),
    "a server of https": (_SERVER, "servers: [{url: 'https://a'}, {url: /v1}, {url: //a}]\npaths: {}"),
    "the machine itself": (
        _SERVER,
        "servers: [{url: 'http://localhost:80/a'}, {url: 'http://127.0.0.1'}, {url: 'http://[::1]:1'}]\npaths: {}",
    ),
    "a host of Swagger 2.0 without a scheme": (_SERVER, HEAD_2_0 + "host: a.b\npaths: {}"),
    "a callback of the client's choice": (
        _CALLBACK,
        operation("callbacks: {a: {'{$request.body#/url}': {post: {responses: {'200': {description: a}}}}}}"),
    ),
    "OPTIONS": (_TRACE, operation("", method="options")),
    "a random identifier": (_ID, parameter("{name: id, in: query, schema: {type: string, format: uuid}}")),
    "a number that does not identify": (_ID, parameter("{name: paid, in: query, schema: {type: integer}}")),
    "one of a few numbers": (_ID, parameter("{name: shop_id, in: query, schema: {type: integer, enum: [1, 2]}}")),
    "an address of a known host": (
        _URL,
        parameter("{name: url, in: query, schema: {type: string, pattern: '^https://a[.]b/'}}"),
    ),
    "whether there is an address": (_URL, parameter("{name: with_url, in: query, schema: {type: boolean}}")),
    "an address in an answer": (
        _URL,
        _answers("'200': {description: a, content: {a/b: {schema: {properties: {url: {type: string}}}}}}"),
    ),
    "a server for the public": (_AUDIENCE, "servers: [{url: 'https://a', x-internal: false}]\npaths: {}"),
    "no server": (_AUDIENCE, "paths: {}"),
    "the host of Swagger 2.0, which has no fields": (_AUDIENCE, HEAD_2_0 + "host: a.b\nschemes: [https]\npaths: {}"),
    "a single server": (_ENVIRONMENT, "servers: [{url: 'https://a'}]\npaths: {}"),
    "an operation with a date": (_END, operation("deprecated: true, x-sunset: '2027-01-01'")),
    "an operation with a header": (
        _END,
        _answers("'200': {description: a, headers: {Sunset: {schema: {}}}}", "deprecated: true, "),
    ),
}


@pytest.mark.parametrize(("code", "text", "message"), HITS.values(), ids=HITS)
def test_what_is_missing_or_open_is_told_where_it_is(code: str, text: str, message: str) -> None:
    plain, expected = hit(text, message)
    assert told(code, plain) == expected


@pytest.mark.parametrize(("code", "text"), NO_OPS.values(), ids=NO_OPS)
def test_what_is_said_or_safe_is_left_alone(code: str, text: str) -> None:
    assert told(code, text) == []


def test_a_habit_of_the_description_is_told_once() -> None:
    silent = "".join(f"  /p{n}: {{get: {{responses: {{'200': {{description: a}}}}}}}}\n" for n in range(10))
    paths = f"paths:\n{silent}  /a: {{get: {{responses: {{'429': {{description: a}}, '500': {{description: a}}}}}}}}\n"
    assert told(_FAILURE, paths) == ["3:1: 10 of 11 operations do not say what clients get when the server fails"]
    errors = silent.replace("200", "404")
    assert told(_UNDESCRIBED, f"paths:\n{errors}") == [
        "3:1: 10 of 10 answers to what went wrong do not say what an error looks like"
    ]
