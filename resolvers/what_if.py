"""What if: whom the viewer would be shown if they wanted other people."""

from types import SimpleNamespace
from typing import Annotated, Any

import strawberry

from domain import preferences as rules
from domain.numbers import check_count
from domain.refusals import InvalidFieldCode, InvalidInput
from matching.candidates import Recommendation
from matching.features import Preferences, features_of
from persistence.queries import profiles
from resolvers import deck
from resolvers.context import Context
from resolvers.preferences import columns_of

MOST = 50

Number = Annotated[int, strawberry.argument(description="How many people at most, 1 to 50.")]


async def what_if(context: Context, given: dict[str, Any], first: int) -> list[Recommendation]:
    """Rank people for the viewer as if they had other preferences; nothing is kept or noted.

    Args:
        context: of the operation.
        given: the preferences to change, as a client inputs them.
        first: how many people at most.

    Raises:
        InvalidInput: with all that is wrong with the preferences, or another number than 1 to 50.
    """
    check_count("first", first, MOST)
    changed = rules.cleaned(columns_of(given))
    viewer_id = context.signed_in.profile_id
    row = await context.database.one(profiles.matching_rows, ids=[viewer_id], viewer_id=viewer_id)
    if row is None:  # gone while they asked
        return []
    return await deck.deck_for(context, preferences=_wants(row, changed), size=first)


def _wants(row: Any, changed: dict[str, Any]) -> Preferences:
    """Give whom somebody would want, what is not changed being as it is."""
    if "active_within_days" in changed:
        changed["activity_within_days"] = changed.pop("active_within_days")
    wants = features_of(SimpleNamespace(**{**row, **changed})).wants
    if (wants.age_min or 0) > (wants.age_max or rules.HIGHEST_AGE):
        raise InvalidInput.of(
            "ageMin", "ageMin must not be above ageMax.", InvalidFieldCode.CONFLICTING
        )
    return wants
