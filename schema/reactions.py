"""Reactions: the emoji that people put to messages."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from dataloaders import messages, reactions
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from resolvers import reactions as resolvers
from schema.building import MutationInput, loaded, mutation

if TYPE_CHECKING:
    from schema.messages import Message
    from schema.profiles import Profile

MessageView = Annotated["Message", strawberry.lazy("schema.messages")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.type
class Reaction:
    """An emoji that people put to a message."""

    emoji: str = strawberry.field(description="The emoji, spelled in full.")
    count: int = strawberry.field(description="How many people put it, of those you may see.")
    viewer_reacted: bool = strawberry.field(description="Whether you put it.")
    people: list[ProfileView] = loaded(
        reactions.people_of, key="people", description="Who put it, the first ones first."
    )


@strawberry.input
class ReactToMessageInput(MutationInput):
    """What `reactToMessage` needs."""

    message_id: strawberry.ID = strawberry.field(description="A message that you can read.")
    emoji: str = strawberry.field(description="One emoji, with or without variation selectors.")


@strawberry.input
class RemoveReactionInput(MutationInput):
    """What `removeReaction` needs."""

    message_id: strawberry.ID = strawberry.field(description="A message that you can read.")
    emoji: str = strawberry.field(description="The emoji, with or without variation selectors.")


@strawberry.type
class ReactToMessageSuccess:
    """Your emoji is at the message."""

    message_key: strawberry.Private[str]

    @strawberry.field(description="The message; null when it was hidden from you meanwhile.")
    async def reacted_message(
        root: strawberry.Parent[Any], info: strawberry.Info
    ) -> MessageView | None:
        return await _message(root, info)  # type: ignore[no-any-return]


@strawberry.type
class RemoveReactionSuccess:
    """Your emoji is not at the message any more."""

    message_key: strawberry.Private[str]

    @strawberry.field(description="The message; null when it was hidden from you meanwhile.")
    async def reacted_message(
        root: strawberry.Parent[Any], info: strawberry.Info
    ) -> MessageView | None:
        return await _message(root, info)  # type: ignore[no-any-return]


async def _message(root: Any, info: strawberry.Info) -> Any:
    return await info.context.load(messages.by_ids, UUID(root.message_key))


@strawberry.type
class ReactionMutations:
    """What can be done with reactions."""

    react_to_message = mutation(
        resolvers.react_to_message,
        input=ReactToMessageInput,
        returns=ReactToMessageSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached),
    )
    remove_reaction = mutation(
        resolvers.remove_reaction,
        input=RemoveReactionInput,
        returns=RemoveReactionSuccess,
        refuses=(NotFound, InvalidInput),
    )
