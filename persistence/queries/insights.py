"""Questions about how somebody is doing, and about how matching is doing: counts alone."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.queries import preferences, visibility
from persistence.queries.conversations import is_open
from persistence.statements import Statement, alias, parameter

_Pair, _Match, _Message = models.Pair, models.Match, models.Message
_Impression, _Profile, _Exposure = models.Impression, models.Profile, models.Exposure
_moment = sa.DateTime(timezone=True)
_viewer = visibility.viewer_id()
_since, _now = parameter("since", _moment), parameter("now", _moment)
_LIKE = ("like", "super_like")


def _words(*kinds: str) -> list[sa.ColumnElement[str]]:
    return [sa.literal_column(f"'{kind}'") for kind in kinds]


def _happened(what: str, at: Any, *where: Any) -> "sa.Select[Any]":
    return sa.select(sa.literal_column(f"'{what}'").label("what"), at.label("at")).where(
        at >= _since, at <= _now, *where
    )


def _of_side(mine: Any, my_decision: Any, my_time: Any, theirs: Any) -> list["sa.Select[Any]"]:
    return [
        _happened("likes_given", my_time, mine == _viewer, my_decision.in_(_words(*_LIKE))),
        _happened("passes_given", my_time, mine == _viewer, my_decision.in_(_words("pass"))),
        _happened(
            "likes_received",
            my_time,
            theirs == _viewer,
            my_decision.in_(_words(*_LIKE)),
            visibility.may_see(mine),
        ),
    ]


_shown_at = sa.cast(_Impression.shown_on, _moment)
_member = alias(models.ConversationMember, "member")
_open_talks = sa.select(_member.c.conversation_id).where(
    _member.c.profile_id == _viewer, is_open(_member.c.conversation_id)
)
_everything: Any = sa.union_all(
    *_of_side(_Pair.first_id, _Pair.first_decision, _Pair.first_decided_at, _Pair.second_id),
    *_of_side(_Pair.second_id, _Pair.second_decision, _Pair.second_decided_at, _Pair.first_id),
    *(
        _happened(
            "matches",
            _Match.matched_at,
            mine == _viewer,
            _Match.ended_at.is_(None),
            visibility.may_see(theirs),
        )
        for mine, theirs in (
            (_Match.first_id, _Match.second_id),
            (_Match.second_id, _Match.first_id),
        )
    ),
    _happened(
        "replies",
        _Message.sent_at,
        _Message.sender_id != _viewer,
        _Message.conversation_id.in_(_open_talks),
    ),
    _happened("profile_views", _shown_at, _Impression.candidate_id == _viewer),
).subquery("everything")
_week = sa.func.floor(sa.extract("epoch", _now - _everything.c.at) / (7 * 86_400))

of_viewer = Statement(
    sa.select(
        _everything.c.what,
        sa.cast(_week, sa.Integer()).label("weeks_ago"),
        sa.func.count().label("total"),
    ).group_by(_everything.c.what, sa.text("weeks_ago"))
)
"""How much of what happened to `viewer_id` from `since` until `now`, by weeks back from then.

`what` is likes_given, passes_given, likes_received, matches, replies or profile_views. Decisions
are those that stand; who is hidden from the viewer is not counted.
"""

_is_shown = sa.and_(
    _Profile.onboarded_at.is_not(None),
    sa.exists().where(models.Account.account_id == _Profile.profile_id, models.Account.is_active),
    preferences.is_discoverable(_Profile.profile_id),
)

_shown_day = sa.cast(_since, sa.Date())
_times = (
    sa.select(sa.func.count(_Impression.viewer_id).label("times"))
    .select_from(_Profile)
    .outerjoin(
        _Impression,
        sa.and_(
            _Impression.candidate_id == _Profile.profile_id, _Impression.shown_on >= _shown_day
        ),
    )
    .where(_is_shown)
    .group_by(_Profile.profile_id)
    .subquery("times")
)

attention = Statement(
    sa.select(_times.c.times, sa.func.count().label("people")).group_by(_times.c.times)
)
"""How many of the people whom decks may show were shown how many `times` `since` a moment.

Who was never shown is among them, with 0 times.
"""

discoverable = Statement(
    sa.select(
        sa.func.count().label("people"),
        sa.func.count().filter(_Exposure.profile_id.is_(None)).label("never_shown"),
    )
    .select_from(_Profile)
    .outerjoin(_Exposure, _Exposure.profile_id == _Profile.profile_id)
    .where(_is_shown)
)
"""How many `people` decks may show, and how many of them were `never_shown` to anybody."""
