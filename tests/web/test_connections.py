"""Connections: each answer goes out by one call, complete and in order, whoever ends it."""

import asyncio

import pytest

from commands.serving import OPTIONS
from tests.execution.serving import serving
from web.connections import Gathering

HEAD = {"type": "http.response.start", "status": 200}


def body(data, *, more=False):
    return {"type": "http.response.body", "body": data, "more_body": more}


async def answering(scope, receive, send):
    """Answer in the way that the path names."""
    if scope["path"] == "/whole":
        await send({**HEAD, "headers": [(b"content-length", b"4")]})
        await send(body(b"here"))
    elif scope["path"] == "/parts":
        await send({**HEAD, "headers": []})
        await send(body(b"one", more=True))
        await asyncio.sleep(0.05)
        await send(body(b"two", more=True))
        await send(body(b""))
    elif scope["path"] == "/large":
        await send({**HEAD, "headers": [(b"content-length", b"%d" % 3_000_000)]})
        await send(body(b"x" * 3_000_000))
    elif scope["path"] == "/endless":
        await send({**HEAD, "headers": []})
        for _ in range(200):
            scope["state"]["sent"] = scope["state"].get("sent", 0) + 1
            await send(body(b"x" * 1_000_000, more=True))


@pytest.fixture
def calls(monkeypatch):
    """The bytes of each call by which the server sends."""
    sent = []
    send = Gathering._send

    def counted(self):
        sent.append(b"".join(self._held))
        send(self)

    monkeypatch.setattr(Gathering, "_send", counted)
    return sent


async def ask(reader, writer, path, *, close=False):
    """Ask, and read the answer: its head, and what comes after it as far as it says."""
    ending = "Connection: close\r\n" if close else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{ending}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [
        line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"content-length")
    ]
    return head, await reader.readexactly(int(lengths[0])) if lengths else b""


async def test_head_and_body_go_out_by_one_call_on_a_connection_that_stays(calls):
    async with serving(answering, http=OPTIONS["http"]) as address, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(*address.split(":"))
        for _ in range(3):
            assert (await ask(reader, writer, "/whole"))[1] == b"here"
        writer.close()
    answers = [call for call in calls if call]
    assert len(answers) == 3
    assert all(call.startswith(b"HTTP/1.1 200") and call.endswith(b"here") for call in answers)


async def test_what_comes_later_does_not_wait_for_the_rest(calls):
    async with serving(answering, http=OPTIONS["http"]) as address, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(*address.split(":"))
        await ask(reader, writer, "/parts")
        assert await reader.readuntil(b"one\r\n") == b"3\r\none\r\n"
        assert await reader.readuntil(b"0\r\n\r\n") == b"3\r\ntwo\r\n0\r\n\r\n"
        writer.close()
    assert [call[-5:] for call in calls if call] == [b"one\r\n", b"0\r\n\r\n"]


@pytest.mark.parametrize("path", ["/whole", "/large"])
async def test_a_connection_that_ends_with_its_answer_gives_all_of_it(path):
    async with serving(answering, http=OPTIONS["http"]) as address, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(*address.split(":"))
        _, content = await ask(reader, writer, path, close=True)
        assert content == (b"here" if path == "/whole" else b"x" * 3_000_000)
        assert await reader.read() == b""
        writer.close()


async def test_many_questions_at_once_are_answered_in_their_order():
    async with serving(answering, http=OPTIONS["http"]) as address, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(*address.split(":"))
        writer.write(b"GET /whole HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        for _ in range(50):
            assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200 OK\r\n")
        writer.close()


async def test_nothing_is_sent_where_nobody_is_any_more():
    async with serving(answering, http=OPTIONS["http"]) as address, asyncio.timeout(20):
        for _ in range(20):
            _, writer = await asyncio.open_connection(*address.split(":"))
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            writer.transport.abort()
        reader, writer = await asyncio.open_connection(*address.split(":"))
        assert (await ask(reader, writer, "/whole"))[1] == b"here"
        writer.close()


async def test_who_does_not_read_is_sent_no_more_until_they_do():
    scopes = []

    async def endless(scope, receive, send):
        scopes.append(scope)
        await answering(scope, receive, send)

    async with serving(endless, http=OPTIONS["http"]) as address, asyncio.timeout(20):
        _, writer = await asyncio.open_connection(*address.split(":"), limit=1_000)
        writer.write(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.5)
        assert 0 < scopes[0]["state"]["sent"] < 20  # what the system holds for both
        writer.transport.abort()
