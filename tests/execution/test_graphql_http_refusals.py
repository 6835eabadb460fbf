"""GraphQL over HTTP: bodies that are bad, too large or too slow, and requests that are forged."""

import asyncio
import json

import pytest

from execution.limits import HTTPLimits
from tests.execution import sample, serving
from tests.execution.serving import codes

GRAPHQL = "application/graphql-response+json"
HELLO = {"query": "{ hello }"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"query": "{ hello }"',
        b'{"query": "{ hello }"}}',
        b"null",
        b"1",
        b'"{ hello }"',
        b"true",
        b"{}",
        b'{"query": null}',
        b'{"query": 1}',
        b'{"query": {}}',
        b'{"query": ["{ hello }"]}',
        b'{"query": "{ hello }", "operationName": 1}',
        b'{"query": "{ hello }", "operationName": {}}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "variables": 0}',
        b'{"query": "{ hello }", "variables": false}',
        b'{"query": "{ hello }", "extensions": []}',
        b'{"query": "{ hello }", "extensions": "x"}',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ hello }", "variables": {"x": NaN}}',
        b'{"query": "{ hello }", "variables": {"x": 1e999}}',
        b'{"query": "{ hello }", "variables": {"x": ' + b"9" * 5000 + b"}}",
        b'{"query": "{ hello }", "variables": {"x": ' + b"[" * 40 + b"]" * 40 + b"}}",
        b"[" * 100_000,
        b'{"a":' * 30_000,
        b"\x00",
        b"\xef\xbb\xbf{}",
    ],
    ids=lambda body: body[:48].decode("latin-1") + f" ({len(body)})",
)
async def test_a_bad_body_is_a_typed_client_error(client, body):
    for accept in (GRAPHQL, "application/json"):
        response = await client.post(
            "/graphql", content=body, headers={"Content-Type": "application/json", "Accept": accept}
        )
        assert response.status_code == 400
        assert codes(response) == ["BAD_REQUEST"]
    assert sample.log.faults == []


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        GRAPHQL,
    ],
)
async def test_other_content_types_are_unsupported(client, content_type):
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = await client.post("/graphql", content=json.dumps(HELLO), headers=headers)
    assert response.status_code == 415
    assert codes(response) == ["UNSUPPORTED_MEDIA_TYPE"]


async def test_a_compressed_body_is_unsupported(client):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = await client.post("/graphql", content=b"x", headers=headers)
    assert response.status_code == 415


async def test_a_body_that_says_it_is_too_large_is_refused_unread(address):
    head = (
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 99999999999999999999\r\n\r\n{"
    )
    assert (await raw(address, head.replace("99999999999999999999", "300000"))).startswith(
        b"HTTP/1.1 413"
    )


async def test_a_body_that_grows_too_large_is_refused(address):
    head = (
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = "10000\r\n" + " " * 0x10000 + "\r\n"
    assert (await raw(address, head + chunk * 4)).startswith(b"HTTP/1.1 413")


async def test_a_body_at_the_limit_is_read(client):
    text = json.dumps(HELLO)
    response = await client.post(
        "/graphql",
        content=text + " " * (256_000 - len(text)),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 200


async def test_a_body_that_does_not_come_is_not_waited_for():
    async with serving.serving(serving.make_app(limits=HTTPLimits(body_seconds=0.1))) as address:
        head = (
            "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            "Content-Length: 100\r\n\r\n{"
        )
        assert (await raw(address, head)).startswith(b"HTTP/1.1 408")


async def raw(address: str, sent: str) -> bytes:
    """Send bytes and give what the server answers until it closes the connection."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(sent.encode())
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def test_an_accept_header_is_read_as_far_as_honest_ones_go(client):
    for accept, status in ((GRAPHQL + ",a/a" * 10_000, 200), ("a/a," * 10_000 + GRAPHQL, 406)):
        response = await client.post("/graphql", json=HELLO, headers={"Accept": accept})
        assert response.status_code == status


COOKIE = {"Cookie": "session=1"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "https://evil.example"}, True),
        (COOKIE, True),
        (COOKIE | {"Origin": "http://{address}"}, True),
        (COOKIE | {"Origin": "https://friend.example"}, True),
        (COOKIE | {"Origin": "https://friend.example", "Sec-Fetch-Site": "cross-site"}, True),
        (COOKIE | {"Origin": "https://evil.example"}, False),
        (COOKIE | {"Origin": "https://friend.example.evil.example"}, False),
        (COOKIE | {"Origin": "null"}, False),
        (COOKIE | {"Origin": ""}, False),
        (COOKIE | {"Sec-Fetch-Site": "cross-site"}, False),
        (COOKIE | {"Origin": "https://evil.example", "Authorization": "Bearer x"}, True),
        (COOKIE | {"Origin": "https://evil.example", "Authorization": "Basic eDp5"}, False),
    ],
)
async def test_other_sites_may_not_use_the_visitors_cookies(client, address, headers, allowed):
    headers = {name: value.replace("{address}", address) for name, value in headers.items()}
    response = await client.post("/graphql", json=HELLO, headers=headers)
    assert response.status_code == (200 if allowed else 403)
    if not allowed:
        assert codes(response) == ["CSRF"]


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        (COOKIE, False),
        (COOKIE | {"Accept": GRAPHQL}, False),
        (COOKIE | {"Content-Type": "text/plain"}, False),
        (COOKIE | {"Sec-Fetch-Site": "cross-site"}, False),
        (COOKIE | {"Sec-Fetch-Site": "same-origin"}, True),
        (COOKIE | {"X-Sample": "1"}, True),
        (COOKIE | {"Content-Type": "application/json"}, True),
        (COOKIE | {"Authorization": "Bearer x"}, True),
    ],
)
async def test_a_get_with_cookies_needs_what_other_sites_cannot_send(client, headers, allowed):
    response = await client.get("/graphql", params={"query": "{ hello }"}, headers=headers)
    assert response.status_code == (200 if allowed else 403)
    if not allowed:
        assert codes(response) == ["CSRF"]
