"""Worlds: what every field of every object comes to, drawn when it is first asked for."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.execution.differential.choices import Choices
from tests.execution.differential.lanes import NODES, Lane, Node, raised
from tests.execution.differential.leaves import GOOD, LOOSE, NEARLY, ODD


class Recipe(ABC):
    """What something comes to, made anew for each run."""

    @abstractmethod
    def make(self, lane: Lane) -> Any:
        """Make it; an exception stands for itself."""

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

    def events(self, name: str) -> list[Recipe]:
        """What a field of the root of subscriptions comes to, again and again."""
        count: Any = self._once(("events", name), lambda: Plain(self._choices.number(1, 3)))
        return [self.field(name, event) for event in range(count.value)]

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
        return Plain(choices.pick((0, 1, 2, 0, 1, 3, None)))

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
        if choices.chance(self._faults_in(of, where)):
            return self._fault(of, where, is_required=is_required)
        if not is_required and choices.chance(8):
            return Plain(choices.pick((None, None, Undefined)))
        if not is_shared and choices.chance(10):
            choices.reach(f"awaitable {where}")
            form = choices.pick(("coroutine", "object", "future"))
            return Later(self._right(of, is_shared), choices.number(0, 2), form)
        return self._right(of, is_shared)

    def _faults_in(self, of: Any, where: str) -> int:
        if not self._faults:
            return 0
        # What is wrong high in the document hides what is wrong below.
        if is_leaf_type(get_nullable_type(of)):
            return 25
        return self._faults * 2 if where == "batch" else self._faults

    def _fault(self, of: Any, where: str, *, is_required: bool) -> Recipe:
        choices = self._choices
        # Most of what is wrong with a leaf is its value.
        more = ("odd",) * 3 if is_leaf_type(get_named_type(of)) else ()
        match choices.pick(("null", "failure", "odd", *more)):
            case "null" if is_required:
                choices.reach(f"null in non-null {where}")
                return Plain(None)
            case "odd":
                choices.reach(f"odd {where}")
                choices.reach(f"odd {get_named_type(of)}")
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
            size = choices.pick((2, 3, 1, 4, 0))
            items = (
                self._recipe(of.of_type, is_shared=is_shared, is_item=True) for _ in range(size)
            )
            return Items(form, tuple(items))
        if is_leaf_type(of):
            # A column of one class goes another way than a mixed one.
            return Plain(choices.pick((LOOSE if choices.chance(10) else GOOD)[of.name]))
        return Being(self._type(of), choices.number(0, 3))

    def _type(self, of: Any) -> str:
        choices = self._choices
        if choices.chance(self._faults):
            choices.reach("object of another type")
            return choices.pick(tuple(NODES))
        if not is_abstract_type(of):
            return str(of.name)
        return choices.pick([each.name for each in self.schema.get_possible_types(of)])
