"""Follows: who wants to read what whom shares."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import follows
from domain.follows import FollowState
from domain.refusals import NotAllowed, NotFound
from resolvers import follows as resolvers
from schema.building import MutationInput, loaded, mutation
from schema.connections import Connection
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    FollowState,
    NOT_FOLLOWING="They do not follow.",
    REQUESTED="They have asked to, and wait for an answer.",
    FOLLOWING="They follow.",
)


@strawberry.input
class FollowProfileInput(MutationInput):
    """What `followProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="Whom to follow.")


@strawberry.type
class FollowProfileSuccess:
    """You follow the person, or have asked to."""

    profile: ProfileView = strawberry.field(description="The person.")


@strawberry.input
class UnfollowProfileInput(MutationInput):
    """What `unfollowProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="Whom not to follow.")


@strawberry.type
class UnfollowProfileSuccess:
    """You do not follow the person, nor ask to."""

    profile: ProfileView = strawberry.field(description="The person.")


@strawberry.input
class AcceptFollowerInput(MutationInput):
    """What `acceptFollower` needs."""

    profile_id: strawberry.ID = strawberry.field(description="Who has asked to follow you.")


@strawberry.type
class AcceptFollowerSuccess:
    """The person follows you."""

    profile: ProfileView = strawberry.field(description="The person.")


@strawberry.input
class RemoveFollowerInput(MutationInput):
    """What `removeFollower` needs."""

    profile_id: strawberry.ID = strawberry.field(description="Who is not to follow you.")


@strawberry.type
class RemoveFollowerSuccess:
    """The person does not follow you, nor asks to."""

    profile: ProfileView = strawberry.field(description="The person.")


@strawberry.type
class FollowMutations:
    """What can be done about following."""

    follow_profile = mutation(
        resolvers.follow_profile,
        input=FollowProfileInput,
        returns=FollowProfileSuccess,
        refuses=(NotFound, NotAllowed),
    )
    unfollow_profile = mutation(
        resolvers.unfollow_profile,
        input=UnfollowProfileInput,
        returns=UnfollowProfileSuccess,
        refuses=(NotFound,),
    )
    accept_follower = mutation(
        resolvers.accept_follower,
        input=AcceptFollowerInput,
        returns=AcceptFollowerSuccess,
        refuses=(NotFound,),
    )
    remove_follower = mutation(
        resolvers.remove_follower,
        input=RemoveFollowerInput,
        returns=RemoveFollowerSuccess,
        refuses=(NotFound,),
    )


@strawberry.type
class FollowsOfProfile:
    """Whom a person follows, and who follows them."""

    followers: Connection[ProfileView] = loaded(
        follows.followers_of,
        key="profile_id",
        description=(
            "Who follows the person, the latest first; of who approves followers for these alone."
        ),
    )
    following: Connection[ProfileView] = loaded(
        follows.followed_by,
        key="profile_id",
        description=(
            "Whom the person follows, the latest first; of who approves followers for these alone."
        ),
    )
    viewer_follows: FollowState = loaded(
        follows.states_by_viewer, key="profile_id", description="Whether you follow the person."
    )
    follows_viewer: FollowState = loaded(
        follows.states_of_viewer, key="profile_id", description="Whether the person follows you."
    )


@strawberry.type
class FollowsOfViewer:
    """Who wants to follow the viewer."""

    follow_requests: Connection[ProfileView] = loaded(
        follows.requests_to,
        key="profile_id",
        description="Who has asked to follow you and waits for an answer, the latest first.",
    )
