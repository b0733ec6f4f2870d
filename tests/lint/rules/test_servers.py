"""Rules about servers, their URLs and variables: what they hit and what they leave."""

from __future__ import annotations

import pytest

from contractctl.core.profiles import Profile
from contractctl.lint.rules import server_urls, server_variables, servers
from tests.lint.cases import HEAD_2_0, HEAD_3_0, HEAD_3_2, findings, operation, pointed

_RULES = (*servers.RULES, *server_urls.RULES, *server_variables.RULES)
_ALL = {rule.code: rule.severity for rule in _RULES}
_DEFAULT = {rule.code: rule.severity for rule in _RULES if rule.profile is not Profile.STRICT}


def _server(url: str, variables: str = "") -> str:
    more = f", variables: {variables}" if variables else ""
    return f"servers: [{{url: {url}{more}}}]\npaths: {{}}\n"


_ENUM = "{a: {default: »c, enum: [d, e]}}"
_UNLISTED = "the default `c` of server variable `a` is not in its `enum`"

HITS = {
    "a brace without its like": (
        _server("»'https://a.io/{b'"),
        "server-url-invalid: `https://a.io/{b` is not the URL of a server: its braces do not match",
    ),
    "a brace in a variable, which has no other fault then": (
        _server("»'https://a.io/{b{c}'", "{c: {default: d}}"),
        "server-url-invalid: `https://a.io/{b{c}` is not the URL of a server: its braces do not match",
    ),
    "braces around nothing": (
        _server("»'https://a.io/{}'"),
        "server-url-invalid: `https://a.io/{}` is not the URL of a server: `{}` names no variable",
    ),
    "a blank in a URL": (
        HEAD_3_0 + _server("»'https://a.io/my api'"),
        "server-url-invalid: `https://a.io/my api` is not the URL of a server: a blank cannot stand in one",
    ),
    "a backslash in the URL of an operation": (
        operation(r"servers: [{url: »'https://a.io\{b}', variables: {b: {default: c}}}]"),
        r"server-url-invalid: `https://a.io\{b}` is not the URL of a server: `\` cannot stand in one",
    ),
    "a port that is no number": (
        _server("»'https://a.io:port/'").replace("/'", "'"),
        (
            "server-url-invalid: `https://a.io:port` is not the URL of a server: "
            "its delimiters are not where RFC 3986 has them"
        ),
    ),
    "a query in OpenAPI 3.2": (
        HEAD_3_2 + _server("»'https://a.io?b=c'"),
        "server-url-invalid: `https://a.io?b=c` is not the URL of a server: it has a query or a fragment",
    ),
    "nothing in OpenAPI 3.2": (
        HEAD_3_2 + _server("»''"),
        "server-url-invalid: `` is not the URL of a server: it is empty",
    ),
    "a query in OpenAPI 3.1": (
        _server("»'https://a.io?b={c}'", "{c: {default: d}}"),
        "server-url-query: `https://a.io?b={c}` has a query, which the paths would become a part of",
    ),
    "a fragment in OpenAPI 3.0": (
        HEAD_3_0 + _server("»'/#b?c'"),
        "server-url-query: `/#b?c` has a fragment, which the paths would become a part of",
    ),
    "a query in a base path": (
        f"{HEAD_2_0}basePath: »/a?b=c\npaths: {{}}\n",
        "server-url-query: `/a?b=c` has a query, which the paths would become a part of",
    ),
    "a host without a scheme": (
        _server("»api.acme.io/v1"),
        "server-url-scheme-missing: `api.acme.io/v1` has no scheme",
    ),
    "a host with a variable and a port": (
        _server("»'{a}.acme.com:8080'", "{a: {default: b}}"),
        "server-url-scheme-missing: `{a}.acme.com:8080` has no scheme",
    ),
    "a slash at the end": (
        _server("»'https://a.io/v1/'"),
        "server-url-trailing-slash: `https://a.io/v1/` ends with a slash, and every path begins with one",
    ),
    "a slash at the end of the server of a link": (
        operation("").replace(
            "{description: Pets}", "{description: a, links: {b: {operationId: listPets, server: {url: »/c/}}}}"
        ),
        "server-url-trailing-slash: `/c/` ends with a slash, and every path begins with one",
    ),
    "a slash at the end of a base path": (
        f"{HEAD_2_0}basePath: »/v1/\npaths: {{}}\n",
        "server-url-trailing-slash: `/v1/` ends with a slash, and every path begins with one",
    ),
    "a variable without variables": (
        _server("»'https://{a}.io'"),
        "server-variable-undefined: variable `{a}` of server `https://{a}.io` is not defined",
    ),
    "a variable that is misspelt, which leaves none over": (
        _server("»'https://{tennant}.io'", "{tenant: {default: b}}"),
        "server-variable-undefined: variable `{tennant}` of server `https://{tennant}.io` is not defined",
    ),
    "a variable that does not occur": (
        _server("'https://a.io/b'", "{»b: {default: c}}"),
        "server-variable-unused: variable `b` does not occur in server `https://a.io/b`",
    ),
    "a variable that occurs twice in OpenAPI 3.2": (
        HEAD_3_2 + _server("»'/{a}/{b}/{a}'", "{a: {default: c}, b: {default: c}}"),
        "server-variable-repeated: variable `{a}` occurs 2 times in server `/{a}/{b}/{a}`",
    ),
    "a default that is no value": (
        _server("'/{a}'", _ENUM),
        f"server-variable-default-unlisted: {_UNLISTED}",
    ),
    "a default that is no value in OpenAPI 3.2": (
        HEAD_3_2 + _server("'/{a}'", _ENUM),
        f"server-variable-default-unlisted: {_UNLISTED}",
    ),
    "a default that is no value in OpenAPI 3.0": (
        HEAD_3_0 + _server("'/{a}'", _ENUM),
        f"server-variable-enum-incomplete: {_UNLISTED}",
    ),
    "a default where there are no values in OpenAPI 3.0": (
        HEAD_3_0 + _server("'/{a}'", "{a: {default: »c, enum: []}}"),
        f"server-variable-enum-incomplete: {_UNLISTED}",
    ),
    "two servers of one name": (
        f"{HEAD_3_2}servers: [{{url: /a, name: b}}, {{url: /c, name: »b}}]\npaths: {{}}\n",
        "server-name-duplicate: another server is called `b` too",
    ),
    "variables in a base path": (
        f"{HEAD_2_0}basePath: »'/{{a}}'\npaths: {{}}\n",
        "base-path-templated: `/{a}` has a variable, and a `basePath` can have none",
    ),
}
_LIVE = "servers: [{url: 'https://acme.io'}]\n"
_LIVE_2_0 = f"{HEAD_2_0}host: acme.io\nschemes: [https]\n"
STRICT_HITS = {
    "no servers": (f"»{HEAD_3_0}{operation('')}", "servers-missing: no server says where the API lives"),
    "an empty list of servers": (
        "»servers: []\n" + operation(""),
        "servers-missing: no server says where the API lives",
    ),
    "servers of one operation of two": (
        f"»{HEAD_3_0}"
        + operation(f"servers: [{_LIVE[10:-2]}]")
        + "  /a: {get: {operationId: a, responses: {'200': {description: a}}}}\n",
        "servers-missing: no server says where the API lives",
    ),
    "no host": (f"»{HEAD_2_0}schemes: [https]\n{operation('')}", "host-missing: no `host` says where the API lives"),
    "no schemes": (
        f"»{HEAD_2_0}host: acme.io\n{operation('')}",
        "schemes-missing: no `schemes` say how the API is called",
    ),
    "a server twice": (
        "servers: [{url: /a}, {url: /b}, {url: »/a, description: c}]\npaths: {}\n",
        "server-duplicate: server `/a` is listed twice",
    ),
    "a host of examples": (
        _server("»'https://api.example.com:{p}/v1'", "{p: {default: '1'}}"),
        "server-url-example: `https://api.example.com:1/v1` is a host of examples",
    ),
    "a host of examples as the default of a variable": (
        _server("»'{s}://{h}'", "{s: {default: https}, h: {default: EXAMPLE.org}}"),
        "server-url-example: `https://EXAMPLE.org` is a host of examples",
    ),
    "a host of examples in Swagger 2.0": (
        f"{HEAD_2_0}host: »pets.example\nschemes: [https]\npaths: {{}}\n",
        "server-url-example: `pets.example` is a host of examples",
    ),
    "the reader's machine": (
        _server("»'http://localhost:8080/v1'"),
        "server-url-local: `http://localhost:8080/v1` is the machine of whoever calls it",
    ),
    "the reader's machine by its address": (
        _server("»'http://[::1]'"),
        "server-url-local: `http://[::1]` is the machine of whoever calls it",
    ),
    "the reader's machine in Swagger 2.0": (
        f"{HEAD_2_0}host: »127.0.0.1:80\nschemes: [https]\npaths: {{}}\n",
        "server-url-local: `127.0.0.1:80` is the machine of whoever calls it",
    ),
}
NO_OPS = {
    "a URL": _server("'https://acme.io:8443/v1;a=b/%20'"),
    "a URL of variables": _server(
        "'{s}://{h}:{p}{b}'", "{s: {default: https}, h: {default: a.io}, p: {default: '1'}, b: {default: /v1}}"
    ),
    "a slash alone": _server("/"),
    "a relative URL": _server("../v1"),
    "a relative URL with a dot": _server("v1.0/api"),
    "nothing in OpenAPI 3.1, to which paths are appended as they are": _server("''"),
    "a slash in a base path alone": f"{HEAD_2_0}basePath: /\npaths: {{}}\n",
    "a variable with a query in its name": _server("'/{a?b#c}'", "{'a?b#c': {default: d}}"),
    "a variable that occurs twice before OpenAPI 3.2": _server("'/{a}/{a}'", "{a: {default: b}}"),
    "variables that are no object are another fault": _server("'/{a}'", "[a]"),
    "a default among the values": _server("'/{a}'", "{a: {default: b, enum: [c, b]}}"),
    "a default without values": _server("'/{a}'", "{a: {default: b}}"),
    "no values at all are another fault in OpenAPI 3.1": _server("'/{a}'", "{a: {default: b, enum: []}}"),
    "a default of another type is another fault": _server("'/{a}'", "{a: {default: 1, enum: ['1']}}"),
    "names of servers in two lists": HEAD_3_2
    + "servers: [{url: /a, name: b}]\n"
    + operation("servers: [{url: /c, name: b}]"),
    "servers without names": f"{HEAD_3_2}servers: [{{url: /a}}, {{url: /c}}]\npaths: {{}}\n",
    "a URL of the wrong type is another fault": _server("1"),
    "a host that is no host is another fault": f"{HEAD_2_0}host: https://acme.io/\npaths: {{}}\n",
    "a base path without its slash is another fault": f"{HEAD_2_0}basePath: v1\npaths: {{}}\n",
}
STRICT_NO_OPS = {
    "a server": _LIVE + operation(""),
    "every operation has servers of its own": operation(f"servers: [{_LIVE[10:-2]}]"),
    "components alone live nowhere": "paths: {}\ncomponents: {schemas: {A: {}}}\n",
    "a webhook lives with the client": "webhooks: {a: {post: {responses: {'200': {description: a}}}}}\n",
    "a host and schemes": _LIVE_2_0 + operation(""),
    "every operation has schemes of its own": f"{HEAD_2_0}host: acme.io\n" + operation("schemes: [https]"),
    "one URL in two lists": _LIVE + operation(f"servers: [{_LIVE[10:-2]}]"),
    "one URL with other variables": (
        "servers: [{url: '/{a}', variables: {a: {default: b}}}, {url: '/{a}', variables: {a: {default: c}}}]\n"
        "paths: {}\n"
    ),
    "hosts that look like examples": (
        "servers: [{url: 'https://myexample.com'}, {url: 'https://example.com.acme.io'}, "
        "{url: 'https://acme.io/example.com'}, {url: 'https://example.io'}]\npaths: {}\n"
    ),
    "hosts that look like the reader's machine": (
        "servers: [{url: 'https://localhost.acme.io'}, {url: 'https://10.127.0.0.1'}, {url: 'https://127.acme.io'}, "
        "{url: /localhost}]\npaths: {}\n"
    ),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_a_fault_is_found_at_its_place(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_DEFAULT) == [f"{position} {expected}"]


@pytest.mark.parametrize(("text", "expected"), STRICT_HITS.values(), ids=STRICT_HITS)
def test_what_a_strict_team_misses_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert findings(plain, profiles=(), rules=_ALL) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_DEFAULT) == []


@pytest.mark.parametrize("text", STRICT_NO_OPS.values(), ids=STRICT_NO_OPS)
def test_what_lacks_nothing_is_left_alone(text: str) -> None:
    assert findings(text, profiles=(), rules=_ALL) == []
