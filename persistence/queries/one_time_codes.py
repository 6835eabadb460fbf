"""Statements on one-time codes."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, parameter

_Code = models.OneTimeCode
_columns = sa.inspect(_Code).local_table.c
_new = postgresql.insert(_Code).values(
    {
        name: parameter(name, _columns[name])
        for name in ("account_id", "purpose", "code_hash", "expires_at")
    }
)

keep = Statement(
    _new.on_conflict_do_update(
        index_elements=[_Code.code_hash],
        set_={"expires_at": _new.excluded.expires_at},
        where=_Code.used_at.is_(None),
    ).returning(_Code.one_time_code_id)
)
"""Keep a code; one that is kept already lives on, unless it was used: then there is no row."""

end = Statement(
    sa.update(_Code)
    .where(
        _Code.account_id == parameter("account_id", _Code.account_id),
        _Code.purpose == parameter("purpose", _Code.purpose),
        _Code.used_at.is_(None),
    )
    .values(used_at=sa.func.now())
    .returning(_Code.one_time_code_id)
)
"""Make an account's codes for a `purpose` useless."""
