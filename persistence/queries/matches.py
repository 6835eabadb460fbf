"""Questions about matches; an ended one is shown to nobody."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import conversations, visibility
from persistence.statements import Statement, one_of, parameter

_Match, _Conversation = models.Match, models.Conversation

_viewer = visibility.viewer_id()
_partner_id = sa.case((_Match.first_id == _viewer, _Match.second_id), else_=_Match.first_id)
_open = sa.and_(
    _Match.ended_at.is_(None),
    sa.or_(_Match.first_id == _viewer, _Match.second_id == _viewer),
    visibility.may_see(_partner_id),
)


def is_open(match_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer has the match, not ended, and may see the other person.

    Args:
        match_id: the column that holds the match's key.
    """
    return sa.exists().where(_Match.match_id == match_id, _open)


by_ids = Statement(sa.select(_Match).where(one_of(_Match.match_id, "ids"), _open), _Match)
"""The matches of `viewer_id` with these `ids`."""


def _side(mine: Any, theirs: Any) -> "sa.Select[Any]":
    return sa.select(_Match, mine.label("member_id")).where(
        _Match.ended_at.is_(None), mine == _viewer, visibility.may_see(theirs)
    )


# One arm for each side, so that each is read in the order of its index.
_sides: Any = sa.union_all(
    _side(_Match.first_id, _Match.second_id), _side(_Match.second_id, _Match.first_id)
).subquery("sides")

of_member = Listing(
    "matches.of_member",
    sa.select(_sides),
    owner=_sides.c.member_id,
    order=[_sides.c.matched_at, _sides.c.match_id],
    model=_Match,
)
"""A person's matches, newest first; empty for everybody but `viewer_id`."""


def _side_with(mine: Any, theirs: Any) -> "sa.Select[Any]":
    partner = theirs.label("partner_id")
    return _side(mine, theirs).add_columns(partner).where(one_of(theirs, "profile_ids"))


with_partners = Statement(
    sa.union_all(
        _side_with(_Match.first_id, _Match.second_id),
        _side_with(_Match.second_id, _Match.first_id),
    ),
    _Match,
)
"""The matches of `viewer_id` with these `profile_ids`, with the `partner_id`."""

partners_of = Statement(
    sa.select(models.Profile, _Match.match_id)
    .join(_Match, models.Profile.profile_id == _partner_id)
    .where(one_of(_Match.match_id, "match_ids"), _open),
    models.Profile,
)
"""The other person in these `match_ids` of `viewer_id`, with the `match_id`."""

conversations_of = Statement(
    sa.select(_Conversation).where(
        one_of(_Conversation.match_id, "match_ids"),
        conversations.is_open(_Conversation.conversation_id),
    ),
    _Conversation,
)
"""The conversations of these `match_ids` that are open to `viewer_id`."""

_of_pair = sa.and_(
    _Match.first_id == parameter("first_id", _Match.first_id),
    _Match.second_id == parameter("second_id", _Match.second_id),
    _Match.ended_at.is_(None),
)

between = Statement(sa.select(_Match).where(_of_pair), _Match)
"""The match of the pair `first_id`, `second_id` that has not ended."""

ended_today = Statement(
    sa.select(sa.func.count()).where(
        sa.or_(_Match.first_id == _viewer, _Match.second_id == _viewer),
        _Match.matched_at > sa.func.now() - sa.text("interval '24 hours'"),
        _Match.ended_by_id == _viewer,
    )
)
"""How many matches of the last 24 hours `viewer_id` has ended."""

end = Statement(
    sa.update(_Match)
    .where(_of_pair)
    .values(
        ended_at=sa.func.clock_timestamp(),
        ended_by_id=parameter("ended_by_id", _Match.ended_by_id),
    )
    .returning(_Match),
    _Match,
)
"""End the match of the pair on behalf of `ended_by_id`; no row when there is none."""
