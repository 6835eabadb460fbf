"""Prompts: questions that people answer on their profiles."""

import strawberry

from domain.refusals import InvalidInput, NotFound
from persistence import models
from resolvers import prompts as resolvers
from schema.building import MutationInput, mutation, view_of
from schema.nodes import Node


@view_of(models.Prompt)
class Prompt(Node):
    """A question and a person's answer to it."""

    question: str = strawberry.field(description="The question.")
    answer: str = strawberry.field(description="What the person says to it.")


@strawberry.input
class PromptInput:
    """A question and your answer to it."""

    question: str = strawberry.field(description="1 to 150 characters, each question once.")
    answer: str = strawberry.field(description="1 to 500 characters.")


@strawberry.input
class SetPromptsInput(MutationInput):
    """What `setPrompts` needs."""

    prompts: list[PromptInput] = strawberry.field(
        description="All your prompts, at most 10, in the order in which they are shown."
    )


@strawberry.type
class SetPromptsSuccess:
    """These are your prompts now."""

    prompts: list[Prompt] = strawberry.field(description="All your prompts in their order.")


@strawberry.input
class ReorderPromptsInput(MutationInput):
    """What `reorderPrompts` needs."""

    prompt_ids: list[strawberry.ID] = strawberry.field(
        description="Each of your prompts once, in their new order."
    )


@strawberry.type
class ReorderPromptsSuccess:
    """Your prompts are shown in this order now."""

    prompts: list[Prompt] = strawberry.field(description="All your prompts in their order.")


@strawberry.type
class PromptMutations:
    """What can be done with prompts."""

    set_prompts = mutation(
        resolvers.set_prompts,
        input=SetPromptsInput,
        returns=SetPromptsSuccess,
        refuses=(InvalidInput,),
    )
    reorder_prompts = mutation(
        resolvers.reorder_prompts,
        input=ReorderPromptsInput,
        returns=ReorderPromptsSuccess,
        refuses=(InvalidInput, NotFound),
    )
