"""Batch functions: the one way to reach related rows, declared once, run once for each level."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import NoneType
from typing import Any, TypeVar, get_type_hints

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]

R = TypeVar("R", bound=Callable[..., Any])

_PLAIN = frozenset({NoneType, bool, int, float, str})


@dataclass(frozen=True, eq=False)
class Batch:
    """A function that answers many keys at once, in their order.

    Attributes:
        function: takes the context, the distinct keys, and the field's arguments by keyword.
        arguments: the names and annotations of the field's arguments.
        is_joint: whether it may answer for a company at once; see `joint_batch`.
    """

    function: BatchFunction
    arguments: tuple[inspect.Parameter, ...]
    is_joint: bool = False

    @property
    def name(self) -> str:
        """The function's full name, for messages and metrics."""
        return f"{self.function.__module__}.{self.function.__name__}"


def batch(function: BatchFunction) -> Batch:
    """Declare a batch function: ``async def by_ids(reader, keys, *, ...) -> Sequence``.

    Its keyword-only parameters become arguments of the GraphQL fields that load through it. It must
    not load its own keys: it would wait for itself.
    """
    hints = get_type_hints(function, include_extras=True)
    arguments = tuple(
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    )
    return Batch(function, arguments)


def joint_batch(function: BatchFunction) -> Batch:
    """Declare a batch function that may answer for a whole company, as one event for many does.

    It makes use of who looks only in what it asks of the context, which tells the company for
    whom the answer is another one: the function itself does the same whoever looks.
    """
    return replace(batch(function), is_joint=True)


def joint(resolver: R) -> R:
    """Declare a resolver that takes `info`, and may answer for a whole company all the same.

    Of the context it uses only what is the same whoever looks.
    """
    resolver.is_joint = True  # type: ignore[attr-defined]
    return resolver


class Question:
    """A batch function with the arguments that it gets beside the keys.

    Args:
        batch: the batch function.
        arguments: the field's arguments by keyword.

    Attributes:
        kind: the same for questions that one call can answer.
    """

    __slots__ = ("arguments", "batch", "kind")

    def __init__(self, batch: Batch, arguments: Mapping[str, Any]) -> None:
        self.batch = batch
        self.arguments = arguments
        self.kind = (batch, *((name, _told(arguments[name])) for name in sorted(arguments)))


@dataclass
class Loaders:
    """What the batch functions of one operation have answered, each key asked for once.

    Made anew for every operation and every event of a subscription, so that nothing that was
    loaded for one is shown in the next.
    """

    _loaders: dict[Hashable, "_Loader"] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget what was loaded, as after a change; nothing may be on its way."""
        self._loaders.clear()

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

    def load_many(
        self, declared: Batch, context: Any, keys: Sequence[Any], arguments: Mapping[str, Any]
    ) -> Awaitable[list[Any]]:
        """Load many keys through a batch function; see `answers`."""
        return self.answers(Question(declared, arguments), context, keys)

    def answers(
        self, question: Question, context: Any, keys: Sequence[Any]
    ) -> Awaitable[list[Any]]:
        """Load what a batch function answers to a question about many keys.

        Args:
            question: which function, with which arguments.
            context: what it gets as its first argument.
            keys: hashable; they may repeat.

        Returns:
            One value for each key; an exception where the batch function answered or raised one,
            or did not answer one value for each key.
        """
        company = getattr(context, "company", None)
        if company is not None and not question.batch.is_joint:
            company.part()
        loader = self._loaders.get(question.kind)
        if loader is None:
            loader = self._loaders[question.kind] = _Loader(question)
        return loader.load(context, keys)


def _told(argument: Any) -> Hashable:
    """What tells an argument from others, lists and input objects too."""
    if type(argument) in _PLAIN:
        return type(argument), argument  # for True is not 1
    if isinstance(argument, list | tuple):
        return (type(argument), *map(_told, argument))
    members = argument
    if is_dataclass(argument):
        members = {each.name: getattr(argument, each.name) for each in fields(argument)}
    if isinstance(members, dict):
        return (type(argument), *((name, _told(value)) for name, value in members.items()))
    return type(argument), argument


class _Loader:
    """One batch function with its arguments in one operation.

    It is told the context, which has it, rather than knows it: as long as neither refers to the
    other in a circle, both and all rows are freed when the operation ends, without the garbage
    collector.

    Whoever wants the first key of a batch runs it, a round of the event loop later: what is wanted
    until then is in it. The others wait; no task is made.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._known: dict[Any, Any] = {}
        self._gathering: _Gathering | None = None
        self._under_way: list[_Gathering] = []

    async def load(self, context: Any, keys: Sequence[Any]) -> list[Any]:
        known = self._known
        try:
            distinct = dict.fromkeys(keys)
        except TypeError as error:  # one has no hash
            return [error] * len(keys)
        # Again when who ran a batch was cancelled on the way.
        while missing := [key for key in distinct if key not in known]:
            if self._under_way:
                await self._bring(context, missing)
            else:
                await self._run(context, missing)
        return [known[key] for key in keys]

    async def _bring(self, context: Any, missing: list[Any]) -> None:
        """Wait for those who are bringing some of the keys, and run what is left."""
        waiting_for = []
        for gathering in self._under_way:
            rest = [key for key in missing if key not in gathering.keys]
            if len(rest) < len(missing):
                waiting_for.append(gathering)
                missing = rest
        if missing and (present := self._gathering) is not None:
            present.keys.update(dict.fromkeys(missing))
            waiting_for.append(present)
        elif missing:
            await self._run(context, missing)
        for gathering in waiting_for:
            await gathering.wait()

    async def _run(self, context: Any, missing: list[Any]) -> None:
        gathering = self._gathering = _Gathering(missing)
        self._under_way.append(gathering)
        try:
            await asyncio.sleep(0)
            self._gathering = None
            keys = list(gathering.keys)
            self._known.update(zip(keys, await self._values(context, keys), strict=True))
        finally:
            if self._gathering is gathering:
                self._gathering = None
            self._under_way.remove(gathering)
            gathering.end()

    async def _values(self, context: Any, keys: list[Any]) -> Sequence[Any]:
        function = self._question.batch.function
        try:
            values = await function(context, keys, **self._question.arguments)
            check_number(function, values, keys)
        except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
            return [error] * len(keys)
        return values


def check_number(function: Callable[..., Any], values: Sequence[Any], asked: Sequence[Any]) -> None:
    """Make sure that a function answered one value for each thing it was asked about.

    Raises:
        TypeError: it did not.
    """
    if len(values) != len(asked):
        name = f"{function.__module__}.{function.__name__}"
        raise TypeError(f"{name} answered {len(values)} values for {len(asked)} keys.")


class _Gathering:
    """The keys of one batch, and who waits for it besides the one who runs it.

    Attributes:
        keys: each once, in the order in which they were wanted.
    """

    def __init__(self, keys: Iterable[Any]) -> None:
        self.keys: dict[Any, None] = dict.fromkeys(keys)
        self._waiting: list[asyncio.Future[None]] = []
        self._ended = False

    async def wait(self) -> None:
        """Wait for the end of the batch, whatever came of it."""
        if not self._ended:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting

    def end(self) -> None:
        """Let go who waits."""
        self._ended = True
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
