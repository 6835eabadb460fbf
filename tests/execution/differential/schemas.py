"""Schemas: what types there are, what fields they have, and how each is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from tests.execution.differential.choices import Choices
from tests.execution.differential.leaves import DEFAULTS, INPUTS, LEAVES, OUTPUTS


class Reading(Enum):
    """How a field is read."""

    ATTRIBUTE = "attribute"
    METHOD = "method"
    FUNCTION = "function"
    ASYNC_METHOD = "async method"
    ASYNC_FUNCTION = "async function"
    EXTENDED = "extended"
    BATCH = "batch"
    EVENTS = "events"


class Judging(Enum):
    """How an object type tells its objects."""

    NOT = "not"
    BY_CLASS = "by class"
    SYNC = "sync"
    ASYNC = "async"


class Naming(Enum):
    """How an interface or union tells the type of an object."""

    SYNC = "sync"
    ASYNC = "async"
    BY_JUDGING = "by judging"
    BY_STRAWBERRY = "by Strawberry"


@dataclass(frozen=True)
class Argument:
    """An argument; its type is written as in GraphQL."""

    name: str
    type: str
    has_default: bool = False

    @property
    def default(self) -> object:
        """The default value: that of the named type, or no items."""
        return () if "[" in self.type else DEFAULTS[self.type.rstrip("!")]


@dataclass(frozen=True)
class FieldOf:
    """A field, by its name in Python; its type is written as in GraphQL."""

    name: str
    type: str
    reading: Reading
    arguments: tuple[Argument, ...] = ()
    batch: str | None = None
    waits: int = 0


@dataclass(frozen=True)
class TypeOf:
    """An object type or interface."""

    name: str
    fields: tuple[FieldOf, ...]
    implements: tuple[str, ...] = ()


@dataclass
class SchemaOf:
    """A schema.

    Attributes:
        interfaces: each after those that it implements.
        objects: without the root types.
        query: the root type of queries.
        mutation: that of mutations, when there are any.
        subscription: that of subscriptions, when there are any.
        unions: the members of each.
        judging: how each object type tells its objects.
        naming: how each interface and union tells the types of objects.
    """

    interfaces: list[TypeOf] = field(default_factory=list)
    objects: list[TypeOf] = field(default_factory=list)
    query: TypeOf = TypeOf("Query", ())
    mutation: TypeOf | None = None
    subscription: TypeOf | None = None
    unions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    judging: dict[str, Judging] = field(default_factory=dict)
    naming: dict[str, Naming] = field(default_factory=dict)

    @property
    def types(self) -> list[TypeOf]:
        """All types that have fields."""
        roots = (self.query, self.mutation, self.subscription)
        return [*self.interfaces, *self.objects, *filter(None, roots)]


_OBJECT_READINGS = (
    Reading.ATTRIBUTE,
    Reading.BATCH,
    Reading.METHOD,
    Reading.BATCH,
    Reading.ASYNC_FUNCTION,
    Reading.BATCH,
    Reading.BATCH,
    Reading.FUNCTION,
    Reading.BATCH,
    Reading.ASYNC_METHOD,
    Reading.BATCH,
    Reading.EXTENDED,
)
_ROOT_READINGS = (
    Reading.METHOD,
    Reading.ASYNC_METHOD,
    Reading.FUNCTION,
    Reading.ASYNC_FUNCTION,
    Reading.EXTENDED,
)
_SUBSCRIPTION_READINGS = (Reading.EVENTS,)
_WITHOUT_ARGUMENTS = {Reading.ATTRIBUTE, Reading.EVENTS}


def draw_schema(choices: Choices) -> SchemaOf:
    """Draw a schema."""
    return _Drawing(choices).schema()


class _Drawing:
    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._composites: list[str] = []
        self._batches: dict[str, list[FieldOf]] = {}

    def schema(self) -> SchemaOf:
        choices = self._choices
        objects = [f"O{n}" for n in range(choices.number(1, 3))]
        implementing = self._implementing(objects)
        interfaces = list(dict.fromkeys(name for names in implementing.values() for name in names))
        schema = SchemaOf()
        if choices.chance(60):
            schema.unions["U"] = tuple(choices.some(objects, least=1))
        self._composites = [*objects, *schema.unions, *interfaces]
        inherited: dict[str, tuple[FieldOf, ...]] = {}
        for name in sorted(interfaces):
            above = ("I0",) if name == "I1" and "I0" in interfaces else ()
            fields = (*(f for i in above for f in inherited[i]), *self._fields(name, 2))
            inherited[name] = fields
            schema.interfaces.append(TypeOf(name, fields, above))
        for name in objects:
            own = tuple(self._narrowed(f) for i in implementing[name] for f in inherited.get(i, ()))
            schema.objects.append(TypeOf(name, (*own, *self._fields(name, 3)), implementing[name]))
        schema.query = TypeOf("Query", self._fields("Query", 4, _ROOT_READINGS))
        if choices.chance(40):
            schema.mutation = TypeOf("Mutation", self._fields("Mutation", 3, _ROOT_READINGS))
        if choices.chance(30):
            fields = self._fields("Subscription", 2, _SUBSCRIPTION_READINGS)
            schema.subscription = TypeOf("Subscription", fields)
        self._telling(schema, objects)
        return schema

    def _implementing(self, objects: list[str]) -> dict[str, tuple[str, ...]]:
        # I1 implements I0 when there is both, so that nobody implements it twice in Python.
        options: list[tuple[str, ...]] = [(), ("I0",), ("I0", "I2"), ("I2",), ("I1",)]
        return {name: self._choices.pick(options) for name in objects}

    def _telling(self, schema: SchemaOf, objects: list[str]) -> None:
        choices = self._choices
        for name in objects:
            schema.judging[name] = choices.pick(tuple(Judging))
        is_async = Judging.ASYNC in schema.judging.values()
        for name in (*schema.unions, *(each.name for each in schema.interfaces)):
            naming = choices.pick((Naming.SYNC, Naming.SYNC, *Naming))
            if naming is Naming.BY_STRAWBERRY and is_async:
                naming = Naming.BY_JUDGING  # Strawberry takes no awaitable for an answer
            schema.naming[name] = naming

    def _fields(
        self, owner: str, most: int, readings: Sequence[Reading] = _OBJECT_READINGS
    ) -> tuple[FieldOf, ...]:
        names = [f"{owner.lower()}_{letter}" for letter in "abcd"[: self._choices.number(1, most)]]
        composites = 50 if readings is _OBJECT_READINGS else 85
        return tuple(self._field(name, readings, self._type(composites)) for name in names)

    def _field(self, name: str, readings: Sequence[Reading], of: str) -> FieldOf:
        choices = self._choices
        reading = choices.pick(readings)
        if reading is Reading.BATCH:
            known = self._batches.setdefault(of, [])
            if known and choices.chance(50):
                # Two fields through one function ask it together.
                other = choices.pick(known)
                return FieldOf(name, of, reading, other.arguments, other.batch)
            known.append(FieldOf(name, of, reading, self._batch_arguments(), name))
            return known[-1]
        arguments = () if reading in _WITHOUT_ARGUMENTS else self._arguments()
        return FieldOf(name, of, reading, arguments, waits=choices.number(0, 2))

    def _batch_arguments(self) -> tuple[Argument, ...]:
        choices = self._choices
        if not choices.chance(40):
            return ()
        argument = self._argument("first")
        if "[" in argument.type or argument.type.rstrip("!") not in LEAVES:
            choices.reach("batch by a list or an input object")
        return (argument,)

    def _arguments(self) -> tuple[Argument, ...]:
        choices = self._choices
        if not choices.chance(40):
            return ()
        return tuple(self._argument(f"arg_{n}") for n in range(choices.number(1, 2)))

    def _argument(self, name: str) -> Argument:
        choices = self._choices
        of = self._wrapped(choices.pick(INPUTS))
        has_default = choices.chance(40) and ("[" in of or of.rstrip("!") in LEAVES)
        return Argument(name, of, has_default)

    def _type(self, composites: int) -> str:
        choices = self._choices
        names: Sequence[str] = self._composites if choices.chance(composites) else OUTPUTS
        return self._wrapped(choices.pick(names))

    def _wrapped(self, name: str) -> str:
        choices = self._choices
        of = f"{name}!" if choices.chance(35) else name
        for _ in range(choices.pick((0, 1, 1, 0, 1, 2))):
            of = f"[{of}]!" if choices.chance(35) else f"[{of}]"
        return of

    def _narrowed(self, inherited: FieldOf) -> FieldOf:
        """The field of an interface as an object type has it: read its own way, maybe narrower."""
        choices = self._choices
        of = inherited.type
        if not of.endswith("!") and choices.chance(15):
            of += "!"
        reading = choices.pick(_OBJECT_READINGS)
        if reading is Reading.BATCH and not inherited.batch:
            reading = Reading.FUNCTION
        if reading is Reading.ATTRIBUTE and inherited.arguments:
            reading = Reading.METHOD
        batch = inherited.batch if reading is Reading.BATCH else None
        return FieldOf(
            inherited.name, of, reading, inherited.arguments, batch, choices.number(0, 2)
        )
