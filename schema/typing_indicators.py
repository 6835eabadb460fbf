"""Typing indicators: who is writing at this moment."""

import strawberry

from domain.refusals import NotFound
from resolvers import typing_indicators as resolvers
from schema.building import MutationInput, mutation
from schema.conversations import Conversation


@strawberry.input
class SetTypingInput(MutationInput):
    """What `setTyping` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")
    is_typing: bool = strawberry.field(description="Whether you are typing.")


@strawberry.type
class SetTypingSuccess:
    """It is told, if anybody listens."""

    conversation: Conversation = strawberry.field(description="The conversation.")


@strawberry.type
class TypingMutations:
    """What can be done while typing."""

    set_typing = mutation(
        resolvers.set_typing,
        input=SetTypingInput,
        returns=SetTypingSuccess,
        refuses=(NotFound,),
    )
