"""Which statements something runs."""

from collections.abc import Awaitable
from typing import Any

from persistence.statements import executed


async def statements_of(running: Awaitable[Any]) -> list[str]:
    """Run something in this task and give the texts of the statements that it ran."""
    texts: list[str] = []
    token = executed.set(texts)
    try:
        await running
    finally:
        executed.reset(token)
    return texts
