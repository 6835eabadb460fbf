"""Senders: people who write, and try again until the server says that it is done."""

import asyncio
import random
from collections import Counter
from uuid import uuid4

import httpx

from benchmarks.chaos.endpoints import Endpoints, Failed, client
from benchmarks.chaos.ledger import Ledger, Message, Send
from benchmarks.chaos.people import Person

_SEND = """
mutation($key: String, $conversation: ID!, $text: String!) {
  sendMessage(input: {clientMutationId: $key, conversationId: $conversation, text: $text}) {
    ... on SendMessageSuccess { sentMessage { id text position conversation { id } } }
    ... on Refusal { code message }
  }
}
"""
_PAUSE_SECONDS = 0.3
_LEAVES = 0.03
_LONGEST_TEXT = 2_000


class Refused(Exception):
    """The server refused to send what may be sent: that is no fault that passes."""


class Sender:
    """One device on which somebody writes, one message after the other.

    Args:
        name: of the sender; nobody else has it.
        person: who writes.
        endpoints: where.
        ledger: notes what is sent.
        chances: what is written, where and when.
        pause_seconds: between messages, on the average.

    Attributes:
        failures: why it had to try again, and how often.
    """

    def __init__(
        self,
        name: str,
        person: Person,
        endpoints: Endpoints,
        ledger: Ledger,
        *,
        chances: random.Random,
        pause_seconds: float,
    ) -> None:
        self.failures: Counter[str] = Counter()
        self._name = name
        self._person = person
        self._endpoints = endpoints
        self._ledger = ledger
        self._chances = chances
        self._pause_seconds = pause_seconds
        self._count = 0

    async def run(self, ends: asyncio.Event) -> None:
        """Write until told to end; the last message is still acknowledged.

        Raises:
            Refused: the server does not want a message.
        """
        async with client() as http:
            while not ends.is_set():
                await self._write(http)
                await asyncio.sleep(self._chances.uniform(0, 2 * self._pause_seconds))

    async def _write(self, http: httpx.AsyncClient) -> None:
        self._count += 1
        text = f"{self._name} #{self._count} " + "." * self._chances.randrange(1, _LONGEST_TEXT)
        send = Send(text, self._chances.choice(self._person.conversations), self._name)
        self._ledger.begin(send)
        if self._chances.random() < _LEAVES:
            await self._leave(http, send)
            return
        key = str(uuid4())
        message = await self._try(http, send, key)
        while message is None:
            await asyncio.sleep(self._chances.uniform(0, 2 * _PAUSE_SECONDS))
            message = await self._try(http, send, key)
        self._ledger.acknowledge(message)

    async def _leave(self, http: httpx.AsyncClient, send: Send) -> None:
        """Send, and be gone before it is known what came of it."""
        try:
            async with asyncio.timeout(self._chances.uniform(0, 0.1)):
                await self._try(http, send, str(uuid4()))
        except TimeoutError:
            self.failures["LEFT"] += 1

    async def _try(self, http: httpx.AsyncClient, send: Send, key: str) -> Message | None:
        arguments = {"key": key, "conversation": send.conversation, "text": send.text}
        try:
            answer = await self._endpoints.ask(http, self._person.token, _SEND, **arguments)
        except Failed as failure:
            self.failures[str(failure)] += 1
            return None
        sent = answer["data"]["sendMessage"]
        if "sentMessage" not in sent:
            raise Refused(f"{sent['code']}: {sent['message']}")
        message = sent["sentMessage"]
        return Message(
            message["text"], message["id"], message["conversation"]["id"], message["position"]
        )
