"""How the schema is built: views of models, relations loaded in batches, guarded root fields.

The only machinery of the schema. Docstrings and descriptions written here once become the SDL.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar, Union

import strawberry
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

from domain import refusals
from execution.cost import DECLARED
from execution.declarations import Batch
from persistence.idempotency import AlreadyAnswered, KeyReused
from persistence.rows import Row
from resolvers import guards, nodes
from resolvers.guards import Guard
from schema.refusals import shown, view_type

T = TypeVar("T", bound=type)
_ANY_PARENT: Any = strawberry.Parent[Any]  # type: ignore[misc]  # a typing construct of Strawberry
Refusals = Sequence[type[refusals.Refusal]]
Then = Callable[[Any, dict[str, Any]], Awaitable[None]]


def view_of(model: type, *, name: str | None = None) -> Callable[[T], T]:
    """Make a GraphQL type a view of a model: plain fields are read from the row itself.

    Only the fields that the class lists are public; a new column stays private until listed.

    Args:
        model: the SQLAlchemy model whose rows it shows.
        name: the GraphQL name when it is not the class's.
    """

    def decorate(cls: T) -> T:
        def is_type_of(root: Any, _info: Any) -> bool:
            return isinstance(root, Row) and root.model is model

        is_type_of.tells_by_class = True  # type: ignore[attr-defined]
        cls.is_type_of = is_type_of  # type: ignore[attr-defined]
        cls.shown_model = model  # type: ignore[attr-defined]
        view: T = strawberry.type(cls, name=name, description=_sentence(cls))
        return view

    return decorate


def loaded(
    batch: Batch,
    *,
    key: str,
    description: str | None = None,
    deprecation_reason: str | None = None,
    cost: int | None = None,
) -> Any:
    """Declare a relation by the batch function that loads it.

    Args:
        batch: answers the keys of all rows of a level at once; its keyword-only parameters
            become the field's arguments.
        key: the attribute of the row that holds the key; a row without one (None) gives null.
        description: for the SDL.
        deprecation_reason: why and since when the field should not be used.
        cost: its price, where one object's does not tell how much work it is.
    """

    async def load(root: Any, info: Any, **arguments: Any) -> Any:
        value = getattr(root, key)
        if value is None:
            return None
        return await info.context.load(batch, value, **arguments)

    parameters = [
        _parameter("root", _ANY_PARENT),
        _parameter("info", strawberry.Info),
        *batch.arguments,
    ]
    load.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    load.__annotations__ = {p.name: p.annotation for p in parameters}
    return strawberry.field(
        resolver=load,
        description=description,
        deprecation_reason=deprecation_reason,
        metadata={"batch": batch, "key": key, **_priced(cost)},
    )


def computed(
    compute: Callable[[str, list[Any]], list[Any]], *, returns: Any, description: str
) -> Any:
    """Declare a field that follows from the row, computed for all rows of a level at once.

    Args:
        compute: takes the name of the rows' GraphQL type and the rows, gives one value for each;
            asks nobody.
        returns: the type of the values.
        description: for the SDL.
    """

    def run(root: Any, info: Any) -> Any:
        parent_type = info._raw_info.parent_type  # noqa: SLF001 - Strawberry shows it nowhere else
        (value,) = compute(parent_type.name, [root])
        return value

    run.__annotations__ = {"root": _ANY_PARENT, "info": strawberry.Info, "return": returns}
    return strawberry.field(resolver=run, description=description, metadata={"compute": compute})


def resolve(
    resolver: Callable[..., Any],
    *,
    guard: Guard = guards.signed_in,
    description: str | None = None,
    cost: int | None = None,
) -> Any:
    """Declare a root field of Query by its resolver: ``async def post(context, *, id) -> Row``.

    Args:
        resolver: takes the context; its keyword-only parameters become arguments.
        guard: who may call it; default deny.
        description: for the SDL; the resolver's docstring unless given.
        cost: its price, where one object's does not tell how much work it is.
    """

    async def run(info: Any, **arguments: Any) -> Any:
        guard(info.context)
        answer = resolver(info.context, **arguments)
        return await answer if inspect.isawaitable(answer) else answer

    return strawberry.field(
        resolver=_with_signature(run, resolver),
        description=description or _sentence(resolver),
        metadata={"guard": guard, **_priced(cost)},
    )


def mutation(
    resolver: Callable[..., Awaitable[dict[str, Any]]],
    *,
    input: type,
    returns: type,
    refuses: Refusals = (),
    guard: Guard = guards.signed_in,
    then: Then | None = None,
) -> Any:
    """Declare a mutation by its resolver: ``async def send_message(context, *, text) -> dict``.

    The answer is a union of the success type and the refusals. The input is unpacked into
    keyword arguments; fields that the client left out are left out.

    Args:
        resolver: does it, and answers the fields of the success type, having named them with
            `Transaction.answer` when it wrote.
        input: its input type, a `MutationInput`.
        returns: its success type.
        refuses: the kinds of refusal that it may answer, besides what a bad or reused
            `clientMutationId` comes to: InvalidInput and IdempotencyConflict.
        guard: who may call it; default deny.
        then: what follows from every answer, a retried one too, like setting cookies; it takes
            the context and the answer's fields, and may refuse.
    """
    kinds: Any = tuple(
        dict.fromkeys((*refuses, refusals.InvalidInput, refusals.IdempotencyConflict))
    )
    run = _mutating(resolver, returns, kinds, guard, then)
    argument = strawberry.argument(description="What it needs.")
    run.__annotations__ = {"info": strawberry.Info, "input": Annotated[input, argument]}
    field: StrawberryField = strawberry.mutation(
        resolver=run,
        graphql_type=_result(resolver.__name__, (returns, *map(view_type, kinds))),
        description=_sentence(resolver),
        metadata={"guard": guard, "refuses": kinds, "resolver": resolver, "input": input},
    )
    return field


def _mutating(
    resolver: Callable[..., Any], returns: type, kinds: Any, guard: Guard, then: Then | None
) -> Callable[..., Any]:
    async def answered(context: Any, name: str, input: Any) -> dict[str, Any]:
        arguments = {
            key: value
            for key, value in vars(input).items()
            if value is not strawberry.UNSET and key != "client_mutation_id"
        }
        try:
            with context.mutating(name, input):
                return await resolver(context, **arguments)  # type: ignore[no-any-return]
        except AlreadyAnswered as already:
            return await _recalled(context, returns, already.payload)

    async def run(info: Any, input: Any) -> Any:
        context = info.context
        guard(context)
        try:
            answer = await answered(context, resolver.__name__, input)
            if then is not None:
                await then(context, answer)
            if guard is guards.staff:
                guards.note(context, resolver.__name__)
            return returns(**answer)
        except kinds as refusal:
            return shown(refusal)
        except KeyReused:
            return shown(refusals.IdempotencyConflict())

    return run


async def _recalled(context: Any, returns: type, packed: dict[str, Any]) -> dict[str, Any]:
    """Give a kept answer; refuse when a thing that it must have is seen no more."""
    answer = await nodes.recalled(context, packed)
    for field in get_object_definition(returns, strict=True).fields:
        kept = packed.get(field.python_name)
        if kept is None or isinstance(field.type, StrawberryOptional):
            continue
        if answer[field.python_name] is None:
            raise refusals.NotFound(kept["model"])
    return answer


def _result(mutation_name: str, members: Any) -> Any:
    pascal = "".join(part.capitalize() for part in mutation_name.split("_"))
    camel = pascal[0].lower() + pascal[1:]
    description = f"What `{camel}` answers: its success, or why it refuses."
    return Annotated[
        Union[members],  # noqa: UP007 - made of a tuple
        strawberry.union(f"{pascal}Result", description=description),
    ]


def subscription(
    resolver: Callable[..., Any],
    *,
    guard: Guard = guards.signed_in,
    description: str | None = None,
) -> Any:
    """Declare a subscription by its resolver: ``def events(context, *, after)``.

    Args:
        resolver: checks its arguments, then answers an async generator of what each event shows;
            it may be a coroutine function.
        guard: who may listen; default deny.
        description: for the SDL; the resolver's docstring unless given.
    """

    async def run(info: Any, **arguments: Any) -> Any:
        guard(info.context)
        events = resolver(info.context, **arguments)
        return await events if inspect.isawaitable(events) else events

    return strawberry.subscription(
        resolver=_with_signature(run, resolver),
        description=description or _sentence(resolver),
        metadata={"guard": guard},
    )


@strawberry.input
class MutationInput:
    """What every mutation's input has."""

    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Your key for this call, at most 100 characters, kept for 24 hours: a retry with the "
            "same key and input has no second effect and gets the same answer, as it is now."
        ),
    )


def _with_signature(run: Callable[..., Any], resolver: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(resolver, eval_str=True)
    arguments = [p for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    parameters = [_parameter("info", strawberry.Info), *arguments]
    functools.update_wrapper(run, resolver)
    del run.__wrapped__  # type: ignore[attr-defined]
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        parameters, return_annotation=signature.return_annotation
    )
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _priced(cost: int | None) -> dict[str, int]:
    return {} if cost is None else {DECLARED: cost}


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)


def _sentence(described: Any) -> str | None:
    """The part of a docstring that is for the API's users: what comes before the sections."""
    text = inspect.getdoc(described)
    if not text:
        return None
    return text.split("\n\nArgs:")[0].split("\n\nReturns:")[0].split("\n\nRaises:")[0].strip()
