"""Onboarding: from a free text to a profile that is shown to others."""

from typing import Any

import strawberry

from dataloaders import profiles
from domain import onboarding
from domain.onboarding import Step
from domain.refusals import InvalidInput, LimitReached
from matching.vocabulary import Kind
from resolvers import onboarding as resolvers
from resolvers import profiles as profile_resolvers
from schema.building import MutationInput, mutation, resolve
from schema.locations import GeoPoint
from schema.preferences import PreferencesInput
from schema.profiles import AvailabilityInput, Profile, ProfileFacts
from schema.prompts import PromptInput
from schema.scalars import shown_enum

# To read a long text takes a tenth of a second of a core and more.
_READING = 1_000

shown_enum(
    Step,
    name="OnboardingStep",
    BASICS="Display name and birth date.",
    ABOUT="A text about oneself.",
    GOALS="At least one goal.",
    INTERESTS="At least one interest.",
    LOCATION="Where one is.",
)
shown_enum(
    Kind,
    name="TermKind",
    INTEREST="What people like.",
    ACTIVITY="What people like to do together.",
    SKILL="What people can do.",
    GOAL="Why people are here.",
    LANGUAGE="What people speak: codes of ISO 639-1.",
    AVAILABILITY="When people have time.",
    COMPANION="Who lives with people.",
)


@strawberry.type
class StepState:
    """A step of onboarding and whether it is done."""

    step: Step = strawberry.field(description="The step.")
    is_done: bool = strawberry.field(description="Whether it is done.")
    is_required: bool = strawberry.field(description="Whether onboarding needs it.")


@strawberry.type
class Onboarding:
    """How far your introduction is."""

    is_complete: bool = strawberry.field(description="Whether you are shown to others.")
    step: Step | None = strawberry.field(
        description="The first required step that is not done; null when all are."
    )
    steps: list[StepState] = strawberry.field(
        description="All steps, in the order in which they are best asked."
    )


@strawberry.type
class Term:
    """A word that is known for a list of profiles."""

    key: str = strawberry.field(description="What profiles store.")
    label: str = strawberry.field(description="What people read, in English.")


@strawberry.type
class Finding:
    """Something that was found in a text, and where; start and end count Unicode characters."""

    value: str = strawberry.field(description="What to save: the key of a term, or own words.")
    label: str = strawberry.field(description="What people read.")
    start: int = strawberry.field(description="Where it starts in the text.")
    end: int = strawberry.field(description="Where it ends in the text, exclusive.")
    confidence: float = strawberry.field(description="How sure it is, 0 to 1.")
    source: str = strawberry.field(
        description="How it was found: `rule`, `vocabulary`, `written` as it is, or `similar`."
    )


@strawberry.type
class ProfilePreview:
    """What a free text says about its writer, to be corrected and then saved."""

    display_name: Finding | None = strawberry.field(description="The name.")
    bio: str = strawberry.field(description="The text as it may stand on the profile.")
    age: Finding | None = strawberry.field(description="The age in years.")
    city: Finding | None = strawberry.field(
        resolver=lambda root: root.place, description="The city."
    )
    availability: Finding | None = strawberry.field(description="When they have time.")
    interests: list[Finding] = strawberry.field(description="What they like.")
    activities: list[Finding] = strawberry.field(
        description="What they like to do; save these among the interests."
    )
    skills: list[Finding] = strawberry.field(description="What they can do.")
    goals: list[Finding] = strawberry.field(description="Why they are here.")
    languages: list[Finding] = strawberry.field(description="What they speak.")
    companions: list[Finding] = strawberry.field(description="Kinds of animals they live with.")


@strawberry.input
class CompleteOnboardingInput(ProfileFacts, MutationInput):
    """What `completeOnboarding` takes; what was saved before need not be given again."""

    prompts: list[PromptInput] | None = strawberry.field(
        default=strawberry.UNSET, description="As in `setPrompts`."
    )
    preferences: PreferencesInput | None = strawberry.field(
        default=strawberry.UNSET, description="As in `setPreferences`."
    )
    location: GeoPoint | None = strawberry.field(
        default=strawberry.UNSET, description="As in `updateLocation`."
    )
    availability: AvailabilityInput | None = strawberry.field(
        default=strawberry.UNSET, description="As in `setAvailability`."
    )


@strawberry.type
class CompleteOnboardingSuccess:
    """You are shown to others from now on."""

    profile: Profile = strawberry.field(description="How others see you.")


@strawberry.type
class OnboardingQueries:
    """What can be asked on the way to a profile."""

    preview_profile: ProfilePreview = resolve(profile_resolvers.preview_profile, cost=_READING)
    profile_terms: list[Term] = resolve(profile_resolvers.profile_terms)


@strawberry.type
class OnboardingMutations:
    """What can be done on the way to a profile."""

    complete_onboarding = mutation(
        resolvers.complete_onboarding,
        input=CompleteOnboardingInput,
        returns=CompleteOnboardingSuccess,
        refuses=(InvalidInput, LimitReached),
    )


@strawberry.type
class OnboardingOfViewer:
    """How far the viewer's introduction is."""

    @strawberry.field(description="How far your introduction is.")
    async def onboarding(root: strawberry.Parent[Any], info: strawberry.Info) -> Onboarding | None:
        profile = await info.context.load(profiles.by_ids, root.profile_id)
        return onboarding.progress(profile) if profile else None  # type: ignore[return-value]
