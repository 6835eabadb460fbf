"""Questions about the versions of the embedding model, and what changes them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from persistence import models
from persistence.statements import Statement, parameter

_Version = models.EmbeddingVersion
_Vector = models.ProfileVector
_name = parameter("name", _Version.name)
_limit = parameter("limit", sa.Integer())
_now = sa.func.clock_timestamp()

every = Statement(
    sa.select(_Version).order_by(
        sa.case((_Version.state == "active", 0), (_Version.state == "dropped", 2), else_=1),
        _Version.name,
    ),
    _Version,
)
"""All versions: the active one, then the one that is coming or going, then what was dropped."""

begin = Statement(
    postgresql.insert(_Version)
    .values(
        name=_name,
        state="active",
        dimensions=parameter("dimensions", _Version.dimensions),
        completed_at=_now,
    )
    .on_conflict_do_nothing()
    .returning(_Version),
    _Version,
)
"""Make the version `name` the active one; no row, and nothing done, where there is one."""

hold = Statement(sa.text("LOCK TABLE embedding_versions IN SHARE ROW EXCLUSIVE MODE"))
"""Let nobody else change versions until the transaction ends; they can still be read."""

move = Statement(
    sa.update(_Version)
    .where(_Version.name == _name)
    .values(state=parameter("state", _Version.state), changed_at=_now)
    .returning(_Version),
    _Version,
)
"""Put the version `name` into a `state`."""

_embedding = sa.and_(
    _Version.name == _name, _Version.state == "next", _Version.completed_at.is_(None)
)

advance = Statement(
    sa.update(_Version)
    .where(_embedding, _Version.last_profile_id == parameter("after", _Version.last_profile_id))
    .values(
        last_profile_id=parameter("last", _Version.last_profile_id),
        done_count=_Version.done_count + parameter("count", sa.Integer()),
        total_count=sa.func.greatest(
            sa.select(sa.func.count(models.Profile.profile_id)).scalar_subquery(),
            _Version.done_count + parameter("count", sa.Integer()),
        ),
    )
    .returning(_Version),
    _Version,
)
"""Note that `count` more people, from `after` to `last`, have vectors of the version `name`.

No row, and nothing done, where another job has, or the version is not wanted any more.
"""

complete = Statement(
    sa.update(_Version)
    .where(_embedding)
    .values(completed_at=_now, total_count=_Version.done_count)
    .returning(_Version),
    _Version,
)
"""Note that everybody has a vector of the version `name`."""

compared = Statement(
    sa.update(_Version)
    .where(_Version.name == _name)
    .values(
        compared_count=parameter("count", _Version.compared_count),
        compared_overlap=parameter("overlap", _Version.compared_overlap),
        compared_rank_correlation=parameter("correlation", _Version.compared_rank_correlation),
    )
    .returning(_Version),
    _Version,
)
"""Keep how alike the version `name` and the active one were."""

forget = Statement(
    sa.delete(_Version)
    .where(_Version.name == _name, _Version.state == "dropped")
    .returning(_Version.name)
)
"""Forget a dropped version."""

_other = aliased(_Vector)

sample = Statement(
    sa.select(_Vector.vector.label("one"), _other.vector.label("other"))
    .join(_other, _other.profile_id == _Vector.profile_id)
    .where(_Vector.model_version == parameter("one", _Vector.model_version))
    .where(_other.model_version == parameter("other", _Vector.model_version))
    .order_by(sa.func.md5(sa.cast(_Vector.profile_id, sa.Text)))
    .limit(_limit)
)
"""The vectors by versions `one` and `other` of `limit` people, who are the same each time."""

forget_vectors = Statement(
    sa.delete(_Vector)
    .where(
        _Vector.model_version == _name,
        _Vector.profile_id.in_(
            sa.select(_Vector.profile_id).where(_Vector.model_version == _name).limit(_limit)
        ),
    )
    .returning(_Vector.profile_id)
)
"""Forget up to `limit` vectors by the version `name`."""
