"""Onboarding: the steps after which people are shown to others."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import availability, locations, preferences, profiles, prompts
from domain.facts import Fact
from domain.prompts import Answered
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.viewer import Viewer
from persistence import models
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ProfileOnboarded(Fact):
    """Somebody is shown to others from now on."""

    profile_id: UUID


class Step(StrEnum):
    """A part of introducing oneself, in the order in which they are best asked."""

    BASICS = "basics"
    ABOUT = "about"
    GOALS = "goals"
    INTERESTS = "interests"
    LOCATION = "location"


REQUIRED = (Step.BASICS, Step.ABOUT, Step.GOALS)
"""The steps without which nobody is shown."""

_NEEDED = {
    Step.BASICS: ("display_name", "birth_date"),
    Step.ABOUT: ("bio",),
    Step.GOALS: ("goals",),
    Step.INTERESTS: ("interests",),
    Step.LOCATION: ("latitude",),
}


@dataclass(frozen=True, slots=True)
class Introduction:
    """What somebody says of themselves at once; None leaves a part as it is.

    Attributes:
        facts: what `update_profile` takes.
        prompts: what `set_prompts` takes.
        preferences: what `set_preferences` takes.
        location: what `update_location` takes.
        availability: what `set_availability` takes.
    """

    facts: Mapping[str, Any]
    prompts: Sequence[Answered] | None = None
    preferences: Mapping[str, Any] | None = None
    location: Mapping[str, Any] | None = None
    availability: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StepState:
    """How far a step is."""

    step: Step
    is_done: bool
    is_required: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody's onboarding is.

    Attributes:
        is_complete: whether the person is shown to others.
        step: the first required step that is not done; None when all are.
        steps: all steps.
    """

    is_complete: bool
    step: Step | None
    steps: tuple[StepState, ...]


def progress(profile: Any) -> Progress:
    """Say how far the onboarding of a profile is.

    Args:
        profile: a row, or any object with the attributes.
    """
    steps = tuple(StepState(step, not _missing(profile, step), step in REQUIRED) for step in Step)
    open_steps = (state.step for state in steps if state.is_required and not state.is_done)
    return Progress(profile.onboarded_at is not None, next(open_steps, None), steps)


def _missing(profile: Any, step: Step) -> list[str]:
    return [column for column in _NEEDED[step] if getattr(profile, column) in (None, "", [])]


async def complete_onboarding(
    tx: Transaction,
    viewer: Viewer,
    *,
    introduction: Introduction,
    minimum_age: int = profiles.MINIMUM_AGE,
) -> Row:
    """Store what is given and be shown to others from now on; once is enough.

    What earlier steps stored counts as well.

    Args:
        tx: the transaction.
        viewer: who introduces themselves.
        introduction: what they say now.
        minimum_age: in whole years.

    Returns:
        The profile.

    Raises:
        InvalidInput: with all that is wrong or missing.
    """
    problems: list[InvalidField] = []
    await _store(tx, viewer, introduction, minimum_age, problems)
    profile = await profiles.own(tx, viewer)
    if problems := problems or [*_still_missing(profile)]:
        raise InvalidInput(problems)
    if profile.onboarded_at is not None:
        return profile
    tx.record(ProfileOnboarded(profile_id=profile.profile_id))
    key = {"profile_id": profile.profile_id}
    return await tx.change(models.Profile, key, onboarded_at=datetime.now(UTC)) or profile


async def _store(
    tx: Transaction,
    viewer: Viewer,
    given: Introduction,
    minimum_age: int,
    problems: list[InvalidField],
) -> None:
    with _telling(problems):
        await profiles.update_profile(tx, viewer, minimum_age=minimum_age, **given.facts)
    if given.prompts is not None:
        with _telling(problems):
            await prompts.set_prompts(tx, viewer, prompts=given.prompts)
    if given.preferences is not None:
        with _telling(problems, within="preferences."):
            await preferences.set_preferences(tx, viewer, **given.preferences)
    if given.location is not None:
        with _telling(problems):
            await locations.update_location(tx, viewer, **given.location)
    if given.availability is not None:
        with _telling(problems, within="availability."):
            await availability.set_availability(tx, viewer, **given.availability)


@contextmanager
def _telling(problems: list[InvalidField], within: str = "") -> Iterator[None]:
    # All that is wrong is told at once; the transaction goes on and is rolled back in the end.
    try:
        yield
    except InvalidInput as refusal:
        problems += [replace(field, path=within + field.path) for field in refusal.fields]


def _still_missing(profile: Row) -> Iterator[InvalidField]:
    for step in REQUIRED:
        for column in _missing(profile, step):
            first, *rest = column.split("_")
            path = first + "".join(part.capitalize() for part in rest)
            yield InvalidField(
                path, f"{path} is needed to be shown to others.", InvalidFieldCode.MISSING
            )
