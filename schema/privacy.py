"""Privacy: what people let others know of what they are doing."""

import strawberry

from dataloaders import privacy
from domain.refusals import InvalidInput
from persistence import models
from resolvers import privacy as resolvers
from schema.building import MutationInput, loaded, mutation, view_of


@view_of(models.Privacy)
class Privacy:
    """What you show of what you are doing. Who hides theirs does not see others'."""

    show_online: bool = strawberry.field(
        description="Whether others see `isOnline` of you, and you of them."
    )
    show_last_active: bool = strawberry.field(
        description="Whether others see `lastActive` of you, and you of them; decks that are "
        "filtered by it leave you out when you hide it."
    )
    show_read_receipts: bool = strawberry.field(
        description="Whether others see what you have read, and you what they have."
    )
    show_typing: bool = strawberry.field(
        description="Whether others see that you are typing, and you that they are."
    )


@strawberry.input
class SetPrivacyInput(MutationInput):
    """What `setPrivacy` takes; what is left out stays, null shows as at first."""

    show_online: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether others see that you are online."
    )
    show_last_active: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether others see when you were last here."
    )
    show_read_receipts: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether others see what you have read."
    )
    show_typing: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether others see that you are typing."
    )


@strawberry.type
class SetPrivacySuccess:
    """This is what you show now."""

    privacy: Privacy = strawberry.field(description="All your switches.")


@strawberry.type
class PrivacyMutations:
    """What can be done with privacy."""

    set_privacy = mutation(
        resolvers.set_privacy,
        input=SetPrivacyInput,
        returns=SetPrivacySuccess,
        refuses=(InvalidInput,),
    )


@strawberry.type
class PrivacyOfViewer:
    """The viewer's switches."""

    privacy: Privacy | None = loaded(
        privacy.own_of_profiles,
        key="profile_id",
        description="What you show of what you are doing.",
    )
