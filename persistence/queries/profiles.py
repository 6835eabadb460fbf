"""Questions about profiles."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import privacy, visibility
from persistence.rows import columns_of
from persistence.statements import Statement, one_of, parameter

_Profile, _Preferences = models.Profile, models.Preferences

by_ids = Statement(
    sa.select(_Profile).where(
        one_of(_Profile.profile_id, "ids"), visibility.may_see(_Profile.profile_id)
    ),
    _Profile,
)
"""The profiles with these `ids` that `viewer_id` may see."""

hold_own = Statement(
    sa.select(_Profile)
    .where(_Profile.profile_id == visibility.viewer_id())
    .with_for_update(key_share=True),
    _Profile,
)
"""The profile of `viewer_id`, held against changes until the commit; others may refer to it."""

_idle = (
    sa.select(_Profile.profile_id)
    .where(
        _Profile.profile_id == parameter("profile_id", _Profile.profile_id),
        _Profile.last_active_at < parameter("day", _Profile.last_active_at),
    )
    .with_for_update(key_share=True, skip_locked=True)
)
note_active = Statement(
    sa.update(_Profile)
    .where(_Profile.profile_id.in_(_idle))
    .values(last_active_at=parameter("day", _Profile.last_active_at))
    .returning(_Profile.__table__),
    _Profile,
)
"""Note that `profile_id` is here on a `day`; no row when that is known.

It waits for nobody: who changes the profile at that moment shows it anyway, and a later note holds.
"""

_active_version = (
    sa.select(models.EmbeddingVersion.name)
    .where(models.EmbeddingVersion.state == "active")
    .scalar_subquery()
)

vector_of_profiles = Statement(
    sa.select(models.ProfileVector)
    .ext(postgresql.distinct_on(models.ProfileVector.profile_id))
    .where(
        one_of(models.ProfileVector.profile_id, "profile_ids"),
        visibility.may_see(models.ProfileVector.profile_id),
    )
    .order_by(
        models.ProfileVector.profile_id,
        (models.ProfileVector.model_version == _active_version).desc(),
        models.ProfileVector.embedded_at.desc(),
    ),
    models.ProfileVector,
)
"""The vector of each of `profile_ids` that `viewer_id` may see: the active version's, else the
latest."""

_shown_activity = sa.case(
    (privacy.hides(_Profile.profile_id, "show_last_active"), None), else_=_Profile.last_active_at
)
_none = sa.text("'{}'::text[]")
_current_availability = sa.case(
    (_Profile.available_until <= sa.func.now(), None), else_=_Profile.availability
)
_prompt_pairs = sa.func.array(
    sa.select(postgresql.array([models.Prompt.question, models.Prompt.answer]))
    .where(models.Prompt.profile_id == _Profile.profile_id)
    .order_by(models.Prompt.position)
    .scalar_subquery()
)
_companion_kinds = sa.func.array(
    sa.select(models.Companion.kind)
    .where(models.Companion.profile_id == _Profile.profile_id)
    .distinct()
    .order_by(models.Companion.kind)
    .scalar_subquery()
)
_is_shown = sa.and_(
    models.Account.is_active,
    _Profile.onboarded_at.is_not(None),
    sa.func.coalesce(_Preferences.is_discoverable, True),
)
_matched = (
    sa.select(
        *(
            column
            for column in columns_of(_Profile, _Profile.__table__)
            if column.key not in {"availability", "last_active_at"}
        ),
        _shown_activity.label("last_active_at"),
        _current_availability.label("availability"),
        _prompt_pairs.label("prompts"),
        _companion_kinds.label("companion_kinds"),
        sa.func.coalesce(_Preferences.age_min, 18).label("age_min"),
        sa.func.coalesce(_Preferences.age_max, 120).label("age_max"),
        _Preferences.max_distance_km,
        sa.func.coalesce(_Preferences.genders, _none).label("genders"),
        sa.func.coalesce(_Preferences.goals_wanted, _none).label("goals_wanted"),
        sa.func.coalesce(_Preferences.languages_wanted, _none).label("languages_wanted"),
        _Preferences.active_within_days.label("activity_within_days"),
        _is_shown.label("is_discoverable"),
    )
    .join(models.Account, models.Account.account_id == _Profile.profile_id)
    .outerjoin(_Preferences, _Preferences.profile_id == _Profile.profile_id)
    .where(one_of(_Profile.profile_id, "ids"))
)

matching_rows = Statement(_matched.where(visibility.may_see(_Profile.profile_id)), _Profile)
"""The profiles with these `ids` that `viewer_id` may see, with all that ranking asks of them.

Beside the profile's columns: `prompts` as pairs of question and answer in their order,
`companion_kinds`, the preferences (`active_within_days` as `activity_within_days`), and
`is_discoverable`: whether decks may show the person. `availability` is null once it has ended,
`last_active_at` while the person hides it: ranks and reasons would tell it else.
"""

index_rows = Statement(_matched, _Profile)
"""The same for whoever keeps the index of people, whom nobody hides from."""
