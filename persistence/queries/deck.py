"""Questions about whom a viewer can still be shown in a deck."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.queries import preferences, profiles, visibility
from persistence.statements import Statement, one_of, parameter

EXCLUDED_MOST = 5_000
"""The most people that `decided_by` names; who is decided on never comes back in `candidates`."""

_Profile, _Pair = models.Profile, models.Pair
_viewer = visibility.viewer_id()

_decided = sa.union_all(
    sa.select(
        _Pair.second_id.label("profile_id"), _Pair.first_decided_at.label("decided_at")
    ).where(_Pair.first_id == _viewer, _Pair.first_decision.is_not(None)),
    sa.select(_Pair.first_id, _Pair.second_decided_at).where(
        _Pair.second_id == _viewer, _Pair.second_decision.is_not(None)
    ),
).subquery("decided")

decided_by = Statement(
    sa.select(_decided.c.profile_id)
    .order_by(_decided.c.decided_at.desc().nulls_last())
    .limit(EXCLUDED_MOST)
)
"""Whom `viewer_id` likes or passed, the latest first, at most `EXCLUDED_MOST`."""

_undecided = ~sa.exists().where(
    _Pair.first_id == sa.func.least(_viewer, _Profile.profile_id),
    _Pair.second_id == sa.func.greatest(_viewer, _Profile.profile_id),
    sa.case((_Pair.first_id == _viewer, _Pair.first_decision), else_=_Pair.second_decision).is_not(
        None
    ),
)

decided_among = Statement(
    sa.select(_Pair.first_id, _Pair.second_id).where(
        one_of(_Pair.first_id, "ids"),
        one_of(_Pair.second_id, "ids"),
        sa.or_(_Pair.first_decision.is_not(None), _Pair.second_decision.is_not(None)),
    )
)
"""The pairs among the people `ids` of whom at least one has decided on the other."""

_likes: Any = [sa.literal_column(f"'{kind}'") for kind in ("like", "super_like")]


def _admirers(mine: Any, my_decision: Any, theirs: Any, decision: Any, at: Any) -> Any:
    return sa.select(theirs.label("profile_id"), at.label("liked_at")).where(
        mine == _viewer, decision.in_(_likes), my_decision.is_(None)
    )


_first_side = (_Pair.first_id, _Pair.first_decision)
_second_side = (_Pair.second_id, _Pair.second_decision)
# One arm for each side, so that each is read in the order of its index.
_liking = sa.union_all(
    _admirers(*_first_side, *_second_side, _Pair.second_decided_at),
    _admirers(*_second_side, *_first_side, _Pair.first_decided_at),
).subquery("liking")

admirers = Statement(
    sa.select(_liking.c.profile_id)
    .order_by(_liking.c.liked_at.desc())
    .limit(parameter("limit", sa.Integer()))
)
"""The `limit` latest of those who like `viewer_id` and on whom `viewer_id` has not decided."""


def _missed(mine: Any, my_decision: Any, my_at: Any, theirs: Any, decision: Any) -> Any:
    passed = sa.and_(
        my_decision == sa.literal_column("'pass'"), my_at < parameter("passed_until", my_at)
    )
    liked = sa.and_(
        my_decision.in_(_likes),
        my_at < parameter("liked_until", my_at),
        sa.or_(decision.is_(None), decision.not_in(_likes)),
    )
    return sa.select(
        theirs.label("profile_id"),
        my_decision.label("kind"),
        my_at.label("decided_at"),
        sa.func.coalesce(decision.in_(_likes), sa.false()).label("is_admirer"),
    ).where(
        mine == _viewer,
        sa.or_(passed, liked),
        ~sa.exists().where(
            models.Match.first_id == _Pair.first_id, models.Match.second_id == _Pair.second_id
        ),
    )


_of_first, _of_second = (
    (_Pair.first_id, _Pair.first_decision, _Pair.first_decided_at),
    (_Pair.second_id, _Pair.second_decision, _Pair.second_decided_at),
)
_misses = sa.union_all(
    _missed(*_of_first, *_of_second[:2]), _missed(*_of_second, *_of_first[:2])
).subquery("misses")

missed = Statement(
    sa.select(_misses)
    .order_by(_misses.c.decided_at.desc(), _misses.c.profile_id)
    .limit(parameter("limit", sa.Integer()))
)
"""The `limit` latest of those whom `viewer_id` passed before `passed_until`, or liked without an
answer before `liked_until`; not those with whom they ever had a match.

Rows have `profile_id`, the `kind` of the decision, `decided_at`, and `is_admirer`: whether the
person likes `viewer_id`, which is theirs to tell. What the person passed counts as no answer.
"""

_Member, _Conversation = models.ConversationMember, models.Conversation

live_conversations = Statement(
    sa.select(_Member.profile_id, sa.func.count().label("total"))
    .join(_Conversation, _Conversation.conversation_id == _Member.conversation_id)
    .where(
        one_of(_Member.profile_id, "ids"),
        _Conversation.ended_at.is_(None),
        _Conversation.last_message_at > parameter("since", _Conversation.last_message_at),
    )
    .group_by(_Member.profile_id)
)
"""How many conversations each of the people `ids` has in which somebody wrote `since` a moment."""

active_since = Statement(
    sa.select(_Profile.profile_id)
    .where(
        _Profile.onboarded_at.is_not(None),
        _Profile.last_active_at >= parameter("since", _Profile.last_active_at),
        _Profile.profile_id > parameter("last", _Profile.profile_id),
    )
    .order_by(_Profile.profile_id)
    .limit(parameter("limit", sa.Integer()))
)
"""The next `limit` people after `last`, by key, who have been here `since` a moment."""

neighbours = Statement(
    sa.select(_Profile.profile_id)
    .where(
        _Profile.onboarded_at.is_not(None),
        _Profile.last_active_at >= parameter("since", _Profile.last_active_at),
    )
    .order_by(
        sa.func.round(_Profile.latitude).nulls_last(),
        sa.func.round(_Profile.longitude),
        _Profile.profile_id,
    )
    .limit(parameter("limit", sa.Integer()))
)
"""At most `limit` people who have been here `since` a moment, those of one area side by side."""

_matching: Any = profiles.matching_rows.clause

candidates = Statement(_matching.where(_undecided, _Profile.profile_id != _viewer), _Profile)
"""Those of the people `ids` on whom `viewer_id` has not decided; columns of `matching_rows`."""

newest = Statement(
    sa.select(_Profile.profile_id)
    .where(
        _Profile.profile_id != _viewer,
        visibility.may_see(_Profile.profile_id),
        _undecided,
        preferences.is_discoverable(_Profile.profile_id),
    )
    .order_by(_Profile.profile_id.desc())
    .limit(parameter("limit", sa.Integer()))
)
"""The `limit` people who joined last and on whom `viewer_id` has not decided."""
