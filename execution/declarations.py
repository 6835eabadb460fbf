"""Batch functions: the one way to reach related rows, declared once, run once for each level."""

import inspect
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_type_hints

from strawberry.dataloader import DataLoader

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]


@dataclass(frozen=True)
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
    """The batch functions of one operation, each called once for all keys of a level.

    Made anew for every operation and every event of a subscription, so that nothing that was
    loaded for one is shown in the next.
    """

    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)

    async def load(self, declared: Batch, context: Any, key: Any, **arguments: Any) -> Any:
        """Load one key through a batch function.

        Args:
            declared: the batch function.
            context: what it gets as its first argument.
            key: hashable.
            arguments: the field's arguments; calls with equal arguments share a batch.
        """
        kind = (declared, *sorted(arguments.items()))
        loader = self._loaders.get(kind)
        if loader is None:
            loader = DataLoader(partial(_distinct, declared.function, context, arguments))
            self._loaders[kind] = loader
        return await loader.load(key)


async def _distinct(
    function: BatchFunction, context: Any, arguments: dict[str, Any], keys: list[Any]
) -> list[Any]:
    return list(await function(context, keys, **arguments))
