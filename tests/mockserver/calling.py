"""A contract whose mock calls others, and how it is asked what became of it."""

from __future__ import annotations

import json
from typing import Any

from tests.mockserver.serving import Served

CONTRACT = """\
openapi: 3.1.0
info: {title: Streams, version: '1'}
servers: [{url: 'http://localhost/v1'}]
components:
  schemas:
    Event:
      type: object
      required: [id]
      properties: {id: {type: integer, readOnly: true}, secret: {type: string, writeOnly: true}}
paths:
  /streams/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    post:
      parameters: [{name: back, in: query, schema: {type: string}}]
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {url: {type: string}, event: {type: string}}}}
          application/x-www-form-urlencoded: {schema: {type: object, properties: {url: {type: string}}}}
      security: [{}]
      callbacks:
        data:
          '{$request.body#/url}?event={$request.body#/event}&of={$request.path.name}':
            post:
              parameters:
                - {name: X-Kind, in: header, required: true, schema: {type: string}, example: data}
                - {name: X-Optional, in: header, schema: {type: string}}
                - {name: page size, in: query, required: true, schema: {type: integer}, example: 5}
              requestBody:
                content:
                  application/xml: {example: <event/>}
                  application/json: {schema: {$ref: '#/components/schemas/Event'}, example: {id: 7}}
              responses: {'204': {description: taken}, 4XX: {description: refused}}
        whole:
          $request.body#/whole:
            put:
              requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Event'}}}}
              responses: {'200': {description: taken}}
        told:
          '{$request.query.back}/{$response.body#/id}/{$statusCode}':
            get: {responses: {default: {description: any}}}
      responses:
        '201': {description: made, content: {application/json: {example: {id: a/b}}}}
        '404': {description: none}
  /chain:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      callbacks: {again: {'http://{$request.header.host}/v1/chain': {post: {responses: {'204': {description: ok}}}}}}
      responses: {'204': {description: chained}}
webhooks:
  newPet:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [name], properties: {name: {type: string}}}
            examples: {cat: {value: {name: Tom}}, dog: {value: {name: Rex}}}
      responses: {'200': {description: taken}}
  ping:
    get: {responses: {'204': {description: alive}}}
    put: {responses: {'204': {description: alive}}}
"""


def ask(mock: Served, method: str, target: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Send a request and return status and JSON of the answer."""
    data = body if isinstance(body, str) or body is None else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    usual = {} if data is None else {"Content-Type": "application/json"}
    reply = mock.ask(method, target, data, {**usual, **named})
    return reply.status, reply.json()


def settled(mock: Served) -> list[dict[str, Any]]:
    """Return the log once nothing is under way any more, without what differs from run to run."""
    for _ in range(20_000):
        status, log = ask(mock, "GET", "/__mock/deliveries")
        assert status == 200
        if not log["waiting"]:
            return [{key: value for key, value in one.items() if key not in _VARYING} for one in log["deliveries"]]
    raise AssertionError("it waits for ever")


_VARYING = {"id", "time", "milliseconds"}
