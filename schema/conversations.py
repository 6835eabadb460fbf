"""Conversations: where people write to each other."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import conversation_requests, conversations, events, matches, messages, profiles
from domain.conversations import ConversationKind
from domain.groups import MemberRole
from domain.refusals import InvalidInput, NotFound
from persistence import models
from resolvers import conversations as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.connections import Connection
from schema.messages import FoundMessage, Message
from schema.nodes import Node
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.events import Event
    from schema.matches import Match
    from schema.profiles import Profile

EventView = Annotated["Event", strawberry.lazy("schema.events")]
MatchView = Annotated["Match", strawberry.lazy("schema.matches")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

_SEARCH = 100
"""The price of a search: common words take as much work as a long conversation has messages."""

shown_enum(
    ConversationKind,
    DIRECT="For two people.",
    GROUP="For those whom its owners let in.",
)
shown_enum(
    MemberRole,
    OWNER="Renames the group, adds and removes members.",
    MEMBER="Reads, writes and leaves.",
)


@view_of(models.ConversationMember)
class ConversationMember:
    """A person in a conversation."""

    role: MemberRole = strawberry.field(description="What they may do in a group.")

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
    """A place where its members write messages.

    A direct one is gone when the match of the two ends, or one blocks the other. A group stays,
    but two who have blocked each other see neither the other nor what the other writes there, and
    whoever joins sees what is written from then on.
    """

    kind: ConversationKind = strawberry.field(description="For whom it is.")
    title: str | None = strawberry.field(description="The title of a group.")
    members: Connection[ConversationMember] = loaded(
        conversations.members_of,
        key="conversation_id",
        description="Who takes part and is not hidden from you, the longest members first.",
    )
    other: ProfileView | None = loaded(
        conversations.others_of,
        key="conversation_id",
        description="The person you talk to; null in a group.",
    )
    requested_by: ProfileView | None = loaded(
        conversation_requests.requesters_of,
        key="conversation_id",
        description=(
            "Who asks the other for this conversation, which is not accepted yet: you, or who "
            "wants to write to you. Null once it is accepted, and where nobody had to ask."
        ),
    )
    match: MatchView | None = loaded(
        matches.by_ids, key="match_id", description="The match that it belongs to."
    )
    event: EventView | None = loaded(
        events.by_ids,
        key="event_id",
        description="The event whose chat it is: who goes takes part.",
    )
    last_message: Message | None = loaded(
        messages.last_of, key="conversation_id", description="The newest message that you see."
    )
    last_message_at: datetime | None = loaded(
        messages.last_times,
        key="conversation_id",
        description="When the newest message that you see was sent.",
    )
    search: Connection[FoundMessage] = loaded(
        messages.found_in,
        key="conversation_id",
        description="The messages with these words, newest first, without deleted ones.",
        cost=_SEARCH,
    )
    messages: Connection[Message] = loaded(
        messages.of_conversation, key="conversation_id", description="The messages, newest first."
    )
    last_position: int = strawberry.field(
        description="The position of the newest message, seen by you or not; 0 before the first."
    )
    unread_count: int = loaded(
        conversations.unread_counts,
        key="conversation_id",
        description="How many messages of others that you see follow your `readPosition`.",
    )
    read_position: int = loaded(
        conversations.read_positions,
        key="conversation_id",
        description="The position up to which you have read; move it with `markRead`.",
    )
    is_muted: bool = loaded(
        conversations.are_muted,
        key="conversation_id",
        description="Whether you get no notifications of it now.",
    )
    muted_until: datetime | None = loaded(
        conversations.muted_until,
        key="conversation_id",
        description="When your mute ends; null when it has no end, or there is none.",
    )
    active_at: datetime = strawberry.field(
        description=(
            "When something last happened in it, seen by you or not; the order of `conversations`."
        )
    )
    created_at: datetime = strawberry.field(description="When it was opened.")


@strawberry.input
class HideConversationInput(MutationInput):
    """What `hideConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")
    clear: bool = strawberry.field(
        default=False, description="Whether its messages so far are gone for you, for good."
    )


@strawberry.type
class HideConversationSuccess:
    """The conversation is off your list until the next message in it."""

    conversation: Conversation = strawberry.field(description="The conversation.")


@strawberry.input
class MuteConversationInput(MutationInput):
    """What `muteConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")
    until: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When the mute ends; for ever if unsaid."
    )


@strawberry.type
class MuteConversationSuccess:
    """You get no notifications of the conversation."""

    conversation: Conversation = strawberry.field(description="The conversation.")


@strawberry.input
class UnmuteConversationInput(MutationInput):
    """What `unmuteConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")


@strawberry.type
class UnmuteConversationSuccess:
    """You get notifications of the conversation."""

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

    hide_conversation = mutation(
        resolvers.hide_conversation,
        input=HideConversationInput,
        returns=HideConversationSuccess,
        refuses=(NotFound,),
    )
    mute_conversation = mutation(
        resolvers.mute_conversation,
        input=MuteConversationInput,
        returns=MuteConversationSuccess,
        refuses=(NotFound, InvalidInput),
    )
    unmute_conversation = mutation(
        resolvers.unmute_conversation,
        input=UnmuteConversationInput,
        returns=UnmuteConversationSuccess,
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
