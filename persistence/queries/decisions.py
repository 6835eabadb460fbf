"""Questions about what people decided about each other; they are shown to the decider alone."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, alias, one_of, parameter

_Decision, _Pair = models.Decision, models.Pair
_later, _undo = (alias(_Decision, name) for name in ("later", "undo"))
_newest_first = (
    sa.select(_Decision)
    .where(_Decision.decider_id == visibility.viewer_id())
    .order_by(_Decision.decision_id.desc())
    # Keeps the order in which the index is read: PostgreSQL expects so few decisions to be left
    # that it would check all that there ever were before it takes the first.
    .offset(0)
    .subquery("newest_first")
)
_Own = aliased(_Decision, _newest_first)


def _word(kind: str) -> "sa.ColumnElement[str]":
    """Write a kind into the text: a parameter would keep a partial index from being used."""
    return sa.literal_column(f"'{kind}'")


def _is_undone(decision_id: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(_undo.c.undoes_id == decision_id)


_stands = sa.and_(
    ~_is_undone(_Own.decision_id),
    # An undo that names an act leaves those before it as they were.
    ~sa.exists().where(
        _later.c.decider_id == _Own.decider_id,
        _later.c.candidate_id == _Own.candidate_id,
        _later.c.decision_id > _Own.decision_id,
        _later.c.undoes_id.is_(None),
        ~_is_undone(_later.c.decision_id),
    ),
    sa.exists().where(
        _Pair.first_id == sa.func.least(_Own.decider_id, _Own.candidate_id),
        _Pair.second_id == sa.func.greatest(_Own.decider_id, _Own.candidate_id),
        _Own.kind
        == sa.case(
            (_Pair.first_id == _Own.decider_id, _Pair.first_decision),
            else_=_Pair.second_decision,
        ),
    ),
)
"""Say that nothing has replaced the decision: no later act of the decider, no end of a match."""

_standing = sa.select(_Own).where(visibility.may_see(_Own.candidate_id), _stands)

latest = Statement(
    sa.select(_Own).where(_stands).order_by(_Own.decision_id.desc()).limit(1), _Decision
)
"""The latest decision of `viewer_id` that stands, also about somebody they may not see any more."""


def _given(name: str, *kinds: str) -> Listing:
    return Listing(
        f"decisions.{name}",
        _standing.where(_Own.kind.in_([_word(kind) for kind in kinds])),
        owner=_Own.decider_id,
        order=[_Own.decision_id],
        model=_Decision,
    )


likes_given = _given("like", "like", "super_like")
"""Whom a person likes, the latest first; empty for everybody but `viewer_id`."""

passes_given = _given("pass", "pass")
"""Whom a person passed, the latest first; empty for everybody but `viewer_id`."""

later_pile = _given("later", "later")
"""Whom a person put aside, the latest first; empty for everybody but `viewer_id`."""


def _own_of(mine: Any, my_decision: Any, theirs: Any) -> "sa.Select[Any]":
    return sa.select(theirs.label("profile_id"), my_decision.label("kind")).where(
        mine == visibility.viewer_id(), one_of(theirs, "profile_ids"), my_decision.is_not(None)
    )


by_viewer = Statement(
    sa.union_all(
        _own_of(_Pair.first_id, _Pair.first_decision, _Pair.second_id),
        _own_of(_Pair.second_id, _Pair.second_decision, _Pair.first_id),
    )
)
"""What stands of `viewer_id` about these `profile_ids`: `profile_id` and `kind`."""

_as_of = parameter("as_of", _Decision.decided_at)
# A value rather than an "exists": for that PostgreSQL may read the undos of everybody.
_undone_at = (
    sa.select(_undo.c.decided_at)
    .where(_undo.c.undoes_id == _Decision.decision_id)
    .scalar_subquery()
)
_acts: Any = sa.select(
    _Decision, sa.func.coalesce(_undone_at <= _as_of, sa.false()).label("is_undone")
).where(
    _Decision.decider_id == visibility.viewer_id(),
    _Decision.decided_at <= _as_of,
    visibility.may_see(_Decision.candidate_id),
)

history = Listing(
    "decisions.history",
    _acts,
    owner=_Decision.decider_id,
    order=[_Decision.decision_id],
    model=_Decision,
)
"""All that a person did about others until `as_of`, the latest first, and whether each act was
undone by then; empty for everybody but `viewer_id`."""


def _received(
    mine: Any, my_decision: Any, theirs: Any, their_decision: Any, at: Any
) -> "sa.Select[Any]":
    return sa.select(
        mine.label("member_id"),
        theirs.label("profile_id"),
        their_decision.label("kind"),
        at.label("liked_at"),
    ).where(
        mine == visibility.viewer_id(),
        their_decision.in_([_word("like"), _word("super_like")]),
        sa.or_(my_decision.is_(None), my_decision == _word("later")),
        visibility.may_see(theirs),
    )


_first_side = (_Pair.first_id, _Pair.first_decision)
_second_side = (_Pair.second_id, _Pair.second_decision)
# One arm for each side, so that each is read in the order of its index.
_sides: Any = sa.union_all(
    _received(*_first_side, *_second_side, _Pair.second_decided_at),
    _received(*_second_side, *_first_side, _Pair.first_decided_at),
).subquery("sides")

likes_received = Listing(
    "likes.received",
    sa.select(_sides),
    owner=_sides.c.member_id,
    order=[_sides.c.liked_at, _sides.c.profile_id],
    model=_Pair,
)
"""Who likes a person without an answer, the latest first; empty for everybody but `viewer_id`.

