"""Lanes: one run of an operation in a world: what its resolvers are told, and which objects."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.execution.differential.worlds import World


class Lane:
    """One run in a world: the context of its resolvers.

    Args:
        world: where it runs.
        waits: whether what may wait does; nothing does for runs without an event loop.

    Attributes:
        log: each call of a resolver: the field, the parent, the arguments.
        loads: how often each key was loaded, by batch function and arguments.
        calls: how often each batch function was called, by its arguments.
        places: in which selection sets, each of one type, it was asked for anything.
        place: the selection set that a field is resolved in, where that is known.
        unawaited: how many awaitables nobody has awaited.
    """

    def __init__(self, world: "World", *, waits: bool) -> None:
        self.world = world
        self.waits = waits
        self.log: list[tuple[str, str, str]] = []
        self.loads: Counter[tuple[str, str, Any]] = Counter()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.places: defaultdict[tuple[str, str], set[Any]] = defaultdict(set)
        self.place: Any = None
        self.unawaited = 0

    async def pause(self, ticks: int) -> None:
        """Let others run."""
        for _ in range(ticks if self.waits else 0):
            await asyncio.sleep(0)

    async def load(self, batch: Any, key: Any, **arguments: Any) -> Any:
        """Load one key as if there were no others, for graphql-core."""
        name, told = batch.function.__name__, repr(arguments)
        self.loads[name, told, key] += 1
        self.places[name, told].add(self.place)
        await self.pause(1)
        return raised(self.world.batch_failure(name) or self.world.loaded(name, key).make(self))


def raised(value: Any) -> Any:
    """Raise an exception, or answer any other value."""
    if isinstance(value, Exception):
        raise value
    return value


class Node:
    """An object in a run, whose attributes are what its fields come to."""

    def __init__(self, id: int, lane: Lane) -> None:
        self.id = id
        self._lane = lane

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not self._lane.world.knows(name):
            raise AttributeError(f"No {name}.")
        return self._lane.world.attribute(name, self.id).made(self._lane)

    def __repr__(self) -> str:
        return f"{type(self).__name__}:{self.id}"


class O0(Node):
    """An object of the first type."""


class O1(Node):
    """An object of the second type, whose class knows a way of its own to read attributes."""

    @classmethod
    def column_getter(cls, name: str) -> Callable[["O1"], Any]:
        """A function that reads an attribute."""
        return lambda each: getattr(each, name)


class O2(Node):
    """An object of the third type."""


NODES: dict[str, type[Node]] = {"O0": O0, "O1": O1, "O2": O2}
