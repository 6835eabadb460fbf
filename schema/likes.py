"""Likes and passes: what people decide about people."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import likes, profiles
from domain import matches as rules
from domain.matches import MatchStatus
from domain.pairs import DecisionKind
from domain.refusals import Conflict, NotAllowed, NotFound
from persistence import models
from resolvers import likes as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.connections import Connection
from schema.matches import Match
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    DecisionKind,
    LIKE="Wants to meet the person.",
    PASS="Does not want to meet the person.",  # noqa: S106 - no password
)


@view_of(models.Decision)
class Decision:
    """What you decided about a person, as it stands. Nobody else sees it."""

    decided_at: datetime = strawberry.field(description="When.")
    profile: ProfileView | None = loaded(
        profiles.by_ids, key="candidate_id", description="The person."
    )

    @strawberry.field(description="What you decided.")
    def kind(root: strawberry.Parent[Any]) -> DecisionKind:
        return DecisionKind(root.kind)

    @strawberry.field(description="How far you two are.")
    async def status(root: strawberry.Parent[Any], info: strawberry.Info) -> MatchStatus:
        is_matched = await info.context.load(likes.are_matched, root.decision_id)
        return rules.status(DecisionKind(root.kind), is_matched=is_matched)


@strawberry.input
class LikeProfileInput(MutationInput):
    """What `likeProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The person's profile.")


@strawberry.type
class LikeProfileSuccess:
    """You like the person."""

    profile: ProfileView = strawberry.field(description="The person.")
    match: Match | None = strawberry.field(description="Your match; null unless they like you too.")


@strawberry.input
class PassProfileInput(MutationInput):
    """What `passProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The person's profile.")


@strawberry.type
class PassProfileSuccess:
    """Your deck does not show the person again."""

    profile: ProfileView = strawberry.field(description="The person.")


@strawberry.input
class UndoDecisionInput(MutationInput):
    """What `undoDecision` takes."""


@strawberry.type
class UndoDecisionSuccess:
    """It is as if you had not decided."""

    profile: ProfileView = strawberry.field(description="The person it was about.")


@strawberry.input
class UnlikeProfileInput(MutationInput):
    """What `unlikeProfile` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The profile of whom you like.")


@strawberry.type
class UnlikeProfileSuccess:
    """You do not like the person any more, and have not passed them either."""

    profile: ProfileView = strawberry.field(description="The person.")


@strawberry.type
class LikeMutations:
    """What can be decided about people."""

    like_profile = mutation(
        resolvers.like_profile,
        input=LikeProfileInput,
        returns=LikeProfileSuccess,
        refuses=(NotFound, NotAllowed),
    )
    pass_profile = mutation(
        resolvers.pass_profile,
        input=PassProfileInput,
        returns=PassProfileSuccess,
        refuses=(NotFound, NotAllowed, Conflict),
    )
    undo_decision = mutation(
        resolvers.undo_decision,
        input=UndoDecisionInput,
        returns=UndoDecisionSuccess,
        refuses=(NotAllowed, Conflict),
    )
    unlike_profile = mutation(
        resolvers.unlike_profile,
        input=UnlikeProfileInput,
        returns=UnlikeProfileSuccess,
        refuses=(NotFound,),
    )


@strawberry.type
class LikesOfViewer:
    """What the viewer has decided about people."""

    likes_given: Connection[Decision] = loaded(
        likes.likes_given, key="profile_id", description="Whom you like, the latest first."
    )
    passes_given: Connection[Decision] = loaded(
        likes.passes_given, key="profile_id", description="Whom you passed, the latest first."
    )
