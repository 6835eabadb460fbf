"""Messages: what people write to each other."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import conversations, messages, profiles
from domain.refusals import InvalidInput, NotFound
from persistence import models
from resolvers import messages as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.conversations import Conversation
    from schema.profiles import Profile

ConversationView = Annotated["Conversation", strawberry.lazy("schema.conversations")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@view_of(models.Message)
class Message(Node):
    """A text that a person wrote in a conversation."""

    text: str = strawberry.field(description="The text, 1 to 4,000 characters.")
    position: int = strawberry.field(
        description="Its number within the conversation: 1, 2, 3, in the order of sending."
    )
    sent_at: datetime = strawberry.field(description="When it was sent; never goes back.")
    is_read: bool = loaded(
        messages.are_read, key="message_id", description="Whether all but the sender have read it."
    )
    sender: ProfileView | None = loaded(
        profiles.by_ids, key="sender_id", description="Who wrote it."
    )
    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="Where it was written."
    )


@strawberry.input
class SendMessageInput(MutationInput):
    """What `sendMessage` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")
    text: str = strawberry.field(description="The text, 1 to 4,000 characters.")


@strawberry.type
class SendMessageSuccess:
    """The message is sent."""

    sent_message: Message = strawberry.field(description="The new message.")


@strawberry.type
class MessageMutations:
    """What can be done with messages."""

    send_message = mutation(
        resolvers.send_message,
        input=SendMessageInput,
        returns=SendMessageSuccess,
        refuses=(NotFound, InvalidInput),
    )
