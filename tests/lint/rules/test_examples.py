"""Rules about formats, values of enums, and examples that are written as text."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractctl.core.json import Json
from contractctl.lint.examples.formats import violates
from contractctl.lint.rules import examples
from tests.lint.cases import HEAD_2_0, HEAD_3_2, findings, operation, pointed, schema

_CODES = {rule.code for rule in examples.RULES}


def _told(text: str) -> list[str]:
    return [line for line in findings(text) if line.split()[1].rstrip(":") in _CODES]


def _query(body: str) -> str:
    return operation(f"parameters: [{{name: a, in: query, {body}}}]")


def _body(media: str, *, kind: str = "application/json") -> str:
    return HEAD_3_2 + operation(f"requestBody: {{content: {{{kind}: {media}}}}}", method="post")


_FORMAT = "example-format-invalid: example is not of its format: "
_SERIALIZED = "parameter-example-serialized: example is written as it travels, not as the value: "
HITS = {
    "a date and time without an offset": (
        schema("{type: string, format: date-time, example: »'2020-01-01T00:00:00'}"),
        (
            f'{_FORMAT}it is "2020-01-01T00:00:00", not a date and time of RFC 3339 such as 2024-05-31T13:45:00Z, '
            "with an offset"
        ),
    ),
    "a default that is no UUID": (
        schema("{type: string, format: uuid, default: »pet}"),
        (
            'example-format-invalid: default is not of its format: it is "pet", not a UUID such as '
            "123e4567-e89b-12d3-a456-426614174000"
        ),
    ),
    "a number that does not fit in 32 bits": (
        schema("{type: integer, format: int32, example: »3000000000}"),
        f"{_FORMAT}it is 3000000000, not a whole number from -2147483648 to 2147483647",
    ),
    "a format deep inside of an example, behind a reference": (
        (
            "paths: {}\ncomponents: {schemas: {Day: {type: string, format: date}, "
            "Pet: {properties: {born: {items: {$ref: '#/components/schemas/Day'}}}, "
            "example: {born: [2024-02-29, »2023-02-29]}}}}"
        ),
        f'{_FORMAT}`born.1` is "2023-02-29", not a date such as 2024-05-31',
    ),
    "a format of every alternative": (
        schema("{anyOf: [{type: string, format: date}, {type: integer}], example: »soon}"),
        f'{_FORMAT}it is "soon", not a date such as 2024-05-31',
    ),
    "a value of an enum that its bound refuses": (
        schema("{type: integer, maximum: 100, enum: [10, »500]}"),
        "enum-value-invalid: value of `enum` can never be used: it is 500, over the maximum of 100",
    ),
    "a value of an enum that another schema refuses": (
        schema("{type: string, enum: [a, »b], allOf: [{enum: [a, c]}]}"),
        'enum-value-invalid: value of `enum` can never be used: it is "b", not one of "a", "c"',
    ),
    "a value of an enum of Swagger 2.0": (
        (
            HEAD_2_0 + "paths: {/a: {get: {operationId: a, parameters: [{name: b, in: query, type: string, "
            "pattern: '^a', enum: [a, »b]}], responses: {'200': {description: a}}}}}"
        ),
        'enum-value-invalid: value of `enum` can never be used: it is "b", which does not match `^a`',
    ),
    "a list with commas": (
        _query("schema: {type: array, items: {type: string}}, example: »'a,b'"),
        f'{_SERIALIZED}"a,b"',
    ),
    "a list of one": (_query("schema: {type: array, items: {type: string}}, example: »a"), f'{_SERIALIZED}"a"'),
    "a list of numbers": (
        _query("schema: {type: array, items: {type: integer}}, example: »'1,2'"),
        f'{_SERIALIZED}"1,2"',
    ),
    "a list with pipes": (
        _query("style: pipeDelimited, explode: false, schema: {type: array, minItems: 2}, example: »a|b"),
        f'{_SERIALIZED}"a|b"',
    ),
    "a list as pairs": (
        _query("schema: {type: array, items: {type: integer}}, example: »a=1&a=2"),
        f'{_SERIALIZED}"a=1&a=2"',
    ),
    "an object as pairs": (
        _query("schema: {type: object, required: [b], properties: {b: {type: integer}}}, example: »b=1&c=2"),
        f'{_SERIALIZED}"b=1&c=2"',
    ),
    "an object with commas": (
        _query("explode: false, schema: {type: object, required: [b]}, example: »'b,1'"),
        f'{_SERIALIZED}"b,1"',
    ),
    "a number in quotes": (_query("schema: {type: integer}, example: »'12'"), f'{_SERIALIZED}"12"'),
    "a number in quotes that is out of bounds is just wrong": (
        _query("schema: {type: integer, maximum: 3}, example: »'12'"),
        "example-invalid: example does not match its schema: it is a string, not a whole number",
    ),
    "a list as JSON is just wrong": (
        _query("schema: {type: array}, example: »'[1]'"),
        "example-invalid: example does not match its schema: it is a string that holds JSON, not a list",
    ),
    "the text of a schema's own example is just wrong": (
        schema("{type: array, example: »'a,b'}"),
        "example-invalid: example does not match its schema: it is a string, not a list",
    ),
    "a serialised value that is no JSON": (
        _body("{schema: {type: array}, examples: {a: {serializedValue: »'[1'}}}"),
        "example-serialized-invalid: `serializedValue` of example `a` is no JSON",
    ),
    "a number that JSON does not have": (
        _body("{schema: {type: number}, examples: {a: {serializedValue: »NaN}}}"),
        "example-serialized-invalid: `serializedValue` of example `a` is no JSON",
    ),
    "a serialised value that is no JSON beside a value": (
        _body("{schema: {type: array}, examples: {a: {dataValue: [1], serializedValue: »'[1'}}}"),
        "example-serialized-invalid: `serializedValue` of example `a` is no JSON",
    ),
    "a serialised value that is another one": (
        _body("{examples: {a: {dataValue: {b: [true]}, serializedValue: »'{\"b\": [1]}'}}}", kind="a/b+json"),
        "example-serialized-invalid: `serializedValue` of example `a` is another value than `dataValue`",
    ),
}

NO_OPS = {
    "a format that nobody knows": schema("{type: string, format: mood, example: glad}"),
    "a format beside a value of another type": schema("{type: [integer, string], format: date, example: 1}"),
    "one of several formats": schema(
        "{type: string, anyOf: [{format: date}, {format: uuid}], example: 123e4567-e89b-12d3-a456-426614174000}"
    ),
    "a string for a whole number of 64 bits": schema("{type: string, format: int64, example: '12'}"),
    "a fraction beside a format of whole numbers": schema("{type: number, format: int32, example: 3000000000.5}"),
    "a format of a parameter's text that is met": _query("schema: {type: string, format: date}, example: 2024-05-31"),
    "an enum within its bounds": schema("{type: integer, maximum: 100, enum: [10, 100]}"),
    "an enum of dates that are none": schema("{type: string, format: date, enum: [soon, late]}"),
    "null in an enum with a length": schema("{type: [string, 'null'], minLength: 1, enum: [a, null]}"),
    "a list as a list": _query("schema: {type: array, items: {type: string}}, example: [a, b]"),
    "a string with commas": _query("schema: {type: string}, example: 'a,b'"),
    "a serialised value that is the value": _body(
        '{schema: {type: object}, examples: {a: {dataValue: {b: 1, c: [2]}, serializedValue: \'{"c":[2], "b":1.0}\'}}}'
    ),
    "a serialised value of XML": _body(
        "{schema: {type: object}, examples: {a: {dataValue: {b: 1}, serializedValue: <b>1</b>}}}",
        kind="application/xml",
    ),
    "a serialised parameter": HEAD_3_2
    + _query("schema: {type: array}, examples: {b: {dataValue: [a, b], serializedValue: 'a=a&a=b'}}"),
    "a field that OpenAPI 3.1 does not have": operation(
        "requestBody: {content: {application/json: {schema: {}, examples: {a: {value: 1, x-serializedValue: '['}}}}}",
        method="post",
    ),
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS)
def test_what_is_told(text: str, expected: str) -> None:
    plain, position = pointed(text)
    assert _told(plain) == [f"{position} {expected}"]


@pytest.mark.parametrize("text", NO_OPS.values(), ids=NO_OPS)
def test_what_is_left_alone(text: str) -> None:
    assert _told(text) == []


def test_a_format_is_told_beside_what_else_is_wrong() -> None:
    text = schema("{properties: {a: {type: string, format: date}, b: {type: string}}, example: {a: soon, b: 1}}")
    assert [line.partition(": ")[2] for line in _told(text)] == [
        'example is not of its format: `a` is "soon", not a date such as 2024-05-31',
        "example does not match its schema: `b` is a number, not a string",
    ]


_WRONG: dict[str, tuple[Json, ...]] = {
    "date-time": (
        *("2020-01-01T00:00:00", "2020-01-01", "2020-01-01T00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:00:00+0100"),
        *("2020-02-30T00:00:00Z", "2020-01-01T00:00:60Z", "2020-01-01T23:59:60+01:00", "2020-01-01T00:00:00.Z", ""),
        *("2020-01-01T00:00:00+24:00", "Tue, 24 Sep 2019 22:16:41 GMT", "1472688000", "2020-01-01T00:00:00Z\n"),
    ),
    "date": ("2023-02-29", "2023-2-1", "2023-13-01", "2023-00-10", "01/02/2023", "2024-01-01T00:00:00Z", "2024-01-01Z"),
    "time": ("10:00:00", "10:00Z", "25:00:00Z", "10:60:00Z", "10:00:61Z", "T10:00:00Z"),
    "date-time-local": ("2020-01-01T00:00:00Z", "2020-01-01"),
    "time-local": ("10:00:00Z", "10:00"),
    "duration": ("P", "PT", "P1DT", "7.00:00:00", "1D", "P1W2D", "P1S"),
    "uuid": ("", "pet", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400", "{uuid}"),
    "ipv4": ("1.2.3", "1.2.3.256", "01.2.3.4", "10.0.0.0/8", "::1", "1.2.3.4:80"),
    "ipv6": ("1.2.3.4", "::1%eth0", ":::", "12345::", "2001:db8::/32"),
    "hostname": ("", "a_b.c", "-a.b", "a-.b", "*.a", "a.b:80", "http://a", "a..b", "a" * 64, ".".join(["a" * 60] * 5)),
    "email": (
        "tom",
        "@a.b",
        "tom@",
        "a b@c.d",
        ".a@b.c",
        "a..b@c.d",
        "a@b@c",
        "a@b_c.d",
        "Tom <a@b.c>",
        "a" * 65 + "@b",
    ),
    "uri": (
        "",
        "/pets",
        "pets",
        "https://a.b/{id}",
        "https://a.b/c d",
        "https://a/%zz",
        "http://[::1",
        "a:b#c#d",
        "é:a",
    ),
    "uri-reference": ("/pets/{id}", "a b", "1:2", "//[x]y/", "/[a]"),
    "byte": ("a", "abcde", "a b!", "=abc", "aGVsbG8===", "data:;base64,aGk="),
    "json-pointer": ("a", "/~2", "#/a"),
    "int32": (2**31, -(2**31) - 1),
    "int64": (2**63, -(2**63) - 1),
}
_RIGHT: dict[str, tuple[Json, ...]] = {
    "date-time": (
        *(
            "2020-01-01T00:00:00Z",
            "2020-02-29t23:59:59.123456789z",
            "2020-01-01T00:00:00-23:59",
            "2016-12-31T23:59:60Z",
        ),
        *("2017-01-01T00:59:60+01:00", "2020-01-01 00:00:00Z", "0000-01-01T00:00:00Z", 1, None, True),
    ),
    "date": ("2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"),
    "time": ("10:00:00Z", "10:00:00.5+00:00", "23:59:60Z"),
    "date-time-local": ("2020-01-01T00:00:00", "2020-01-01 00:00:00.5"),
    "time-local": ("10:00:00", "10:00:00.5"),
    "duration": ("P3DT12H", "P1W", "PT1M", "P1Y2M", "PT0.5S", "P1DT1S"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"),
    "ipv4": ("0.0.0.0", "255.255.255.255", "192.0.2.1"),
    "ipv6": ("::", "::1", "2001:db8::1", "::ffff:192.0.2.1"),
    "hostname": ("localhost", "a-b.example", "1.example.", "xn--bcher-kva.example"),
    "email": ("a@b", "tom.cat+x@example.com", '"a b"@c.d', "a@[192.0.2.1]", "a@[IPv6:::1]", "josé@exämple.com"),
    "uri": (
        *("https://a.b", "https://a.b/c?d=e&f[]=%20#g", "mailto:a@b.c", "urn:a:b", "http://[::1]:80/", "file:///a"),
        *("https://user:word@a.b:8080/", "a+b-c.d:e", "http://_a/", "https://a.b/c?d=[e]"),
    ),
    "uri-reference": ("", "/pets", "../a", "?a", "#a", "//a/b", "https://a.b", "a/b:c"),
    "byte": ("", "aGVsbG8=", "aGVsbG8", "aGVs\nbG8=", "-_-_"),
    "json-pointer": ("", "/", "/a~0b~1c", "/a/0"),
    "int32": (2**31 - 1, -(2**31), 3000000000.5, "3000000000"),
    "int64": (2**63 - 1, -(2**63)),
    "mood": ("glad", 1),
}


@pytest.mark.parametrize(("form", "value"), [(form, value) for form, values in _WRONG.items() for value in values])
def test_a_value_that_is_not_of_a_format(form: str, value: Json) -> None:
    assert violates(form, value)


@pytest.mark.parametrize(("form", "value"), [(form, value) for form, values in _RIGHT.items() for value in values])
def test_a_value_that_may_be_of_a_format(form: str, value: Json) -> None:
    assert not violates(form, value)


_ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(when=st.datetimes(timezones=_ZONES | st.just(UTC)))
def test_every_moment_is_a_date_and_time(when: datetime) -> None:
    assert not violates("date-time", when.isoformat())
    assert not violates("time", when.timetz().isoformat())
    assert violates("date-time", when.replace(tzinfo=None).isoformat())


@given(day=st.dates(), moment=st.times())
def test_every_day_is_a_date_and_every_time_a_local_one(day: date, moment: time) -> None:
    assert not violates("date", day.isoformat())
    assert not violates("time-local", moment.isoformat())


@given(uuid=st.uuids(), ipv4=st.ip_addresses(v=4), ipv6=st.ip_addresses(v=6), data=st.binary(), email=st.emails())
def test_what_others_make_of_a_format_is_of_it(
    uuid: UUID, ipv4: IPv4Address, ipv6: IPv6Address, data: bytes, email: str
) -> None:
    assert not violates("uuid", str(uuid))
    assert not violates("ipv4", str(ipv4))
    assert not violates("ipv6", str(ipv6))
    assert not violates("byte", base64.b64encode(data).decode())
    assert not violates("byte", base64.urlsafe_b64encode(data).decode())
    assert not violates("email", email)


@given(form=st.sampled_from(sorted(_RIGHT)), value=st.none() | st.booleans() | st.floats() | st.integers() | st.text())
def test_any_value_is_judged(form: str, value: Json) -> None:
    assert violates(form, value) in {True, False}
