"""One description a version that uses every object of it, and most fields."""

from __future__ import annotations

from collections.abc import Mapping

from contractctl.contract.versions import Version

_THREE = """\
servers: [{url: "https://{host}/v1", variables: {host: {default: a, enum: [a, b]}}}]
tags: [{name: zoo, externalDocs: {url: "https://example.com"}}]
security: [{key: []}]
paths:
  /animals/{id}:
    summary: Animals
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putAnimal
      tags: [zoo]
      deprecated: true
      parameters:
        - {name: sort, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
        - {$ref: "#/components/parameters/Trace"}
      requestBody:
        required: true
        content:
          text/json: {schema: {$ref: "#/components/schemas/Animal"}, examples: {a: {$ref: "#/components/examples/A"}}}
          multipart/form-data: {schema: {type: object}, encoding: {a: {contentType: image/png}}}
          application/x-www-form-urlencoded: {schema: {type: object}, encoding: {b: {style: form}}}
      responses:
        "200":
          description: Done
          headers: {Etag: {schema: {type: string}, example: a}}
          links: {self: {operationId: putAnimal, parameters: {id: "$request.path.id"}}}
        4XX: {$ref: "#/components/responses/Fault"}
      callbacks:
        done: {"{$request.body#/url}": {post: {responses: {"200": {description: Thanks}}}}}
      security: [{oauth: [read]}, {token: []}, {}]
components:
  parameters:
    Trace: {name: X-Trace, in: header, schema: {type: string}}
  responses:
    Fault: {description: Fault, content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}}
  examples:
    A: {value: {name: a, kind: cat}}
  schemas:
    Animal:
      type: object
      required: [name, kind]
      properties:
        name: {type: string, minLength: 1, pattern: "^a", example: a}
        legs: {type: integer, minimum: 0, multipleOf: 2, default: 4}
        kind: {type: string, enum: [cat, dog]}
      additionalProperties: false
      discriminator: {propertyName: kind, mapping: {cat: Animal}}
      xml: {name: animal, attribute: false}
    Fault: {allOf: [{$ref: "#/components/schemas/Animal"}, {type: object, externalDocs: {url: "https://example.com"}}]}
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header}
    token: {type: http, scheme: bearer, bearerFormat: JWT}
    oauth:
      type: oauth2
      flows:
        implicit: {authorizationUrl: "https://example.com/authorise", scopes: {read: Read}}
        password: {tokenUrl: "https://example.com/token", scopes: {read: Read}}
        clientCredentials: {tokenUrl: "https://example.com/token", refreshUrl: a, scopes: {read: Read}}
        authorizationCode: {authorizationUrl: a, tokenUrl: "https://example.com/token", scopes: {read: Read}}
"""
_INFO = 'info: {title: Zoo, version: "1", contact: {name: Keeper}, license: {name: MIT, url: "https://example.com"}}\n'
_THREE_TWO = """\
openapi: 3.2.0
$self: https://example.com/zoo.yaml
info: {title: Zoo, summary: Animals, version: "1", contact: {name: Keeper}, license: {name: MIT, identifier: MIT}}
servers: [{url: "https://{host}/v1", name: main, variables: {host: {default: a, enum: [a, b]}}}]
tags:
  - {name: zoo, summary: Zoo, kind: nav, externalDocs: {url: "https://example.com"}}
  - {name: cage, parent: zoo}
security: [{key: []}]
paths:
  /animals/{id}:
    summary: Animals
    parameters: [{name: id, in: path, required: true, allowReserved: true, schema: {type: string}}]
    put:
      operationId: putAnimal
      tags: [cage]
      deprecated: true
      parameters:
        - {name: sort, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}, example: {a: 1}}
        - {name: session, in: cookie, style: cookie, schema: {type: string}}
        - {$ref: "#/components/parameters/Trace"}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Animal"}
            examples: {a: {dataValue: {name: a}, serializedValue: '{"name":"a"}'}}
          multipart/form-data:
            schema: {type: object, properties: {a: {type: array, items: {type: string}}}}
            encoding: {a: {contentType: multipart/mixed, itemEncoding: {contentType: image/png}}}
          multipart/mixed:
            prefixEncoding: [{contentType: text/plain, headers: {X-Part: {schema: {type: string}}}}]
            itemEncoding: {contentType: multipart/mixed, encoding: {b: {style: form}}}
      responses:
        "200":
          summary: Done
          headers: {Etag: {schema: {type: string}, example: a}}
          content:
            application/jsonl: {itemSchema: {type: object}}
            application/json: {$ref: "#/components/mediaTypes/Animal"}
          links: {self: {operationId: putAnimal, parameters: {id: "$request.path.id"}, server: {url: /}}}
        4XX: {$ref: "#/components/responses/Fault"}
      callbacks:
        done: {"{$request.body#/url}": {post: {responses: {"200": {description: Thanks}}}}}
      security: [{oauth: [read]}, {token: []}, {}]
    query:
      operationId: queryAnimal
      parameters:
        - {name: all, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses: {"200": {description: Found}}
    additionalOperations:
      COPY: {operationId: copyAnimal, responses: {"201": {description: Copied}}}
components:
  mediaTypes:
    Animal: {schema: {$ref: "#/components/schemas/Animal"}, example: {name: a}}
  parameters:
    Trace: {name: X-Trace, in: header, schema: {type: string}}
  responses:
    Fault: {description: Fault, content: {application/json: {schema: {$ref: "#/components/schemas/Fault"}}}}
  schemas:
    Animal:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1, pattern: "^a", example: a, xml: {nodeType: attribute}}
        legs: {type: integer, minimum: 0, multipleOf: 2, default: 4}
        kind: {type: string, enum: [cat, dog]}
      additionalProperties: false
      discriminator: {propertyName: kind, mapping: {cat: Animal}, defaultMapping: Animal}
    Fault: {allOf: [{$ref: "#/components/schemas/Animal"}, {type: object, externalDocs: {url: "https://example.com"}}]}
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header, deprecated: true}
    token: {type: http, scheme: bearer, bearerFormat: JWT}
    oauth:
      type: oauth2
      oauth2MetadataUrl: https://example.com/metadata
      flows:
        implicit: {authorizationUrl: "https://example.com/authorise", scopes: {read: Read}}
        password: {tokenUrl: "https://example.com/token", scopes: {read: Read}}
        clientCredentials: {tokenUrl: "https://example.com/token", refreshUrl: a, scopes: {read: Read}}
        authorizationCode: {authorizationUrl: a, tokenUrl: "https://example.com/token", scopes: {read: Read}}
        deviceAuthorization: {deviceAuthorizationUrl: a, tokenUrl: "https://example.com/token", scopes: {read: Read}}
"""
_TWO = """\
swagger: "2.0"
info:
  title: Zoo
  version: "1"
  contact: {name: Keeper, email: keeper@example.com}
  license: {name: MIT, url: "https://example.com/license"}
host: example.com:8080
basePath: /v1
schemes: [https, wss]
consumes: [application/json]
produces: [application/json]
externalDocs: {url: "https://example.com/docs", description: More}
tags: [{name: zoo, description: Animals, externalDocs: {url: "https://example.com"}}]
security: [{key: []}]
paths:
  x-owner: zoo
  /animals/{id}:
    parameters: [{name: id, in: path, required: true, type: string, pattern: "^a"}]
    get:
      operationId: getAnimal
      summary: One animal
      tags: [zoo]
      schemes: [https]
      deprecated: true
      parameters:
        - {name: sort, in: query, type: array, items: {type: string}, collectionFormat: multi, allowEmptyValue: true}
        - {name: size, in: query, type: integer, format: int32, minimum: 1, maximum: 9, exclusiveMaximum: true}
        - {name: near, in: header, type: array, items: {type: array, items: {type: number, default: 1}}}
        - {$ref: "#/parameters/Trace"}
      responses:
        "200":
          description: One animal
          schema: {$ref: "#/definitions/Animal"}
          headers: {Etag: {type: string, description: Version}, X-List: {type: array, items: {type: string}}}
          examples: {application/json: {name: a, kind: Animal}}
        "206": {description: A picture, schema: {type: file, title: Picture}}
        default: {$ref: "#/responses/Fault"}
      security: [{oauth: [read]}, {password: [read]}, {machine: [read]}, {code: [read]}, {key: [], basic: []}]
    put:
      operationId: putAnimal
      consumes: [application/json]
      parameters: [{name: animal, in: body, required: true, description: It, schema: {$ref: "#/definitions/Animal"}}]
      responses: {"204": {description: Done}}
    post:
      operationId: sendPicture
      consumes: [multipart/form-data]
      parameters:
        - {name: picture, in: formData, type: file}
        - {name: note, in: formData, type: string, enum: [a, b], default: a, maxLength: 1}
      responses: {"204": {description: Done}}
parameters:
  Trace: {name: X-Trace, in: header, type: string}
responses:
  Fault: {description: Fault, schema: {$ref: "#/definitions/Fault"}}
definitions:
  Animal:
    type: object
    required: [name, kind]
    discriminator: kind
    properties:
      name: {type: string, minLength: 1, pattern: "^a", example: a, readOnly: true}
      legs: {type: integer, minimum: 0, multipleOf: 2, default: 4}
      kind: {type: string, enum: [Animal, Fault], xml: {attribute: true}}
      names: {type: array, items: {type: string}, minItems: 1, uniqueItems: true, xml: {wrapped: true, name: a}}
    additionalProperties: false
  Fault:
    allOf: [{$ref: "#/definitions/Animal"}, {type: object, maxProperties: 9, externalDocs: {url: "https://a.example"}}]
    additionalProperties: {type: string}
securityDefinitions:
  basic: {type: basic, description: Name and password}
  key: {type: apiKey, name: X-Key, in: header}
  oauth: {type: oauth2, flow: implicit, authorizationUrl: "https://example.com", scopes: {read: Read}}
  password: {type: oauth2, flow: password, tokenUrl: "https://example.com", scopes: {read: Read}}
  machine: {type: oauth2, flow: application, tokenUrl: "https://example.com", scopes: {read: Read}}
  code:
    type: oauth2
    flow: accessCode
    authorizationUrl: https://example.com/authorise
    tokenUrl: https://example.com/token
    scopes: {read: Read}
"""

COMPLETE: Mapping[Version, str] = {
    "2.0": _TWO,
    "3.0": "openapi: 3.0.3\n" + _INFO + _THREE,
    "3.1": "openapi: 3.1.1\n" + _INFO + _THREE,
    "3.2": _THREE_TWO,
}
