"""Costs: what an operation would cost, asked before it is sent."""

import asyncio
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from domain.refusals import InvalidField, InvalidInput
from execution.explaining import NotQuoted, Quote
from execution.requests import OperationRequest
from resolvers.context import Context


async def cost(
    context: Context,
    *,
    document: Annotated[
        str, strawberry.argument(description="The text of a document, as you would send it.")
    ],
    variables: Annotated[
        JSON | None,
        strawberry.argument(description="An object with the values of its variables."),
    ] = None,
    operation_name: Annotated[
        str | None,
        strawberry.argument(description="Which of its operations, where it has several."),
    ] = None,
) -> Quote:
    """What an operation would cost; nothing of it is run. Can be asked once in an operation.

    Raises:
        InvalidInput: the operation is wrong, or it is the second that is asked about.
    """
    if context.has_priced:
        raise InvalidInput.of("document", "An operation asks for the cost of one other at most.")
    context.has_priced = True
    if not isinstance(variables, dict | None):
        raise InvalidInput.of("variables", "variables must be an object.")
    # To read a document may take as long as it took to read the one that asks: others go first.
    await asyncio.sleep(0)
    try:
        return context.services.quote(
            OperationRequest(document, operation_name, variables), context
        )
    except NotQuoted as refused:
        fields = [InvalidField(refused.part, _sentence(error)) for error in refused.errors]
        raise InvalidInput(fields) from None


def _sentence(error: dict[str, object]) -> str:
    """What is wrong, and where in the document."""
    message, places = str(error["message"]), error.get("locations")
    if not isinstance(places, list):
        return message
    told = "; ".join(f"line {place['line']}, column {place['column']}" for place in places)
    return f"{message} ({told})"
