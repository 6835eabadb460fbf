"""Batch functions: the one way to reach related rows, declared once, run once for each level."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from typing import Any, get_type_hints

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]


@dataclass(frozen=True, eq=False)
class Batch:
    """A function that answers many keys at once, in their order.

    Attributes:
        function: takes the context, the distinct keys, and the field's arguments by keyword.
        arguments: the names and annotations of the field's arguments.
    """

    function: BatchFunction
    arguments: tuple[inspect.Parameter, ...]

    @property
    def name(self) -> str:
        """The function's full name, for messages and metrics."""
        return f"{self.function.__module__}.{self.function.__name__}"


def batch(function: BatchFunction) -> Batch:
    """Declare a batch function: ``async def by_ids(reader, keys, *, ...) -> Sequence``.

    Its keyword-only parameters become arguments of the GraphQL fields that load through it.
    """
    hints = get_type_hints(function, include_extras=True)
    arguments = tuple(
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    )
    return Batch(function, arguments)


@dataclass
class Loaders:
    """What the batch functions of one operation have answered, each key asked for once.

    Made anew for every operation and every event of a subscription, so that nothing that was
    loaded for one is shown in the next.
    """

    _loaders: dict[Hashable, "_Loader"] = field(default_factory=dict)

    async def load(self, declared: Batch, context: Any, key: Any, **arguments: Any) -> Any:
        """Load one key through a batch function, together with others that are wanted now.

        Args:
            declared: the batch function.
            context: what it gets as its first argument.
            key: hashable.
            arguments: the field's arguments; calls with equal arguments share a batch.
        """
        (value,) = await self.load_many(declared, context, (key,), arguments)
        if isinstance(value, Exception):
            raise value
        return value

    async def load_many(
        self, declared: Batch, context: Any, keys: Sequence[Any], arguments: Mapping[str, Any]
    ) -> list[Any]:
        """Load many keys through a batch function.

        Args:
            declared: the batch function.
            context: what it gets as its first argument.
            keys: hashable; they may repeat.
            arguments: the field's arguments by keyword.

        Returns:
            One value for each key; an exception where the batch function answered one.

        Raises:
            Exception: what the batch function raises.
            TypeError: it does not answer one value for each key.
        """
        kind = (declared, *((name, _told(arguments[name])) for name in sorted(arguments)))
        loader = self._loaders.get(kind)
        if loader is None:
            loader = self._loaders[kind] = _Loader(declared, context, dict(arguments))
        return await loader.load(keys)


def _told(argument: Any) -> Hashable:
    """What tells an argument from others, lists and input objects too."""
    if isinstance(argument, list | tuple):
        return (type(argument), *map(_told, argument))
    members = vars(argument) if is_dataclass(argument) else argument
    if isinstance(members, dict):
        return (type(argument), *((name, _told(value)) for name, value in members.items()))
    return type(argument), argument  # for True is not 1


class _Loader:
    """One batch function with its arguments in one operation."""

    def __init__(self, declared: Batch, context: Any, arguments: dict[str, Any]) -> None:
        self._declared = declared
        self._context = context
        self._arguments = arguments
        self._known: dict[Any, Any] = {}
        self._batches: dict[Any, asyncio.Task[None]] = {}
        self._gathering: tuple[list[Any], asyncio.Task[None]] | None = None

    async def load(self, keys: Sequence[Any]) -> list[Any]:
        known = self._known
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        for batch in {self._batch_with(key) for key in missing}:
            # Who stops waiting does not stop the batch for the others.
            await asyncio.shield(batch)
        return [known[key] for key in keys]

    def _batch_with(self, key: Any) -> "asyncio.Task[None]":
        batch = self._batches.get(key)
        if batch is None:
            if self._gathering is None:
                wanted: list[Any] = []
                task = asyncio.get_running_loop().create_task(self._run(wanted))
                self._gathering = (wanted, task)
            wanted, batch = self._gathering
            wanted.append(key)
            self._batches[key] = batch
        return batch

    async def _run(self, wanted: list[Any]) -> None:
        # It begins in the loop's next round: what is wanted until then is in this batch.
        self._gathering = None
        values = await self._declared.function(self._context, wanted, **self._arguments)
        if len(values) != len(wanted):
            raise TypeError(
                f"{self._declared.name} answered {len(values)} values for {len(wanted)} keys."
            )
        self._known.update(zip(wanted, values, strict=True))
