"""Questions about what decisions taught, and about whom people were shown; for matching alone."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, alias, one_of, parameter

_Learned, _Lesson, _Decision = models.Learned, models.Lesson, models.Decision
_Exposure, _Impression, _Profile = models.Exposure, models.Impression, models.Profile
_moment = sa.DateTime(timezone=True)
_JUDGING = ("like", "super_like", "pass", "later", "unlike", "undo")

learned_by_ids = Statement(
    sa.select(
        _Profile.profile_id,
        *(column for column in _Learned.__table__.c if column.key != "profile_id"),
        _Exposure.impressions,
        _Exposure.counted_at,
    )
    .outerjoin(_Learned, _Learned.profile_id == _Profile.profile_id)
    .outerjoin(_Exposure, _Exposure.profile_id == _Profile.profile_id)
    .where(one_of(_Profile.profile_id, "ids")),
    _Learned,
)
"""What decisions taught about the people `ids`, and their exposure; nulls where there is nothing.

It is shown to nobody: ranking asks.
"""

_known = (
    sa.select(_Profile.profile_id)
    .where(one_of(_Profile.profile_id, "ids"))
    .order_by(_Profile.profile_id)
    .with_for_update(read=True, key_share=True)
)
_wanted: Any = postgresql.insert(_Learned).from_select(["profile_id"], _known)

hold_learned = Statement(
    _wanted.on_conflict_do_update(
        # Changes nothing: only an update locks the row.
        index_elements=["profile_id"],
        set_={"taste": _Learned.taste},
    ).returning(_Learned),
    _Learned,
)
"""Lock what is learned about the people `ids`, made when missing, until the transaction ends.

The rows are taken in the order of their keys. Who is gone has none.
"""

_undo = alias(_Decision, "undo")
_of_pair = (
    _Decision.decider_id == parameter("decider_id", _Decision.decider_id),
    _Decision.candidate_id == parameter("candidate_id", _Decision.candidate_id),
)

last_word = Statement(
    sa.select(_Decision)
    .where(
        *_of_pair,
        # To part is not to say what the profile was worth; an undo that names what it takes back
        # leaves those before it as they were.
        _Decision.kind.in_([sa.literal_column(f"'{kind}'") for kind in _JUDGING]),
        sa.or_(_Decision.kind != "undo", _Decision.undoes_id.is_(None)),
        ~sa.exists().where(_undo.c.undoes_id == _Decision.decision_id),
    )
    .order_by(_Decision.decision_id.desc())
    .limit(1),
    _Decision,
)
"""The last act of `decider_id` about `candidate_id` that was not undone and judges them."""

counted = Statement(
    sa.select(_Lesson).where(
        _Lesson.decider_id == parameter("decider_id", _Lesson.decider_id),
        _Lesson.candidate_id == parameter("candidate_id", _Lesson.candidate_id),
        _Lesson.is_counted,
    ),
    _Lesson,
)
"""The lesson that counts of what `decider_id` decided about `candidate_id`."""

_Pair = models.Pair


def _unlearned(mine: Any, my_decision: Any, my_time: Any, theirs: Any) -> "sa.Select[Any]":
    return sa.select(mine.label("decider_id"), theirs.label("candidate_id")).where(
        my_decision.in_(
            [sa.literal_column(f"'{kind}'") for kind in ("like", "super_like", "pass")]
        ),
        my_time >= parameter("since", _moment),
        my_time < parameter("until", _moment),
        ~sa.exists().where(
            _Lesson.decider_id == mine, _Lesson.candidate_id == theirs, _Lesson.is_counted
        ),
    )


_sides: Any = sa.union_all(
    _unlearned(_Pair.first_id, _Pair.first_decision, _Pair.first_decided_at, _Pair.second_id),
    _unlearned(_Pair.second_id, _Pair.second_decision, _Pair.second_decided_at, _Pair.first_id),
).subquery("sides")

unlearned = Statement(sa.select(_sides).limit(parameter("limit", sa.Integer())))
"""Up to `limit` decisions that stand, made `since` a moment and before `until`, without a lesson.

Each as `decider_id` and `candidate_id`.
"""

forget_personal = Statement(
    sa.update(_Lesson)
    .where(
        _Lesson.decider_id == parameter("decider_id", _Lesson.decider_id),
        _Lesson.is_personal,
    )
    .values(is_personal=False)
    .returning(_Lesson.decision_id, _Lesson.is_counted),
    _Lesson,
)
"""Let nothing that `decider_id` has decided count for their own weights any more.

