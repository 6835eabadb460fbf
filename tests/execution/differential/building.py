"""Building: the Strawberry schema of a described one, with resolvers that ask the world."""

import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Annotated, Any, Optional, Union

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension

from execution.declarations import Batch
from schema.building import loaded
from tests.execution.differential.lanes import NODES, Lane, raised
from tests.execution.differential.leaves import CONFIG, NAMES
from tests.execution.differential.schemas import (
    Argument,
    FieldOf,
    Judging,
    Naming,
    Reading,
    SchemaOf,
    TypeOf,
)
from tests.execution.differential.worlds import World

_PARENT: Any = strawberry.Parent[Any]  # type: ignore[misc]


class Passing(FieldExtension):
    """Lets a field be resolved as it is."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: Any, **kwargs: Any) -> Any:
        """Resolve it."""
        return next_(source, info, **kwargs)


def build(described: SchemaOf, world: World) -> strawberry.Schema:
    """Build a schema, and tell the world its types."""
    names: dict[str, Any] = {**NAMES, "Optional": Optional}
    batches: dict[str, Batch] = {}
    for each in described.interfaces:
        names[each.name] = _type(strawberry.interface, each, names, batches)
    for each in described.objects:
        names[each.name] = _type(strawberry.type, each, names, batches)
    for name, members in described.unions.items():
        # It is made of a tuple.
        union = Union[tuple(names[each] for each in members)]  # type: ignore[valid-type]  # noqa: UP007
        names[name] = Annotated[union, strawberry.union(name)]

    def root(of: TypeOf | None) -> Any:
        return of and _type(strawberry.type, of, names, batches)

    types = [names[each.name] for each in described.objects]
    schema = strawberry.Schema(
        query=root(described.query),
        mutation=root(described.mutation),
        subscription=root(described.subscription),
        types=types,
        config=CONFIG,
    )
    _tell(described, schema)
    world.judges_later = Judging.ASYNC in described.judging.values()
    world.schema = schema._schema
    for each in described.types:
        of: Any = world.schema.type_map[each.name]
        for field in each.fields:
            world.fields.setdefault(field.name, of.fields[_camel(field.name)].type)
    return schema


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _type(
    make: Callable[[type], Any], of: TypeOf, names: dict[str, Any], batches: dict[str, Batch]
) -> Any:
    fields = {field.name: _field(field, batches) for field in of.fields}
    bases = tuple(names[name] for name in of.implements)
    members = {"__annotations__": dict.fromkeys(fields, Any), "__module__": __name__, **fields}
    made = make(type(of.name, bases, members))
    types = {field.name: field.type for field in of.fields}
    for field in made.__strawberry_definition__.fields:
        # Types may be named before they are made.
        annotation = _annotation(types[field.python_name])
        field.type_annotation = StrawberryAnnotation(annotation, namespace=names)
    return made


def _annotation(of: str) -> str:
    if of.endswith("!"):
        return _required(of[:-1])
    return f"Optional[{_required(of)}]"


def _required(of: str) -> str:
    return f"list[{_annotation(of[1:-1])}]" if of.startswith("[") else of


def _field(field: FieldOf, batches: dict[str, Batch]) -> Any:
    if field.reading is Reading.ATTRIBUTE:
        return strawberry.field()
    if field.reading is Reading.BATCH:
        name = field.batch or ""
        if name not in batches:
            batches[name] = Batch(_batch_function(name), tuple(map(_keyword, field.arguments)))
        return loaded(batches[name], key=f"{name}_key")
    if field.reading is Reading.EVENTS:
        return strawberry.subscription(resolver=_source(field.name))
    extensions: Any = [Passing()] if field.reading is Reading.EXTENDED else []
    return strawberry.field(resolver=_resolver(field), extensions=extensions)


def _source(name: str) -> Callable[..., AsyncGenerator[Any, None]]:
    async def source(info: strawberry.Info) -> AsyncGenerator[Any, None]:
        lane: Lane = info.context
        for event in lane.world.events(name):
            await lane.pause(1)
            yield event.make(lane)

    return source


def _batch_function(name: str) -> Callable[..., Any]:
    async def function(lane: Lane, keys: list[Any], **arguments: Any) -> list[Any]:
        told = repr(arguments)
        lane.calls[name, told] += 1
        lane.loads.update((name, told, key) for key in keys)
        await lane.pause(1)
        raised(lane.world.batch_failure(name))
        return [lane.world.loaded(name, key).make(lane) for key in keys]

    function.__name__ = name
    return function


def _resolver(field: FieldOf) -> Callable[..., Any]:
    def answer(parent: Any, info: Any, arguments: dict[str, Any]) -> Any:
        lane: Lane = info.context
        told = repr(sorted(arguments.items(), key=lambda item: item[0]))
        lane.log.append((field.name, repr(parent), told))
        return lane.world.field(field.name, getattr(parent, "id", 0)).made(lane)

    def method(self: Any, info: Any, **arguments: Any) -> Any:
        return answer(self, info, arguments)

    def function(root: Any, info: Any, **arguments: Any) -> Any:
        return answer(root, info, arguments)

    async def async_method(self: Any, info: Any, **arguments: Any) -> Any:
        await info.context.pause(field.waits)
        value = answer(self, info, arguments)
        return await value if inspect.isawaitable(value) else value

    async def async_function(root: Any, info: Any, **arguments: Any) -> Any:
        return await async_method(root, info, **arguments)

    readings: dict[Reading, Callable[..., Any]] = {
        Reading.METHOD: method,
        Reading.ASYNC_METHOD: async_method,
        Reading.ASYNC_FUNCTION: async_function,
    }
    resolver: Any = readings.get(field.reading, function)
    is_method = field.reading in {Reading.METHOD, Reading.ASYNC_METHOD}
    first = (
        _parameter("self", inspect.Parameter.empty) if is_method else _parameter("root", _PARENT)
    )
    parameters = [first, _parameter("info", strawberry.Info), *map(_keyword, field.arguments)]
    resolver.__signature__ = inspect.Signature(parameters)
    annotated = parameters[1:] if is_method else parameters
    resolver.__annotations__ = {each.name: each.annotation for each in annotated}
    return resolver  # type: ignore[no-any-return]


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)


def _keyword(argument: Argument) -> inspect.Parameter:
    default = argument.default if argument.has_default else inspect.Parameter.empty
    # The type is written in our own words.
    annotation = eval(_annotation(argument.type), {**NAMES, "Optional": Optional})  # noqa: S307
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _tell(described: SchemaOf, schema: strawberry.Schema) -> None:
    types: dict[str, Any] = schema._schema.type_map
    for name, judging in described.judging.items():
        types[name].is_type_of = _judge(name, judging)
    for name, naming in described.naming.items():
        if name in types and naming is not Naming.BY_STRAWBERRY:
            types[name].resolve_type = _namer(name, naming)


def _judge(name: str, judging: Judging) -> Callable[..., Any] | None:
    def by_class(value: Any, _info: Any) -> bool:
        return isinstance(value, NODES[name])

    by_class.tells_by_class = True  # type: ignore[attr-defined]

    def sync(value: Any, info: Any) -> Any:
        return info.context.world.judged(name, value).made(info.context)

    async def waiting(value: Any, info: Any) -> Any:
        await info.context.pause(1)
        return sync(value, info)

    def either(value: Any, info: Any) -> Any:
        return waiting(value, info) if info.context.waits else sync(value, info)

    kinds = {Judging.BY_CLASS: by_class, Judging.SYNC: sync, Judging.ASYNC: either}
    return kinds.get(judging)


def _namer(name: str, naming: Naming) -> Callable[..., Any] | None:
    def sync(value: Any, info: Any, _abstract: Any) -> Any:
        return info.context.world.named(name, value).made(info.context)

    async def waiting(value: Any, info: Any) -> Any:
        await info.context.pause(1)
        return sync(value, info, None)

    def either(value: Any, info: Any, _abstract: Any) -> Any:
        return waiting(value, info) if info.context.waits else sync(value, info, None)

    return {Naming.SYNC: sync, Naming.ASYNC: either}.get(naming)
