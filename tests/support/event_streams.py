"""A client's side of Server-Sent Events, read as the HTML standard says."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        kind: `next` or `complete`.
        data: its text.
        id: where a stream goes on after it.
    """

    kind: str
    data: str
    id: str | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The data, read."""
        result: dict[str, Any] = json.loads(self.data)
        return result


class EventSource:
    """Reads the events of a response, and passes over comments."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
                elif "data" in fields:
                    return Event(fields["event"], fields["data"], fields.get("id"))
                else:
                    fields.clear()
        raise StopAsyncIteration

    async def next(self) -> Event:
        """The next event, of a stream that has one."""
        return await anext(self)
