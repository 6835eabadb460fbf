"""Questions about the versions of the weights of matching."""

import sqlalchemy as sa

from persistence import models
from persistence.statements import Statement, parameter

_Model = models.MatchingModel
_is_active = sa.and_(_Model.activated_at.is_not(None), _Model.retired_at.is_(None))

active = Statement(sa.select(_Model).where(_is_active), _Model)
"""The version that is in use; no row while it is the prior that comes with Kith."""

recent = Statement(
    sa.select(_Model).order_by(_Model.created_at.desc()).limit(parameter("limit", sa.Integer())),
    _Model,
)
"""The `limit` last refits, kept or not, the latest first."""

by_version = Statement(
    sa.select(_Model).where(_Model.version == parameter("version", _Model.version)), _Model
)
"""The refit with this `version`."""

before = Statement(
    sa.select(_Model)
    .where(
        _Model.weights.is_not(None),
        _Model.created_at < parameter("created_at", _Model.created_at),
    )
    .order_by(_Model.created_at.desc())
    .limit(1),
    _Model,
)
"""The version that was kept last before the moment `created_at`."""

hold = Statement(sa.text("LOCK TABLE matching_models IN SHARE ROW EXCLUSIVE MODE"))
"""Let nobody else change versions until the transaction ends; they can still be read."""

retire = Statement(
    sa.update(_Model)
    .where(_is_active)
    .values(retired_at=sa.func.clock_timestamp())
    .returning(_Model),
    _Model,
)
"""Take the version in use out of use; no row while it is the prior."""

activate = Statement(
    sa.update(_Model)
    .where(_Model.version == parameter("version", _Model.version), _Model.weights.is_not(None))
    .values(activated_at=sa.func.clock_timestamp(), retired_at=None)
    .returning(_Model),
    _Model,
)
"""Put the version into use, once none is; no row where there are no weights of that name."""

population = Statement(
    sa.select(
        sa.select(_Model.weights).where(_is_active).scalar_subquery().label("weights"),
        sa.select(_Model.like_rate)
        .order_by(_Model.created_at.desc())
        .limit(1)
        .scalar_subquery()
        .label("like_rate"),
    )
)
"""The weights in use and the rate of likes at the last refit; nulls where there are none."""
