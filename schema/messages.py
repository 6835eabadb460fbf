"""Messages: what people write to each other."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import conversations, media, messages, profiles, reactions
from domain.refusals import InvalidInput, NotAllowed, NotFound, RateLimited
from execution.declarations import joint
from persistence import models
from resolvers import messages as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.media import Media
from schema.reactions import REACTIONS, Reactable, Reaction

if TYPE_CHECKING:
    from schema.conversations import Conversation
    from schema.profiles import Profile
    from schema.stickers import Sticker

ConversationView = Annotated["Conversation", strawberry.lazy("schema.conversations")]
MessageView = Annotated["Message", strawberry.lazy("schema.messages")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]
StickerView = Annotated["Sticker", strawberry.lazy("schema.stickers")]


@view_of(models.Message)
class Message(Reactable):
    """What a person wrote in a conversation; a deleted one keeps its place and nothing else."""

    text: str | None = strawberry.field(
        description="The text, 1 to 4,000 characters; null without one and once deleted."
    )
    position: int = strawberry.field(
        description="Its number within the conversation: 1, 2, 3, in the order of sending."
    )
    sent_at: datetime = strawberry.field(description="When it was sent; never goes back.")
    edited_at: datetime | None = strawberry.field(
        description="When its text was last changed; null when it never was."
    )
    deleted_at: datetime | None = strawberry.field(
        description="When its sender took it back; null when it is still there."
    )
    is_read: bool = loaded(
        messages.are_read,
        key="message_id",
        description="Whether all but the sender have read it, as far as they let you know.",
    )
    sender: ProfileView | None = loaded(
        profiles.by_ids, key="sender_id", description="Who wrote it."
    )
    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="Where it was written."
    )
    reply_to: MessageView | None = loaded(
        messages.quoted,
        key="reply_to_id",
        description="The message that it answers; null also when that is deleted or hidden.",
    )
    attachments: list[Media] = loaded(
        media.of_messages,
        key="message_id",
        description=(
            "The images and videos that are attached, in the order that the sender gave. You see "
            "them in any `state`: being checked, ready, or refused. None once it is deleted."
        ),
    )
    reactions: list[Reaction] = loaded(
        reactions.of_messages, key="message_id", description=REACTIONS
    )

    @strawberry.field(description="Its sticker; null also when that is offered no more.")
    @joint
    def sticker(root: strawberry.Parent[Any], info: strawberry.Info) -> StickerView | None:
        return info.context.services.stickers.get(root.sticker_key)  # type: ignore[no-any-return]

    @strawberry.field(description="Whether its text was changed after it was sent.")
    def is_edited(root: strawberry.Parent[Any]) -> bool:
        return root.edited_at is not None

    @strawberry.field(description="Whether its sender took it back.")
    def is_deleted(root: strawberry.Parent[Any]) -> bool:
        return root.deleted_at is not None


@strawberry.type
class ExcerptPart:
    """A piece of an excerpt."""

    text: str = strawberry.field(description="The piece.")
    is_match: bool = strawberry.field(description="Whether it is a word that was searched for.")


@strawberry.type
class FoundMessage:
    """A message that a search has found."""

    message: Message | None = loaded(
        messages.by_ids,
        key="message_id",
        description="The message; null when it was hidden from you this very moment.",
    )

    @strawberry.field(
        description="Where the words are in it, without tags of HTML; show it as text."
    )
    def excerpt(root: strawberry.Parent[Any]) -> list[ExcerptPart]:
        parts = resolvers.parts_of(root.excerpt)
        return [ExcerptPart(text=text, is_match=is_match) for text, is_match in parts]


@strawberry.input
class SendMessageInput(MutationInput):
    """What `sendMessage` needs: a text, a sticker, attachments, or several of them."""

    conversation_id: strawberry.ID = strawberry.field(description="One of your conversations.")
    text: str | None = strawberry.field(
        default=strawberry.UNSET, description="The text, 1 to 4,000 characters."
    )
    sticker_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The `id` of a sticker."
    )
    media_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Images and videos that you uploaded and use nowhere else, each once, in the order in "
            "which they are shown; at most 10 unless the operator says otherwise. They may still "
            "be being checked."
        ),
    )
    reply_to_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The message of the same conversation that it answers.",
    )


@strawberry.type
class SendMessageSuccess:
    """The message is sent."""

    sent_message: Message = strawberry.field(description="The new message.")


@strawberry.input
class EditMessageInput(MutationInput):
    """What `editMessage` needs."""

    message_id: strawberry.ID = strawberry.field(description="A message that you sent.")
    text: str = strawberry.field(description="The new text, 1 to 4,000 characters.")


@strawberry.type
class EditMessageSuccess:
    """The message says this now."""

    edited_message: Message = strawberry.field(description="The message.")


@strawberry.input
class DeleteMessageInput(MutationInput):
    """What `deleteMessage` needs."""

    message_id: strawberry.ID = strawberry.field(description="A message that you sent.")


@strawberry.type
class DeleteMessageSuccess:
    """Nobody can read the message any more."""

    deleted_message: Message = strawberry.field(description="What is left of it: its place.")


@strawberry.type
class MessageMutations:
    """What can be done with messages."""

    send_message = mutation(
        resolvers.send_message,
        input=SendMessageInput,
        returns=SendMessageSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, RateLimited),
    )
    edit_message = mutation(
        resolvers.edit_message,
        input=EditMessageInput,
        returns=EditMessageSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, RateLimited),
    )
    delete_message = mutation(
        resolvers.delete_message,
        input=DeleteMessageInput,
        returns=DeleteMessageSuccess,
        refuses=(NotFound, NotAllowed),
    )
