"""Stock: an application of nothing but its libraries, with the types that an SDL declares."""

from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

import graphql

_PYTHON = {
    "Boolean": "bool",
    "DateTime": "datetime",
    "Date": "date",
    "Float": "float",
    "ID": "strawberry.ID",
    "Int": "int",
    "String": "str",
}
_IMPORTS = """
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Union
import asyncpg
import strawberry
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from strawberry.fastapi import GraphQLRouter
"""
_APPLICATION = """
schema = strawberry.Schema(Query, Mutation, Subscription, types=[{objects}])
app = FastAPI()
app.include_router(GraphQLRouter(schema), prefix="/graphql")
"""


def application(sdl: str) -> str:
    """Write a module that makes an application of FastAPI and Strawberry, without a database.

    Args:
        sdl: the types that it has, with their fields, arguments and descriptions. Scalars of its
            own become texts, and no field has a resolver that answers.
    """
    kinds = (
        graphql.GraphQLEnumType,
        graphql.GraphQLInputObjectType,
        graphql.GraphQLInterfaceType,
        graphql.GraphQLObjectType,
        graphql.GraphQLUnionType,
    )
    every = graphql.build_schema(sdl).type_map.values()
    own = [each for each in every if isinstance(each, kinds) and each.name[:2] != "__"]
    own.sort(key=lambda each: [isinstance(each, kind) for kind in kinds], reverse=True)
    known: set[str] = set()
    classes = []
    for each in own:
        classes.append("\n".join(_declared(each, known)))
        known.add(each.name)
    objects = ", ".join(each.name for each in own if isinstance(each, graphql.GraphQLObjectType))
    return "\n".join([_IMPORTS, *classes, _APPLICATION.format(objects=objects)])


def _declared(named: Any, known: set[str]) -> Iterator[str]:
    said = f"(description={named.description!r})"
    match named:
        case graphql.GraphQLUnionType():
            members = ", ".join(each.name for each in named.types)
            union = f"strawberry.union({named.name!r}, description={named.description!r})"
            yield f"{named.name} = Annotated[Union[{members}], {union}]"
        case graphql.GraphQLEnumType():
            yield f"@strawberry.enum{said}\nclass {named.name}(Enum):"
            yield from (f"    {value} = {value!r}" for value in named.values)
        case graphql.GraphQLInputObjectType():
            yield f"@strawberry.input{said}\nclass {named.name}:"
            yield from (line for each in named.fields.items() for line in _field(*each, known))
        case _:
            is_type = isinstance(named, graphql.GraphQLObjectType)
            above = ", ".join(each.name for each in named.interfaces)
            decorator = "type" if is_type else "interface"
            yield f"@strawberry.{decorator}{said}\nclass {named.name}({above}):"
            yield from (line for each in named.fields.items() for line in _field(*each, known))


def _field(name: str, field: Any, known: set[str]) -> Iterator[str]:
    own, type_ = _python(name), _annotation(field.type, known)
    options = f"name={name!r}, description={field.description!r}"
    if arguments := getattr(field, "args", None):
        yield f"    @strawberry.field({options})"
        yield f"    def {own}(self, *, {_arguments(arguments, known)}) -> {type_}: ..."
        return
    may_lack = isinstance(field, graphql.GraphQLInputField) and _is_optional(field.type)
    default = ", default=strawberry.UNSET" if may_lack else ""
    yield f"    {own}: {type_} = strawberry.field({options}{default})"


def _arguments(arguments: dict[str, Any], known: set[str]) -> str:
    return ", ".join(
        f"{_python(name)}: Annotated[{_annotation(each.type, known)}, "
        f"strawberry.argument(name={name!r}, description={each.description!r})]"
        + (" = strawberry.UNSET" if _is_optional(each.type) else "")
        for name, each in arguments.items()
    )


def _python(name: str) -> str:
    return f"{name}_" if iskeyword(name) else name


def _is_optional(type_: Any) -> bool:
    return not isinstance(type_, graphql.GraphQLNonNull)


def _annotation(type_: Any, known: set[str], *, optional: bool = True) -> str:
    """Name a type; one that is declared later in quotes."""
    if isinstance(type_, graphql.GraphQLNonNull):
        return _annotation(type_.of_type, known, optional=False)
    if optional:
        return f"Union[{_annotation(type_, known, optional=False)}, None]"
    if isinstance(type_, graphql.GraphQLList):
        return f"list[{_annotation(type_.of_type, known)}]"
    if isinstance(type_, graphql.GraphQLScalarType):
        return _PYTHON.get(type_.name, "str")
    return type_.name if type_.name in known else repr(type_.name)
