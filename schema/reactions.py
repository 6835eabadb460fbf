"""Reactions: the emoji that people put to messages, posts and comments."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import reactions
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound, RateLimited
from resolvers import reactions as resolvers
from schema.building import MutationInput, loaded, mutation
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

REACTIONS = "How people react to it, by emoji, in the order in which these came."
_SUBJECT = "A message, a post or a comment that you can read."
_STILL = "What it is about; null when it was hidden from you meanwhile."


@strawberry.type
class Reaction:
    """An emoji that people put to a message, a post or a comment."""

    emoji: str = strawberry.field(description="The emoji, spelled in full.")
    count: int = strawberry.field(description="How many people put it, of those you may see.")
    viewer_reacted: bool = strawberry.field(description="Whether you put it.")
    people: list[ProfileView] = loaded(
        reactions.people_of,
        key="people",
        description="Who put it of those you may see, the first ones first.",
    )


@strawberry.interface
class Reactable(Node):
    """What people can put emoji to with `react`: a message, a post or a comment."""

    reactions: list[Reaction] = strawberry.field(description=REACTIONS)


@strawberry.input
class ReactInput(MutationInput):
    """What `react` needs."""

    subject_id: strawberry.ID = strawberry.field(description=_SUBJECT)
    emoji: str = strawberry.field(description="One emoji, with or without variation selectors.")


@strawberry.input
class RemoveReactionInput(MutationInput):
    """What `removeReaction` needs."""

    subject_id: strawberry.ID = strawberry.field(description=_SUBJECT)
    emoji: str = strawberry.field(description="The emoji, with or without variation selectors.")


@strawberry.type
class ReactSuccess:
    """Your emoji is there."""

    subject_type: strawberry.Private[str]
    subject_key: strawberry.Private[str]

    @strawberry.field(description=_STILL)
    async def subject(root: strawberry.Parent[Any], info: strawberry.Info) -> Reactable | None:
        return await resolvers.subject_of(info.context, root.subject_type, root.subject_key)


@strawberry.type
class RemoveReactionSuccess:
    """Your emoji is not there any more."""

    subject_type: strawberry.Private[str]
    subject_key: strawberry.Private[str]

    @strawberry.field(description=_STILL)
    async def subject(root: strawberry.Parent[Any], info: strawberry.Info) -> Reactable | None:
        return await resolvers.subject_of(info.context, root.subject_type, root.subject_key)


@strawberry.type
class ReactionMutations:
    """What can be done with reactions."""

    react = mutation(
        resolvers.react,
        input=ReactInput,
        returns=ReactSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached, RateLimited),
    )
    remove_reaction = mutation(
        resolvers.remove_reaction,
        input=RemoveReactionInput,
        returns=RemoveReactionSuccess,
        refuses=(NotFound, InvalidInput),
    )
