"""Decisions that can wait, super-likes, and undos that name what they take back.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OLD_ACTS = "kind IN ('like', 'pass', 'undo', 'unlike', 'unmatch', 'block')"
_ACTS = "kind IN ('like', 'pass', 'later', 'super_like', 'undo', 'unlike', 'unmatch', 'block')"
_OLD_STANDING = "IN ('like', 'pass')"
_STANDING = "IN ('like', 'pass', 'later', 'super_like')"
_SIDES = (("first", "second"), ("second", "first"))


def upgrade() -> None:
    # Rows from before have neither: such an undo took back all that stood, as it stays.
    op.add_column("decisions", sa.Column("replaced", sa.String(length=10), nullable=True))
    op.add_column("decisions", sa.Column("undoes_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("decisions_undoes_id_fkey"),
        "decisions",
        "decisions",
        ["undoes_id"],
        ["decision_id"],
        ondelete="CASCADE",
    )
    op.create_check_constraint(
        op.f("decisions_replaced_check"), "decisions", f"replaced {_STANDING}"
    )
    op.create_check_constraint(
        op.f("decisions_undoes_check"), "decisions", "undoes_id IS NULL OR kind = 'undo'"
    )
    _allow(_ACTS, _STANDING)
    op.create_index(
        "decisions_undoes_id_key",
        "decisions",
        ["undoes_id"],
        unique=True,
        postgresql_where=sa.text("undoes_id IS NOT NULL"),
    )
    op.create_index(
        "decisions_super_likes_idx",
        "decisions",
        ["decider_id", "decided_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'super_like'"),
    )
    for mine, theirs in _SIDES:
        op.create_index(
            f"pairs_{mine}_received_idx",
            "pairs",
            [f"{mine}_id", f"{theirs}_decided_at", f"{theirs}_id"],
            unique=False,
            postgresql_where=sa.text(
                f"{theirs}_decision IN ('like', 'super_like') "
                f"AND ({mine}_decision IS NULL OR {mine}_decision = 'later')"
            ),
        )


def downgrade() -> None:
    for mine, _ in _SIDES:
        op.drop_index(f"pairs_{mine}_received_idx", table_name="pairs")
    op.drop_index("decisions_super_likes_idx", table_name="decisions")
    op.drop_index("decisions_undoes_id_key", table_name="decisions")
    op.drop_constraint(op.f("decisions_undoes_check"), "decisions", type_="check")
    op.drop_constraint(op.f("decisions_replaced_check"), "decisions", type_="check")
    op.drop_constraint(op.f("decisions_undoes_id_fkey"), "decisions", type_="foreignkey")
    op.drop_column("decisions", "undoes_id")
    op.drop_column("decisions", "replaced")
    # What the older version has no word for: a super-like was a like, and who was put aside is
    # undecided again.
    op.execute("UPDATE decisions SET kind = 'like' WHERE kind = 'super_like'")
    op.execute("UPDATE decisions SET kind = 'undo' WHERE kind = 'later'")
    for side, _ in _SIDES:
        op.execute(
            f"UPDATE pairs SET {side}_decision = 'like' WHERE {side}_decision = 'super_like'"  # noqa: S608
        )
        op.execute(
            f"UPDATE pairs SET {side}_decision = NULL, {side}_decided_at = NULL "  # noqa: S608
            f"WHERE {side}_decision = 'later'"
        )
    _allow(_OLD_ACTS, _OLD_STANDING)


def _allow(acts: str, standing: str) -> None:
    op.drop_constraint(op.f("decisions_kind_check"), "decisions", type_="check")
    op.create_check_constraint(op.f("decisions_kind_check"), "decisions", acts)
    for side, _ in _SIDES:
        name = op.f(f"pairs_{side}_decision_check")
        op.drop_constraint(name, "pairs", type_="check")
        op.create_check_constraint(name, "pairs", f"{side}_decision {standing}")
