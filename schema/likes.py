"""Likes and other decisions: what people decide about people."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import likes, matches, profiles
from domain import matches as rules
from domain.likes import LikesTold
from domain.matches import MatchStatus
from domain.pairs import Act, DecisionKind
from domain.refusals import Conflict, LimitReached, NotAllowed, NotFound
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
    LATER="Puts the person aside, to decide some other time.",
    SUPER_LIKE="Wants to meet the person very much; there are few super-likes a day.",
)
shown_enum(
    Act,
    name="DecisionActKind",
    LIKE="Liked the person.",
    PASS="Passed the person.",  # noqa: S106 - no password
    LATER="Put the person aside.",
    SUPER_LIKE="Gave the person a super-like.",
    UNDO="Took the latest decision on the person back.",
    UNLIKE="Withdrew a like.",
    UNMATCH="Ended the match.",
    BLOCK="Blocked the person, whom you had liked.",
)

shown_enum(
    LikesTold,
    SHOWN="Who they are.",
    COUNTED="How many they are, and nothing else.",
    HIDDEN="Nothing: there seem to be none.",
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


@strawberry.type
class DecisionAct:
    """Something that you did about a person, as your history keeps it. Nobody else sees it."""

    decided_at: datetime = strawberry.field(description="When.")
    is_undone: bool = strawberry.field(
        description="Whether you had taken it back by the moment that was asked for."
    )
    profile: ProfileView | None = loaded(
        profiles.by_ids, key="candidate_id", description="The person."
    )

    @strawberry.field(description="What you did.")
    def kind(root: strawberry.Parent[Any]) -> Act:
        return Act(root.kind)


@strawberry.type
class ReceivedLike:
    """Somebody likes you and waits for your answer."""

    liked_at: datetime = strawberry.field(description="Since when.")
    profile: ProfileView | None = loaded(
        profiles.by_ids, key="profile_id", description="Who likes you."
    )

    @strawberry.field(description="`LIKE` or `SUPER_LIKE`.")
    def kind(root: strawberry.Parent[Any]) -> DecisionKind:
        return DecisionKind(root.kind)


@strawberry.input
class DecideInput(MutationInput):
    """What `decide` needs."""

    profile_id: strawberry.ID = strawberry.field(description="The person's profile.")
    decision: DecisionKind = strawberry.field(description="What you decide.")


@strawberry.type
class DecideSuccess:
    """It is decided; your deck does not show the person again."""

    profile: ProfileView = strawberry.field(description="The person.")
    match: Match | None = strawberry.field(
        description="Your match; null unless you like each other."
    )


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
    """It is as if you had not decided; what you had decided before stands again."""

    profile: ProfileView = strawberry.field(description="The person it was about.")
    match: Match | None = strawberry.field(
        description="Your match; null unless you like each other now."
    )


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

    decide = mutation(
        resolvers.decide,
        input=DecideInput,
        returns=DecideSuccess,
        refuses=(NotFound, NotAllowed, Conflict, LimitReached),
    )
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
class DecisionOfProfile:
    """What stands between the viewer and a person."""

    viewer_decision: DecisionKind | None = loaded(
        likes.decisions_by_viewer,
        key="profile_id",
        description=(
            "What you decided about the person, as it stands; null when nothing does, and a pass "
            "after your match has ended, whoever ended it."
        ),
    )
    match: Match | None = loaded(
        matches.with_partners,
        key="profile_id",
        description="Your match with the person; null when there is none.",
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
    later_pile: Connection[Decision] = loaded(
        likes.later_pile,
        key="profile_id",
        description=(
            "Whom you put aside, the latest first. Your deck does not show them; decide on them "
            "at any time."
        ),
    )

    decision_history: Connection[DecisionAct] = loaded(
        likes.history,
        key="profile_id",
        description=(
            "What you did about people, the latest first, as it stood at a moment. Nothing in it "
            "changes or goes: an undo is an act of its own. Who is hidden from you is left out."
        ),
    )
    likes_received: Connection[ReceivedLike] = loaded(
        resolvers.likes_received,
        key="profile_id",
        description=(
            "Who likes you and has no answer of yours, the latest first: you have not decided on "
            "them, or put them aside. `likesTold` says whether there is more than `totalCount`."
        ),
    )

    @strawberry.field(description="What this app tells you of the likes in `likesReceived`.")
    def likes_told(root: strawberry.Parent[Any], info: strawberry.Info) -> LikesTold:
        return resolvers.told_of_likes(info.context)
