"""Questions about what people decided about each other; they are shown to the decider alone."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Decision, _Pair = models.Decision, models.Pair
_later = _Decision.__table__.alias("later")
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

_stands = sa.and_(
    ~sa.exists().where(
        _later.c.decider_id == _Own.decider_id,
        _later.c.candidate_id == _Own.candidate_id,
        _later.c.decision_id > _Own.decision_id,
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

latest = Statement(_standing.order_by(_Own.decision_id.desc()).limit(1), _Decision)
"""The latest decision of `viewer_id` that stands, about somebody they may see."""


def _given(kind: str) -> Listing:
    return Listing(
        f"decisions.{kind}",
        _standing.where(_Own.kind == kind),
        owner=_Own.decider_id,
        order=[_Own.decision_id],
        model=_Decision,
    )


likes_given = _given("like")
"""Whom a person likes, the latest first; empty for everybody but `viewer_id`."""

passes_given = _given("pass")
"""Whom a person passed, the latest first; empty for everybody but `viewer_id`."""

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
_first, _second = (models.Profile.__table__.alias(name) for name in ("first", "second"))
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
