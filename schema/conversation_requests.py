"""Conversation requests: who wants to write to the viewer."""

import strawberry

from dataloaders import conversation_requests
from domain.refusals import LimitReached, NotAllowed, NotFound
from resolvers import conversation_requests as resolvers
from schema.building import MutationInput, loaded, mutation
from schema.connections import Connection
from schema.conversations import Conversation


@strawberry.input
class StartConversationInput(MutationInput):
    """What `startConversation` needs."""

    profile_id: strawberry.ID = strawberry.field(
        description="The profile of your match, or of whom you want to write to."
    )


@strawberry.type
class StartConversationSuccess:
    """You can write to them, or as much as a request holds."""

    conversation: Conversation = strawberry.field(description="Your conversation.")


@strawberry.input
class AcceptConversationInput(MutationInput):
    """What `acceptConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(
        description="One of your `conversationRequests`."
    )


@strawberry.type
class AcceptConversationSuccess:
    """You can write to each other."""

    conversation: Conversation = strawberry.field(description="Your conversation.")


@strawberry.input
class DeclineConversationInput(MutationInput):
    """What `declineConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(
        description="One of your `conversationRequests`."
    )


@strawberry.type
class DeclineConversationSuccess:
    """The request is gone; for the other it looks as before."""

    declined_conversation_id: strawberry.ID = strawberry.field(description="The id that it has.")


@strawberry.type
class ConversationRequestMutations:
    """What can be done with conversation requests."""

    start_conversation = mutation(
        resolvers.start_conversation,
        input=StartConversationInput,
        returns=StartConversationSuccess,
        refuses=(NotFound, NotAllowed, LimitReached),
    )
    accept_conversation = mutation(
        resolvers.accept_conversation,
        input=AcceptConversationInput,
        returns=AcceptConversationSuccess,
        refuses=(NotFound,),
    )
    decline_conversation = mutation(
        resolvers.decline_conversation,
        input=DeclineConversationInput,
        returns=DeclineConversationSuccess,
        refuses=(NotFound,),
    )


@strawberry.type
class ConversationRequestsOfViewer:
    """Who wants to write to the viewer."""

    conversation_requests: Connection[Conversation] = loaded(
        conversation_requests.of_recipient,
        key="profile_id",
        description=(
            "Conversations that you are asked for, the most recently active first: read them, "
            "then accept or decline. They are not in `conversations` and count as unread nowhere."
        ),
    )