Each lesson with whether it counted until now.
"""

forget_given = Statement(
    sa.update(_Learned)
    .where(_Learned.profile_id == parameter("profile_id", _Learned.profile_id))
    .values(
        likes_given=0.0,
        decisions_given=0.0,
        taste=sa.text("'{}'::jsonb"),
        # By the clock by which decisions are made.
        reset_at=sa.func.clock_timestamp(),
        learned_at=sa.func.clock_timestamp(),
    )
    .returning(_Learned.profile_id),
    _Learned,
)
"""Let what `profile_id` has decided until now add nothing to what is learned of themselves."""

counted_since = Statement(
    sa.select(_Lesson)
    .where(_Lesson.is_counted, _Lesson.decided_at >= parameter("since", _moment))
    .order_by(_Lesson.decided_at.desc())
    .limit(parameter("limit", sa.Integer())),
    _Lesson,
)
"""The `limit` latest lessons that count, of decisions made `since` a moment."""

foreseen_since = Statement(
    sa.select(
        _Lesson.decider_id,
        _Lesson.is_like,
        _Lesson.chance,
        sa.cast(_Lesson.signals["text_similarity"].astext, sa.Double()).label("similarity"),
    )
    .where(_Lesson.is_counted, _Lesson.decided_at >= parameter("since", _moment))
    .order_by(_Lesson.decided_at.desc())
    .limit(parameter("limit", sa.Integer())),
    _Lesson,
)
"""The same decisions with the chance that was foreseen, and the `similarity` of the two texts."""

_last, _since = parameter("last", _Profile.profile_id), parameter("since", _moment)

learned_after = Statement(
    sa.select(_Profile.profile_id)
    .outerjoin(_Learned, _Learned.profile_id == _Profile.profile_id)
    .outerjoin(_Exposure, _Exposure.profile_id == _Profile.profile_id)
    .where(
        _Profile.profile_id > _last,
        sa.or_(_Learned.learned_at >= _since, _Exposure.counted_at >= _since),
    )
    .order_by(_Profile.profile_id)
    .limit(parameter("limit", sa.Integer()))
)
"""The next `limit` people after the key `last` about whom something was learned `since` a moment.

To have been shown is something, too.
"""

_seen = alias(_Profile, "seen")
_viewer = parameter("viewer_id", _Profile.profile_id)
_pairs = (
    sa.select(
        _viewer,
        _seen.c.profile_id,
        parameter("shown_on", sa.Date()),
        parameter("embedding_version", _Impression.embedding_version),
    )
    .where(
        _seen.c.profile_id == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.Uuid()))),
        _seen.c.profile_id != _viewer,
        sa.exists().where(_Profile.profile_id == _viewer),
    )
    .order_by(_seen.c.profile_id)
    .with_for_update(read=True, key_share=True, of=_seen)
)
_fresh = (
    postgresql.insert(_Impression)
    .from_select(["viewer_id", "candidate_id", "shown_on", "embedding_version"], _pairs)
    .on_conflict_do_nothing()
    .returning(_Impression.candidate_id)
    .cte("fresh")
)
_now = parameter("now", _moment)
_added: Any = postgresql.insert(_Exposure).from_select(
    ["profile_id", "impressions", "counted_at"],
    # In the order of keys, so that two who are shown the same people never wait for each other.
    sa.select(_fresh.c.candidate_id, sa.literal(1.0), _now).order_by(_fresh.c.candidate_id),
)
_elapsed = sa.func.greatest(0, sa.extract("epoch", _now - _Exposure.counted_at))
_kept = sa.func.power(2.0, -_elapsed / parameter("half_life_seconds", sa.Double()))

show = Statement(
    _added.on_conflict_do_update(
        index_elements=["profile_id"],
        set_={
            "impressions": _Exposure.impressions * _kept + 1.0,
            "counted_at": sa.func.greatest(_Exposure.counted_at, _now),
        },
    ).returning(_Exposure.profile_id),
    _Exposure,
)
"""Note that `viewer_id` is shown the people `ids` on the day `shown_on`, at the moment `now`.

Their texts were compared by `embedding_version`, null if they were not.

Who was shown to them on that day already is not counted again. Earlier impressions count half after
`half_life_seconds`.
"""
