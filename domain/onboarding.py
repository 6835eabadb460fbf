"""Onboarding: the steps after which people are shown to others."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import availability, locations, preferences, profiles, prompts
from domain.facts import Fact
from domain.refusals import InvalidField, InvalidInput
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
    minimum_age: int = profiles.MINIMUM_AGE,
    answers: Sequence[prompts.Answered] | None = None,
    wishes: Mapping[str, Any] | None = None,
    place: Mapping[str, Any] | None = None,
    time: Mapping[str, Any] | None = None,
    **given: Any,
) -> Row:
    """Store what is given and be shown to others from now on; once is enough.

    What earlier steps stored counts as well.

    Args:
        tx: the transaction.
        viewer: who introduces themselves.
        minimum_age: in whole years.
        answers: what `set_prompts` takes.
        wishes: what `set_preferences` takes.
        place: what `update_location` takes.
        time: what `set_availability` takes.
        given: what `update_profile` takes.

    Returns:
        The profile.

    Raises:
        InvalidInput: with all that is wrong or missing.
    """
    problems: list[InvalidField] = []
    profile = await profiles.own(tx, viewer)
    with _telling(problems):
        profile = await profiles.update_profile(tx, viewer, minimum_age=minimum_age, **given)
    if answers is not None:
        with _telling(problems):
            await prompts.set_prompts(tx, viewer, prompts=answers)
    if wishes is not None:
        with _telling(problems, within="preferences."):
            await preferences.set_preferences(tx, viewer, **wishes)
    if place is not None:
        with _telling(problems):
            profile = await locations.update_location(tx, viewer, **place)
    if time is not None:
        with _telling(problems, within="availability."):
            profile = await availability.set_availability(tx, viewer, **time)
    if problems := problems or [*_still_missing(profile)]:
        raise InvalidInput(problems)
    if profile.onboarded_at is not None:
        return profile
    tx.record(ProfileOnboarded(profile_id=profile.profile_id))
    key = {"profile_id": profile.profile_id}
    return await tx.change(models.Profile, key, onboarded_at=datetime.now(UTC)) or profile


@contextmanager
def _telling(problems: list[InvalidField], within: str = "") -> Iterator[None]:
    # All that is wrong is told at once; the transaction goes on and is rolled back in the end.
    try:
        yield
    except InvalidInput as refusal:
        problems += [InvalidField(within + field.path, field.message) for field in refusal.fields]


def _still_missing(profile: Row) -> Iterator[InvalidField]:
    for step in REQUIRED:
        for column in _missing(profile, step):
            first, *rest = column.split("_")
            path = first + "".join(part.capitalize() for part in rest)
            yield InvalidField(path, f"{path} is needed to be shown to others.")
