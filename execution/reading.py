"""Reading: the raw values of a field, for all objects of a level at once."""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLField,
    TypeNameMetaFieldDef,
)
from strawberry import Schema
from strawberry.types.field import StrawberryField

from execution.arguments import arguments_of, arguments_reader
from execution.declarations import Batch, Question, check_number
from execution.values import odd_kinds

if TYPE_CHECKING:
    from execution.plan import Field, Raws, Read
    from execution.runtime import Run


def reader_of(definition: GraphQLField, schema: Schema | None) -> "Read":
    """Choose how a field is read.

    Args:
        definition: what the schema says of it.
        schema: the Strawberry schema that it comes from; None when it was made without.
    """
    declared = (definition.extensions or {}).get("strawberry-definition")
    is_event = isinstance(declared, StrawberryField) and declared.is_subscription
    if is_event or definition is TypeNameMetaFieldDef:
        return read_for_all
    if schema is None or not isinstance(declared, StrawberryField):
        return read_by_core
    # Both wrap the resolver, which plans would go past.
    if declared.extensions or schema.schema_converter._exception_handler_specs:  # noqa: SLF001
        return read_by_core
    if declared.base_resolver is not None:
        return _reader_of_resolver(declared, schema)
    if declared.default_resolver is getattr:
        return by_attribute(declared.python_name)
    return read_by_core


def _reader_of_resolver(declared: StrawberryField, schema: Schema) -> "Read":
    batch, compute = declared.metadata.get("batch"), declared.metadata.get("compute")
    if isinstance(batch, Batch):
        return by_batch(batch, declared.metadata["key"], declared, schema)
    if compute is not None:
        return by_computation(compute)
    return by_resolver(declared, schema)


@lru_cache(maxsize=4096)
def by_attribute(name: str) -> "Read":
    """Read an attribute of the object."""

    def read(run: "Run", field: "Field", objects: list[Any]) -> list[Any]:
        return attributes(objects, name)

    return read


def attributes(objects: list[Any], name: str) -> list[Any]:
    """Read an attribute of all objects; what one raises stands for its value."""
    classes = set(map(type, objects))
    if len(classes) != 1:
        return [_attribute(each, name) for each in objects]
    values: list[Any] = []
    try:
        values.extend(map(getter(classes.pop(), name), objects))
    except Exception:  # noqa: BLE001 - what was read is kept: nobody would await what is read twice
        values.extend(_attribute(each, name) for each in objects[len(values) :])
    return values


@lru_cache(maxsize=16_384)
def getter(cls: type, name: str) -> Callable[[Any], Any]:
    """The fastest way to read an attribute of objects of a class; a class may know a faster one."""
    column_getter = getattr(cls, "column_getter", None)
    return attrgetter(name) if column_getter is None else column_getter(name)


def _attribute(each: Any, name: str) -> Any:
    try:
        return getattr(each, name)
    except Exception as error:  # noqa: BLE001 - whatever a property raises is its answer
        return error


def by_computation(compute: Callable[[str, list[Any]], list[Any]]) -> "Read":
    """Read by a function of all objects, which asks nobody else."""

    def read(run: "Run", field: "Field", objects: list[Any]) -> list[Any]:
        type_name = field.parent_type.name
        try:
            values = list(compute(type_name, objects))
            check_number(compute, values, objects)
        except Exception:  # noqa: BLE001 - told one by one below
            return [_computed(compute, type_name, each) for each in objects]
        return values

    return read


def _computed(compute: Callable[[str, list[Any]], list[Any]], type_name: str, each: Any) -> Any:
    try:
        (value,) = compute(type_name, [each])
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        return error
    return value


def by_batch(batch: Batch, key: str, declared: StrawberryField, schema: Schema) -> "Read":
    """Read by a batch function, called once with the keys of all objects."""
    names = {parameter.name for parameter in batch.arguments}
    read_arguments = arguments_reader(declared, schema)

    def read(run: "Run", field: "Field", objects: list[Any]) -> "Raws":
        question = field.question
        if question is None:
            try:
                given = read_arguments(run, field) if names else {}
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the arguments
                return [error] * len(objects)
            arguments = {name: value for name, value in given.items() if name in names}
            question = Question(batch, arguments)
            kept = field.kept_arguments
            if not names or (kept is not None and kept.are_all):
                field.question = question
        keys = attributes(objects, key)
        return _loaded(run, question, keys) if odd_kinds(keys) else run.answers(question, keys)

    return read


async def _loaded(run: "Run", question: Question, keys: list[Any]) -> list[Any]:
    """Load those keys that do not stand for themselves, as null and exceptions do."""
    places = [row for row, key in enumerate(keys) if not _stands_for_itself(key)]
    found = await run.answers(question, [keys[row] for row in places])
    values = list(keys)
    for row, value in zip(places, found, strict=True):
        values[row] = value
    return values


def _stands_for_itself(key: Any) -> bool:
    return key is None or isinstance(key, Exception)


def by_resolver(declared: StrawberryField, schema: Schema) -> "Read":
    """Read by the function that the Strawberry field was declared with, called for each object."""
    resolver: Any = declared.base_resolver
    call = resolver.wrapped_func
    takes_self = resolver.self_parameter is not None
    depends_on_context = resolver.info_parameter is not None and not getattr(
        call, "is_joint", False
    )
    parents = (resolver.parent_parameter, resolver.root_parameter)
    named = [parameter.name for parameter in parents if parameter is not None]
    info = resolver.info_parameter.name if resolver.info_parameter is not None else None
    read_arguments = arguments_reader(declared, schema)

    def read(run: "Run", field: "Field", objects: list[Any]) -> list[Any]:
        if depends_on_context:
            run.depends_on_context()
        values: list[Any] = []
        takes_input = bool(field.definition.args)
        for each in objects:
            try:
                # Input is converted anew for each object: an input object belongs to one call.
                arguments = read_arguments(run, field) if takes_input else {}
                for name in named:
                    arguments[name] = each
                if info is not None:
                    arguments[info] = run.strawberry_info(field, declared)
                values.append(call(each, **arguments) if takes_self else call(**arguments))
            except Exception as error:  # noqa: BLE001 - whatever a resolver raises is its answer
                values.append(error)
        return values

    return read


def read_by_core(run: "Run", field: "Field", objects: list[Any]) -> list[Any]:
    """Read as graphql-core does: call the field's resolver, or the default one, for each object."""
    run.depends_on_context()
    return read_for_all(run, field, objects)


def read_for_all(run: "Run", field: "Field", objects: list[Any]) -> list[Any]:
    """Read what is the same whoever asks: the event of a subscription, the name of a type."""
    resolve = field.definition.resolve or run.field_resolver
    try:
        arguments = arguments_of(run, field)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the arguments
        return [error] * len(objects)
    info = run.info(field)
    values: list[Any] = []
    for each in objects:
        try:
            values.append(resolve(each, info, **arguments))
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is its answer
            values.append(error)
    return values
