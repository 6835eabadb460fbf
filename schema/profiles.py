"""Profiles: how people show themselves to others."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import strawberry

from dataloaders import companions, photos, posts, profiles, prompts
from domain import availability as availability_rules
from domain import profiles as rules
from domain.profiles import LastActive
from domain.refusals import InvalidInput
from persistence import models
from resolvers import locations as location_resolvers
from resolvers import presence
from resolvers import profiles as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.companions import Companion
from schema.connections import Connection
from schema.follows import FollowsOfProfile
from schema.handles import HandleOfProfile
from schema.likes import DecisionOfProfile
from schema.locations import Coordinates, DistanceBand
from schema.media import Media
from schema.nodes import Node
from schema.posts import Post
from schema.prompts import Prompt
from schema.scalars import Availability, DistanceUnit, shown_enum

shown_enum(
    LastActive,
    TODAY="Today, by UTC.",
    THIS_WEEK="Within 7 days.",
    THIS_MONTH="Within 30 days.",
    EARLIER="Longer ago.",
)

_Unit = Annotated[DistanceUnit, strawberry.argument(description="The unit of the answer.")]


@view_of(models.Profile)
class Profile(HandleOfProfile, FollowsOfProfile, DecisionOfProfile, Node):
    """How a person shows themselves to others, once they have completed onboarding."""

    display_name: str = strawberry.field(description="The name that others see.")
    bio: str = strawberry.field(description="About the person, in their own words.")
    gender: str | None = strawberry.field(
        description="Their gender: `woman`, `man`, `non_binary`, or another word."
    )
    pronouns: str | None = strawberry.field(description="Their pronouns.")
    city: str | None = strawberry.field(description="Where they say they live.")
    skills: list[str] = strawberry.field(
        description="What they can do: terms of the kind SKILL, or their own words."
    )
    interests: list[str] = strawberry.field(
        description="What they like: terms of the kinds INTEREST and ACTIVITY, or their own words."
    )
    goals: list[str] = strawberry.field(
        description="Why they are here: terms of the kind GOAL, like `friendship`."
    )
    languages: list[str] = strawberry.field(
        description="What they speak: codes of ISO 639-1, like `en`."
    )
    prompts: list[Prompt] = loaded(
        prompts.of_profiles, key="profile_id", description="Answered questions, in their order."
    )
    companions: list[Companion] = loaded(
        companions.of_profiles, key="profile_id", description="The animals that they live with."
    )
    photo: Media | None = loaded(
        photos.first_of_profiles,
        key="profile_id",
        description="The first of their photos that is ready; null without one.",
    )
    photos: list[Media] = loaded(
        photos.of_profiles,
        key="profile_id",
        description="Their photos, in their order; you see your own before they are ready.",
    )
    posts: Connection[Post] = loaded(
        posts.of_author, key="profile_id", description="What the person shares, newest first."
    )

    @strawberry.field(description="Their age in whole years.")
    def age(root: strawberry.Parent[Any]) -> int | None:
        if root.birth_date is None:
            return None
        return rules.age_on(root.birth_date, datetime.now(UTC).date())

    @strawberry.field(description="When they have time; null once what they said has ended.")
    def availability(root: strawberry.Parent[Any]) -> Availability | None:
        return _availability(root)

    @strawberry.field(description="Until when `availability` holds; null when it stays.")
    def available_until(root: strawberry.Parent[Any]) -> datetime | None:
        return root.available_until if _availability(root) else None

    last_active: LastActive | None = loaded(
        presence.last_active,
        key="profile_id",
        description="When they were last here, roughly; null when they do not show it, or you "
        "do not.",
    )
    is_online: bool | None = loaded(
        presence.are_online,
        key="profile_id",
        description="Whether they listen to live events at this moment; null when they do not "
        "show it, or you do not, or it is not known.",
    )

    @strawberry.field(
        description="Roughly how far they are from you; null when either has no location."
    )
    async def distance(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        unit: _Unit = DistanceUnit.KILOMETRES,
    ) -> DistanceBand | None:
        # A view shows any object that has its attributes.
        return await location_resolvers.distance_to(info.context, root, unit)  # type: ignore[return-value]


def _availability(profile: Any) -> Availability | None:
    return availability_rules.current(
        profile.availability, profile.available_until, datetime.now(UTC)
    )


@view_of(models.ProfileVector)
class EmbeddingState:
    """By which version of the model your profile was embedded for finding people."""

    model_version: str = strawberry.field(description="The version of the model.")
    embedded_at: datetime = strawberry.field(description="When.")


@strawberry.input
class ProfileFacts:
    """Facts about you; what is left out stays, null takes back what may be empty."""

    display_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 50 characters; cannot be taken back."
    )
    bio: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 2,000 characters."
    )
    birth_date: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="Not before 1900 and of an adult; others see your age; cannot be taken back.",
    )
    gender: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="`woman`, `man`, `non_binary`, or another word of at most 30 characters.",
    )
    pronouns: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 30 characters."
    )
    city: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 100 characters."
    )
    interests: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="At most 30, each of 1 to 50 characters; synonyms become known terms.",
    )
    skills: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="At most 30, each of 1 to 50 characters; synonyms become known terms.",
    )
    goals: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Terms of the kind GOAL, or synonyms of them."
    )
    languages: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Codes of ISO 639-1, or names of languages."
    )


@strawberry.input
class UpdateProfileInput(ProfileFacts, MutationInput):
    """What `updateProfile` takes."""


@strawberry.type
class UpdateProfileSuccess:
    """Your profile is changed."""

    profile: Profile = strawberry.field(description="Your profile as it is now.")


@strawberry.input
class AvailabilityInput:
    """When you have time."""

    status: Availability | None = strawberry.field(
        default=strawberry.UNSET, description="When you have time; null takes it back."
    )
    until: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="When that ends, in the future and at most a year ahead; null when it stays.",
    )


@strawberry.input
class SetAvailabilityInput(AvailabilityInput, MutationInput):
    """What `setAvailability` takes."""


@strawberry.type
class SetAvailabilitySuccess:
    """Your availability is known."""

    profile: Profile = strawberry.field(description="Your profile as it is now.")


@strawberry.type
class ProfileQueries:
    """What can be asked about people."""

    profile: Profile | None = resolve(resolvers.profile)


@strawberry.type
class ProfileMutations:
    """What can be done with profiles."""

    update_profile = mutation(
        resolvers.update_profile,
        input=UpdateProfileInput,
        returns=UpdateProfileSuccess,
        refuses=(InvalidInput,),
    )
    set_availability = mutation(
        resolvers.set_availability,
        input=SetAvailabilityInput,
        returns=SetAvailabilitySuccess,
        refuses=(InvalidInput,),
    )


@strawberry.type
class ProfilesOfViewer:
    """What the viewer alone sees of their profile, and the profile itself."""

    profile: Profile | None = loaded(
        profiles.by_ids, key="profile_id", description="How others see you."
    )
    embedding: EmbeddingState | None = loaded(
        profiles.vector_of_profiles,
        key="profile_id",
        description="How far the search for people knows your profile; null until embedded.",
    )

    @strawberry.field(description="Your birth date; others see your age.")
    async def birth_date(root: strawberry.Parent[Any], info: strawberry.Info) -> date | None:
        profile = await info.context.load(profiles.by_ids, root.profile_id)
        return profile.birth_date if profile else None

    @strawberry.field(description="Where you said you are; others see rough distances.")
    async def location(root: strawberry.Parent[Any], info: strawberry.Info) -> Coordinates | None:
        profile = await info.context.load(profiles.by_ids, root.profile_id)
        if profile is None or profile.latitude is None:
            return None
        return Coordinates(latitude=profile.latitude, longitude=profile.longitude)
