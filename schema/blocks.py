"""Blocks: people who are not shown to each other any more."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import blocks
from domain.refusals import NotAllowed, NotFound
from persistence import models
from resolvers import blocks as resolvers
from resolvers import ids
from schema.building import MutationInput, loaded, mutation, view_of
from schema.connections import Connection

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@view_of(models.Block)
class BlockedProfile:
    """What you still see of a person whom you block."""

    blocked_at: datetime = strawberry.field(description="When you blocked them.")
    display_name: str | None = loaded(
        blocks.names_of_blocked, key="blocked_id", description="Their name."
    )

    @strawberry.field(description="The id of their profile; `unblockProfile` takes it.")
    def profile_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode("Profile", root.blocked_id))


@strawberry.input
class BlockProfileInput(MutationInput):
    """What `blockProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The person's profile.")


@strawberry.type
class BlockProfileSuccess:
    """You and the person are not shown to each other any more."""

    blocked_profile: BlockedProfile = strawberry.field(description="Whom you block.")


@strawberry.input
class UnblockProfileInput(MutationInput):
    """What `unblockProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The profile of whom you block.")


@strawberry.type
class UnblockProfileSuccess:
    """You do not block the person any more."""

    profile: ProfileView | None = strawberry.field(
        description="The person; null when they are hidden from you for another reason."
    )


@strawberry.type
class BlockMutations:
    """What can be done about people whom one does not want to meet."""

    block_profile = mutation(
        resolvers.block_profile,
        input=BlockProfileInput,
        returns=BlockProfileSuccess,
        refuses=(NotFound, NotAllowed),
    )
    unblock_profile = mutation(
        resolvers.unblock_profile,
        input=UnblockProfileInput,
        returns=UnblockProfileSuccess,
        refuses=(NotFound,),
    )


@strawberry.type
class BlocksOfViewer:
    """Whom the viewer blocks."""

    blocked_profiles: Connection[BlockedProfile] = loaded(
        blocks.of_blocker, key="profile_id", description="Whom you block, the latest first."
    )
