"""Questions about the kept vectors of profiles."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, one_of, parameter

_vector = models.ProfileVector
_table = sa.inspect(_vector).local_table

by_profiles = Statement(
    sa.select(_table).where(
        one_of(_vector.profile_id, "ids"),
        _vector.model_version == parameter("model_version", _vector.model_version),
    ),
    _vector,
)
"""The vectors by `model_version` of the profiles with these `ids`."""

_given = postgresql.insert(_vector).values(
    {
        name: parameter(name, _table.c[name])
        for name in ("profile_id", "model_version", "text_hash", "vector")
    }
)

keep = Statement(
    _given.on_conflict_do_update(
        index_elements=["profile_id", "model_version"],
        set_={
            "text_hash": _given.excluded.text_hash,
            "vector": _given.excluded.vector,
            "embedded_at": sa.func.now(),
        },
    ).returning(_table.c.profile_id),
    _vector,
)
"""Keep a profile's vector, replacing an older one by the same version of the model."""

profiles_after = Statement(
    sa.select(models.Profile.profile_id)
    .where(models.Profile.profile_id > parameter("last", models.Profile.profile_id))
    .order_by(models.Profile.profile_id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
"""The next `limit` profiles after the key `last`, for a walk over all."""
