"""Questions about the searches that were made: statistics of many, never of one."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, parameter

_Search = models.Search
_COLUMNS = ("profile_id", "query", "result_count", "duration_ms", "searched_at")

_noted = (
    sa.func.unnest(
        *(
            sa.bindparam(name, type_=postgresql.ARRAY(_Search.__table__.c[name].type))
            for name in _COLUMNS
        )
    )
    .table_valued(*(sa.column(name, _Search.__table__.c[name].type) for name in _COLUMNS))
    .render_derived(name="noted")
)

add = Statement(
    sa.insert(_Search)
    .from_select(
        _COLUMNS,
        sa.select(*_noted.c)
        .join(models.Profile, models.Profile.profile_id == _noted.c.profile_id)
        .with_for_update(of=models.Profile, key_share=True, read=True),
    )
    .returning(_Search.search_id)
)
"""Write searches down, given as one list for each column; those of who is gone are left out."""

_since = parameter("since", _Search.searched_at)
_day = sa.cast(sa.func.timezone("UTC", _Search.searched_at), sa.Date)


def _percentile(share: float) -> sa.ColumnElement[float]:
    duration = sa.cast(_Search.duration_ms, sa.Float)
    return sa.func.percentile_cont(sa.literal_column(str(share))).within_group(duration)


_is_empty = _Search.result_count == 0
_empty_share = sa.cast(sa.func.count().filter(_is_empty), sa.Float) / sa.func.count()

days = Statement(
    sa.select(
        _day.label("day"),
        sa.func.count().label("search_count"),
        _empty_share.label("empty_share"),
        _percentile(0.5).label("median_ms"),
        _percentile(0.99).label("p99_ms"),
    )
    .where(_Search.searched_at >= _since)
    .group_by(_day)
    .order_by(_day.desc())
)
"""How much was searched on each day in UTC `since` a moment, the last day first."""

_people = sa.func.count(_Search.profile_id.distinct())

top = Statement(
    sa.select(
        _Search.query,
        sa.func.count().label("search_count"),
        _people.label("person_count"),
        _empty_share.label("empty_share"),
    )
    .where(_Search.searched_at >= _since)
    .group_by(_Search.query)
    .having(_people >= parameter("people", sa.Integer()))
    .order_by(_people.desc(), sa.func.count().desc(), _Search.query)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
"""What at least so many `people` looked for `since` a moment, the most wanted first."""
