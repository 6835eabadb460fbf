"""Preferences: whom people want to meet; shown to nobody else."""

from typing import Annotated, Any

import strawberry

from dataloaders import preferences
from domain.conversation_requests import FirstMessages
from domain.refusals import InvalidInput
from persistence import models
from resolvers import preferences as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.scalars import DistanceUnit, shown_enum

shown_enum(
    FirstMessages,
    MATCHES="Only people with whom there is a match.",
    REQUESTS="Others too, by a request that has to be accepted.",
    EVERYONE="Everybody, as far as the app allows it.",
)

_Unit = Annotated[
    DistanceUnit | None,
    strawberry.argument(description="The unit of the answer; the one you prefer if unsaid."),
]

_DISCOVERABLE = (
    "Whether decks, searches, and feeds by relevance of people who do not know you may show you. "
    "Your posts for everybody stay in `reels` and `posts`."
)


@view_of(models.Preferences)
class Preferences:
    """Whom you want to meet. Empty lists and nulls mean anybody."""

    age_min: int = strawberry.field(description="The youngest age, from 18.")
    age_max: int = strawberry.field(description="The oldest age, to 120.")
    genders: list[str] = strawberry.field(description="Genders.")
    active_within_days: int | None = strawberry.field(
        description="Only people who were here within so many days."
    )
    distance_unit: DistanceUnit = strawberry.field(description="The unit that you prefer.")
    is_discoverable: bool = strawberry.field(description=_DISCOVERABLE)
    approves_followers: bool = strawberry.field(
        description="Whether who wants to follow you has to wait for your `acceptFollower`."
    )
    first_messages: FirstMessages = strawberry.field(
        description="Who may write to you first; the app may be stricter."
    )

    @strawberry.field(description="Shared goals, of which people need at least one.")
    def goals(root: strawberry.Parent[Any]) -> list[str]:
        return root.goals_wanted  # type: ignore[no-any-return]

    @strawberry.field(description="Languages (ISO 639-1), of which people need at least one.")
    def languages(root: strawberry.Parent[Any]) -> list[str]:
        return root.languages_wanted  # type: ignore[no-any-return]

    @strawberry.field(description="The greatest distance.")
    def max_distance(root: strawberry.Parent[Any], unit: _Unit = None) -> float | None:
        return resolvers.max_distance_of(root, unit)


@strawberry.input
class DistanceInput:
    """A distance with its unit."""

    value: float = strawberry.field(description="How many of the unit, more than 0.")
    unit: DistanceUnit = strawberry.field(
        default=DistanceUnit.KILOMETRES, description="The unit; kilometres if unsaid."
    )


@strawberry.input
class PreferencesInput:
    """Whom you want to meet; what is left out stays, null and empty lists mean anybody."""

    age_min: int | None = strawberry.field(default=strawberry.UNSET, description="18 to 120.")
    age_max: int | None = strawberry.field(
        default=strawberry.UNSET, description="18 to 120, not below `ageMin`."
    )
    max_distance: DistanceInput | None = strawberry.field(
        default=strawberry.UNSET, description="The greatest distance."
    )
    genders: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="At most 30, each of 1 to 50 characters."
    )
    goals: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Terms of the kind GOAL."
    )
    languages: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Codes of ISO 639-1."
    )
    active_within_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 365."
    )
    distance_unit: DistanceUnit | None = strawberry.field(
        default=strawberry.UNSET, description="The unit in which you want to read distances."
    )
    is_discoverable: bool | None = strawberry.field(
        default=strawberry.UNSET, description=_DISCOVERABLE
    )
    approves_followers: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether you approve who follows you."
    )
    first_messages: FirstMessages | None = strawberry.field(
        default=strawberry.UNSET, description="Who may write to you first; null for EVERYONE."
    )


@strawberry.input
class SetPreferencesInput(PreferencesInput, MutationInput):
    """What `setPreferences` takes."""


@strawberry.type
class SetPreferencesSuccess:
    """This is whom you want to meet now."""

    preferences: Preferences = strawberry.field(description="All your preferences.")


@strawberry.type
class PreferencesMutations:
    """What can be done with preferences."""

    set_preferences = mutation(
        resolvers.set_preferences,
        input=SetPreferencesInput,
        returns=SetPreferencesSuccess,
        refuses=(InvalidInput,),
    )


@strawberry.type
class PreferencesOfViewer:
    """The viewer's preferences."""

    preferences: Preferences | None = loaded(
        preferences.own_of_profiles, key="profile_id", description="Whom you want to meet."
    )