Rows have the `profile_id` of who likes, the `kind` of the like, and `liked_at`.
"""

_liker_id, _liked_id = (parameter(name, _Pair.first_id) for name in ("liker_id", "liked_id"))
_likes = [_word("like"), _word("super_like")]

unanswered_like = Statement(
    sa.select(_Pair).where(
        _Pair.first_id == sa.func.least(_liker_id, _liked_id),
        _Pair.second_id == sa.func.greatest(_liker_id, _liked_id),
        sa.case(
            (_Pair.first_id == _liker_id, _Pair.first_decision), else_=_Pair.second_decision
        ).in_(_likes),
        sa.func.coalesce(
            sa.case(
                (_Pair.first_id == _liked_id, _Pair.first_decision), else_=_Pair.second_decision
            ),
            "later",
        )
        == "later",
    ),
    _Pair,
)
"""The pair of `liker_id` and `liked_id`, if the like stands and the other has not answered it."""

super_likes = Statement(
    sa.select(_Decision)
    .where(
        _Decision.decider_id == visibility.viewer_id(),
        _Decision.kind == _word("super_like"),
        _Decision.decided_at > sa.func.now() - sa.text("interval '24 hours'"),
        ~_is_undone(_Decision.decision_id),
    )
    .order_by(_Decision.decided_at.desc())
    .limit(parameter("limit", sa.Integer())),
    _Decision,
)
"""The `limit` latest super-likes of `viewer_id` in the last 24 hours that were not undone."""

hold_decider = Statement(
    sa.select(models.Profile.profile_id)
    .where(models.Profile.profile_id == visibility.viewer_id())
    # Not so strong that others who decide on the viewer would have to wait.
    .with_for_update(key_share=True)
)
"""Let `viewer_id` do one thing that is counted after the other, until the transaction ends.

Taken before any pair is held, or who decides on each other at once would wait for each other.
"""

matched = Statement(
    sa.select(_Decision.decision_id)
    .join(
        models.Match,
        sa.and_(
            models.Match.first_id == sa.func.least(_Decision.decider_id, _Decision.candidate_id),
            models.Match.second_id
            == sa.func.greatest(_Decision.decider_id, _Decision.candidate_id),
            models.Match.ended_at.is_(None),
        ),
    )
    .where(
        one_of(_Decision.decision_id, "ids"),
        _Decision.decider_id == visibility.viewer_id(),
    )
)
"""Those of the decisions `ids` of `viewer_id` that are about somebody matched with them."""

_first_id, _second_id = (parameter(name, _Pair.first_id) for name in ("first_id", "second_id"))
_first, _second = (alias(models.Profile, name) for name in ("first", "second"))
_wanted: Any = postgresql.insert(_Pair).from_select(
    ["first_id", "second_id"],
    # Both locked against deletion, and before the pair: who deletes them locks in this order too.
    sa.select(_first.c.profile_id, _second.c.profile_id)
    .where(_first.c.profile_id == _first_id, _second.c.profile_id == _second_id)
    .with_for_update(read=True, key_share=True),
)

hold = Statement(
    _wanted.on_conflict_do_update(
        # Changes nothing: only an update locks the row.
        index_elements=["first_id", "second_id"],
        set_={"first_decision": _Pair.first_decision},
    ).returning(_Pair),
    _Pair,
)
"""Lock the row of the pair `first_id`, `second_id`, made when missing, until the transaction ends.

No row when there is no profile of one of them.
"""
