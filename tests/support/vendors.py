"""Vendors for tests: servers that speak HTTP/1.1 or HTTP/2 and keep what they were asked."""

import asyncio
import json
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import h2.connection
import h2.events
from h2.config import H2Configuration

Reply = tuple[int, dict[str, str], Any]


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes:
        method: like ``POST``.
        path: of the URL.
        headers: by lower-case name.
        body: what JSON or a form held.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Server(ABC):
    """A server on a free port of this machine; an asynchronous context manager.

    Attributes:
        answer: what it says to a request: status, headers and a body for JSON.
        asked: the requests, in order.
        tls: encrypts when set, and then offers the protocol.
        connections: how many were opened.
    """

    answer: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    connections: int = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "localhost", 0, ssl=self.tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://localhost:{port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            await self.converse(reader, writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    def reply(self, method, path, headers, content):
        """Keep a request and say what to answer, with the body as bytes."""
        is_form = headers.get("content-type", "").startswith("application/x-www-form")
        body = dict(parse_qsl(content.decode())) if is_form else json.loads(content or b"null")
        self.asked.append(Asked(method, path, headers, body))
        status, added, answer = self.answer(self.asked[-1])
        return status, added, json.dumps(answer).encode()

    @abstractmethod
    async def converse(self, reader, writer):
        """Talk on a connection until it ends."""


class HttpServer(Server):
    """Speaks HTTP/1.1."""

    async def converse(self, reader, writer):
        while line := (await reader.readline()).decode():
            method, path, _ = line.split()
            headers = {}
            while head := (await reader.readline()).decode().strip():
                name, _, value = head.partition(": ")
                headers[name.lower()] = value
            content = await reader.readexactly(int(headers.get("content-length", 0)))
            status, added, body = self.reply(method, path, headers, content)
            added = {"Content-Length": len(body), **added}
            lines = "".join(f"{name}: {value}\r\n" for name, value in added.items())
            writer.write(f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode() + body)
            await writer.drain()


class Http2Server(Server):
    """Speaks HTTP/2 alone: whoever comes with another protocol is cut off."""

    async def converse(self, reader, writer):
        chosen = writer.get_extra_info("ssl_object")
        if chosen is not None and chosen.selected_alpn_protocol() != "h2":
            return
        talk = h2.connection.H2Connection(H2Configuration(client_side=False))
        talk.initiate_connection()
        writer.write(talk.data_to_send())
        heads, bodies = {}, {}
        while data := await reader.read(65_536):
            for event in talk.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    heads[event.stream_id] = {
                        name.decode(): value.decode() for name, value in event.headers
                    }
                    bodies[event.stream_id] = b""
                if isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    talk.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if isinstance(event, h2.events.StreamEnded):
                    key = event.stream_id
                    self._reply_on(talk, key, heads.pop(key), bodies.pop(key))
            writer.write(talk.data_to_send())
            await writer.drain()

    def _reply_on(self, talk, key, headers, content):
        method, path = headers[":method"], headers[":path"]
        status, added, body = self.reply(method, path, headers, content)
        talk.send_headers(key, [(":status", str(status)), *added.items()])
        talk.send_data(key, body, end_stream=True)
