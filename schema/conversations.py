"""Conversations: where people who have matched write to each other."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import conversations, matches, messages, profiles
from domain.refusals import InvalidInput, NotAllowed, NotFound
from persistence import models
from resolvers import conversations as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.connections import Connection
from schema.messages import Message
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.matches import Match
    from schema.profiles import Profile

MatchView = Annotated["Match", strawberry.lazy("schema.matches")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@view_of(models.ConversationMember)
class ConversationMember:
    """A person in a conversation."""

    profile: ProfileView | None = loaded(
        profiles.by_ids, key="profile_id", description="The person."
    )
    read_position: int | None = strawberry.field(
        description="The position of the last message that they have read; 0 before the first, "
        "null when they do not show it, or you do not."
    )
    read_at: datetime | None = strawberry.field(
        description="When they last read a new message, if they show it."
    )
    joined_at: datetime = strawberry.field(description="Since when they take part.")


@view_of(models.Conversation)
class Conversation(Node):
    """A place where its members write messages; it is gone when their match ends."""

    members: list[ConversationMember] = loaded(
        conversations.members_of, key="conversation_id", description="All who take part."
    )
    other: ProfileView | None = loaded(
        conversations.others_of, key="conversation_id", description="The person you talk to."
    )
    match: MatchView | None = loaded(
        matches.by_ids, key="match_id", description="The match that opened it."
    )
    last_message: Message | None = loaded(
        messages.last_of, key="conversation_id", description="The newest message."
    )
    messages: Connection[Message] = loaded(
        messages.of_conversation, key="conversation_id", description="The messages, newest first."
    )
    last_position: int = strawberry.field(
        description="The position of the newest message; 0 before the first."
    )
    last_message_at: datetime | None = strawberry.field(
        description="When the newest message was sent."
    )
    unread_count: int = loaded(
        conversations.unread_counts,
        key="conversation_id",
        description="How many messages of others follow your `readPosition`.",
    )
    read_position: int = loaded(
        conversations.read_positions,
        key="conversation_id",
        description="The position up to which you have read; move it with `markRead`.",
    )
    active_at: datetime = strawberry.field(
        description="When something last happened in it; the order of `conversations`."
    )
    created_at: datetime = strawberry.field(description="When it was opened.")


@strawberry.input
class StartConversationInput(MutationInput):
    """What `startConversation` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The profile of your match.")


@strawberry.type
class StartConversationSuccess:
    """You can write to your match."""

    conversation: Conversation = strawberry.field(description="Your conversation.")


@strawberry.input
class HideConversationInput(MutationInput):
    """What `hideConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")


@strawberry.type
class HideConversationSuccess:
    """The conversation is off your list until the next message in it."""

    conversation: Conversation = strawberry.field(description="The conversation.")


@strawberry.input
class MarkReadInput(MutationInput):
    """What `markRead` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")
    up_to: int = strawberry.field(
        description="The `position` of the last message that you have read, at least 0."
    )


@strawberry.type
class MarkReadSuccess:
    """Your mark is at this position or past it."""

    conversation: Conversation = strawberry.field(description="The conversation.")


@strawberry.type
class ConversationQueries:
    """What can be asked about conversations."""

    conversation: Conversation | None = resolve(resolvers.conversation)


@strawberry.type
class ConversationMutations:
    """What can be done with conversations."""

    start_conversation = mutation(
        resolvers.start_conversation,
        input=StartConversationInput,
        returns=StartConversationSuccess,
        refuses=(NotFound, NotAllowed),
    )
    hide_conversation = mutation(
        resolvers.hide_conversation,
        input=HideConversationInput,
        returns=HideConversationSuccess,
        refuses=(NotFound,),
    )
    mark_read = mutation(
        resolvers.mark_read,
        input=MarkReadInput,
        returns=MarkReadSuccess,
        refuses=(NotFound, InvalidInput),
    )


@strawberry.type
class ConversationsOfViewer:
    """The viewer's conversations."""

    unread_count: int = loaded(
        conversations.unread_totals,
        key="profile_id",
        description="How many messages you have not read, in all of `conversations`.",
    )
    conversations: Connection[Conversation] = loaded(
        conversations.of_member,
        key="profile_id",
        description="Your conversations, the most recently active first, without hidden ones.",
    )
