"""Worlds: what every field of every object comes to, drawn when it is first asked for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    is_abstract_type,
    is_leaf_type,
)

from tests.execution.differential.choices import Choices
from tests.execution.differential.leaves import GOOD, NEARLY, ODD


class Lane:
    """One run in a world: the context of its resolvers.

    Args:
        world: where it runs.
        waits: whether what may wait does; nothing does for runs without an event loop.

    Attributes:
        log: each call of a resolver: the field, the parent, the arguments.
        loads: how often each key was loaded, by batch function and arguments.
        calls: how often each batch function was called, by its arguments.
        unawaited: how many awaitables nobody has awaited.
    """

    def __init__(self, world: "World", *, waits: bool) -> None:
        self.world = world
        self.waits = waits
        self.log: list[tuple[str, str, str]] = []
        self.loads: Counter[tuple[str, str, Any]] = Counter()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.unawaited = 0

    async def pause(self, ticks: int) -> None:
        """Let others run."""
        for _ in range(ticks if self.waits else 0):
            await asyncio.sleep(0)

    async def load(self, batch: Any, key: Any, **arguments: Any) -> Any:
        """Load one key as if there were no others, for graphql-core."""
        name = batch.function.__name__
        self.loads[name, repr(arguments), key] += 1
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


class Recipe:
    """What something comes to, made anew for each run."""

    def make(self, lane: Lane) -> Any:
        """Make it; an exception stands for itself."""
        raise NotImplementedError

    def made(self, lane: Lane) -> Any:
        """Make it, and raise it when it is to be raised."""
        return self.make(lane)


@dataclass(frozen=True)
class Plain(Recipe):
    """A value."""

    value: Any

    def make(self, lane: Lane) -> Any:
        """Make it; see `Recipe.make`."""
        return self.value


@dataclass(frozen=True)
class Failure(Recipe):
    """An exception, raised or answered."""

    kind: str
    answered: bool = False

    def make(self, lane: Lane) -> Exception:
        """Make it; see `Recipe.make`."""
        match self.kind:
            case "value":
                return ValueError("A bad value.")
            case "graphql":
                return GraphQLError("Refused.", extensions={"code": "REFUSED", "why": [1]})
            case "located":
                return GraphQLError("Elsewhere.", path=["else", 1, "where"])
            case "attribute":
                return AttributeError("no such attribute")
            case _:
                return KeyError("key")

    def made(self, lane: Lane) -> Any:
        """Raise it, or answer it."""
        return self.make(lane) if self.answered else raised(self.make(lane))


@dataclass(frozen=True)
class Being(Recipe):
    """An object."""

    type: str
    id: int

    def make(self, lane: Lane) -> Any:
        """Make it; see `Recipe.make`."""
        return NODES[self.type](self.id, lane)


@dataclass(frozen=True)
class Later(Recipe):
    """Something to be awaited."""

    inner: Recipe
    ticks: int
    form: str

    def make(self, lane: Lane) -> Any:
        """Make it; see `Recipe.make`."""
        if not lane.waits:
            return self.inner.make(lane)
        lane.unawaited += 1
        coroutine = self._value(lane)
        if self.form == "future":
            return asyncio.ensure_future(coroutine)
        return _Awaitable(coroutine) if self.form == "object" else coroutine

    async def _value(self, lane: Lane) -> Any:
        lane.unawaited -= 1
        await lane.pause(self.ticks)
        return raised(self.inner.make(lane))


class _Awaitable:
    def __init__(self, coroutine: Any) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Any:
        return self._coroutine.__await__()


@dataclass(frozen=True)
class Items(Recipe):
    """Something iterable."""

    form: str
    items: tuple[Recipe, ...]

    def make(self, lane: Lane) -> Any:
        """Make it; see `Recipe.make`."""
        if self.form == "generator":
            return self._generated(lane)
        if self.form == "async generator" and lane.waits:
            return self._streamed(lane)
        items = [item.make(lane) for item in self.items]
        return tuple(items) if self.form == "tuple" else items

    def _generated(self, lane: Lane) -> Iterator[Any]:
        for item in self.items:
            yield item.make(lane)

    async def _streamed(self, lane: Lane) -> AsyncIterator[Any]:
        for item in self.items:
            await lane.pause(1)
            yield item.make(lane)


class World:
    """What everything comes to.

    Args:
        choices: draw it.
        faults: in how many of a hundred cases something is wrong.

    Attributes:
        schema: where the types of the fields are.
        fields: the types of the fields by their names in Python.
        judges_later: whether some object types wait before they judge objects.
        sealed: whether nothing new may be asked for.
    """

    def __init__(self, choices: Choices, faults: int) -> None:
        self._choices = choices
        self._faults = faults
        self._known: dict[Any, Recipe] = {}
        self.schema: GraphQLSchema
        self.fields: dict[str, Any] = {}
        self.judges_later = False
        self.sealed = False

    def __repr__(self) -> str:
        return "\n".join(f"{key}: {recipe}" for key, recipe in self._known.items())

    def knows(self, attribute: str) -> bool:
        """Whether objects have an attribute."""
        return attribute.removesuffix("_key") in self.fields

    def attribute(self, name: str, id: int) -> Recipe:
        """What an attribute of an object is."""
        if name.endswith("_key"):
            return self._once(("key", name, id), self._key)
        return self.field(name, id)

    def field(self, name: str, id: int) -> Recipe:
        """What a field of an object comes to."""
        return self._once((name, id), lambda: self._recipe(self.fields[name]))

    def loaded(self, batch: str, key: Any) -> Recipe:
        """What a batch function answers for a key."""
        # One answer may go to several objects, so that it must not be used up.
        self._choices.reach("batch")
        return self._once(
            ("load", batch, key), lambda: self._recipe(self.fields[batch], is_shared=True)
        )

    def batch_failure(self, batch: str) -> Exception | None:
        """What a batch function raises altogether."""
        answer: Any = self._once(("batch", batch), self._batch_failure)
        return None if answer == Plain(None) else answer.make(None)

    def judged(self, of: str, value: Any) -> Recipe:
        """What an object type says of a value."""
        is_its = isinstance(value, NODES[of])
        if self.judges_later:
            # Who asks all types at once would meet errors that others never come to.
            return Plain(is_its)
        return self._once(("is", of, repr(value)), lambda: self._told("judging", is_its, False))

    def named(self, abstract: str, value: Any) -> Recipe:
        """What an interface or union says of a value."""
        right = type(value).__name__ if isinstance(value, Node) else "O0"
        wrong = (None, "Nowhere", "Int", abstract, 5, Undefined, "Query", "O0", "O1", "O2")
        return self._once(
            ("name", abstract, repr(value)), lambda: self._told("naming", right, *wrong)
        )

    def _once(self, key: Any, draw: Callable[[], Recipe]) -> Recipe:
        if key not in self._known:
            if self.sealed:
                raise AssertionError(f"graphql-core does not ask for {key}.")
            self._known[key] = draw()
        return self._known[key]

    def _told(self, what: str, right: Any, *wrong: Any) -> Recipe:
        choices = self._choices
        if not choices.chance(self._faults):
            return Plain(right)
        choices.reach(f"odd {what}")
        if choices.chance(30):
            return Failure(self._failure().kind)
        return Plain(choices.pick(wrong))

    def _key(self) -> Recipe:
        choices = self._choices
        if choices.chance(self._faults):
            choices.reach("raising key")
            return Failure("value")
        return Plain(choices.pick((0, 1, 2, 3, None)))

    def _batch_failure(self) -> Recipe:
        if not self._choices.chance(self._faults):
            return Plain(None)
        self._choices.reach("raising batch")
        return self._failure()

    def _failure(self) -> Failure:
        choices = self._choices
        kind = choices.pick(("value", "graphql", "located", "attribute", "key"))
        choices.reach(f"{kind} error")
        return Failure(kind, choices.chance(30))

    def _recipe(self, of: Any, *, is_shared: bool = False, is_item: bool = False) -> Recipe:
        choices = self._choices
        is_required = isinstance(of, GraphQLNonNull)
        where = "item" if is_item else "batch" if is_shared else "field"
        if choices.chance(self._faults * 2 if where == "batch" else self._faults):
            return self._fault(of, where, is_required=is_required)
        if not is_required and choices.chance(8):
            return Plain(choices.pick((None, None, Undefined)))
        if not is_shared and choices.chance(10):
            choices.reach(f"awaitable {where}")
            form = choices.pick(("coroutine", "object", "future"))
            return Later(self._right(of, is_shared), choices.number(0, 2), form)
        return self._right(of, is_shared)

    def _fault(self, of: Any, where: str, *, is_required: bool) -> Recipe:
        choices = self._choices
        match choices.pick(("null", "failure", "odd")):
            case "null" if is_required:
                choices.reach(f"null in non-null {where}")
                return Plain(None)
            case "odd":
                choices.reach(f"odd {where}")
                return Plain(choices.pick(NEARLY.get(str(of).rstrip("!"), ODD)))
            case _:
                choices.reach(f"failing {where}")
                failure = self._failure()
                if where == "field" and choices.chance(20):
                    return Later(failure, choices.number(0, 2), "coroutine")
                return failure

    def _right(self, of: Any, is_shared: bool) -> Recipe:
        choices = self._choices
        if isinstance(of, GraphQLNonNull):
            of = of.of_type
        if isinstance(of, GraphQLList):
            form = "list"
            if choices.chance(25):
                forms = ("tuple",) if is_shared else ("tuple", "generator", "async generator")
                form = choices.pick(forms)
            choices.reach(form)
            size = choices.pick((2, 1, 3, 0))
            items = (
                self._recipe(of.of_type, is_shared=is_shared, is_item=True) for _ in range(size)
            )
            return Items(form, tuple(items))
        if is_leaf_type(of):
            return Plain(choices.pick(GOOD[of.name]))
        return Being(self._type(of), choices.number(0, 3))

    def _type(self, of: Any) -> str:
        choices = self._choices
        if choices.chance(self._faults):
            choices.reach("object of another type")
            return choices.pick(tuple(NODES))
        if not is_abstract_type(of):
            return str(of.name)
        return choices.pick([each.name for each in self.schema.get_possible_types(of)])
