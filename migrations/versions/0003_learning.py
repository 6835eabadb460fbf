"""What decisions teach, whom people were shown, versions of the weights, and experiments.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("experiment_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("arms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("experiment_id", name=op.f("experiments_pkey")),
    )
    op.create_index(
        "experiments_running_key",
        "experiments",
        [sa.literal_column("(true)")],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "matching_models",
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column(
            "weights", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("like_rate", sa.Double(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "activated_at IS NULL OR weights IS NOT NULL",
            name=op.f("matching_models_only_weights_are_active_check"),
        ),
        sa.CheckConstraint(
            "like_rate > 0 AND like_rate < 1", name=op.f("matching_models_like_rate_check")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("matching_models_pkey")),
    )
    op.create_index(
        "matching_models_active_key",
        "matching_models",
        [sa.literal_column("(true)")],
        unique=True,
        postgresql_where=sa.text("activated_at IS NOT NULL AND retired_at IS NULL"),
    )
    op.create_index(
        "matching_models_created_at_idx", "matching_models", ["created_at"], unique=False
    )
    op.create_table(
        "experiment_exposures",
        sa.Column("experiment_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("arm", sa.String(length=40), nullable=False),
        sa.Column(
            "exposed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.experiment_id"],
            name=op.f("experiment_exposures_experiment_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("experiment_exposures_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "experiment_id", "profile_id", name=op.f("experiment_exposures_pkey")
        ),
    )
    op.create_index(
        op.f("experiment_exposures_profile_id_idx"),
        "experiment_exposures",
        ["profile_id"],
        unique=False,
    )
    op.create_table(
        "exposures",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("impressions", sa.Double(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("exposures_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("exposures_pkey")),
    )
    op.create_table(
        "impressions",
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["profiles.profile_id"],
            name=op.f("impressions_candidate_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"],
            ["profiles.profile_id"],
            name=op.f("impressions_viewer_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "viewer_id", "candidate_id", "shown_on", name=op.f("impressions_pkey")
        ),
    )
    op.create_index(
        "impressions_candidate_id_shown_on_idx",
        "impressions",
        ["candidate_id", "shown_on"],
        unique=False,
    )
    op.create_index("impressions_shown_on_idx", "impressions", ["shown_on"], unique=False)
    op.create_table(
        "learned",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("likes_received", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("decisions_received", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "received_as_of",
            sa.DateTime(timezone=True),
            server_default=sa.text("'2020-01-01 00:00:00+00'::timestamptz"),
            nullable=False,
        ),
        sa.Column("likes_given", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("decisions_given", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "given_as_of",
            sa.DateTime(timezone=True),
            server_default=sa.text("'2020-01-01 00:00:00+00'::timestamptz"),
            nullable=False,
        ),
        sa.Column(
            "taste",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "learned_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("learned_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("learned_pkey")),
    )
    op.create_table(
        "lessons",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("decider_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("is_like", sa.Boolean(), nullable=False),
        sa.Column("signals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("experience", sa.Double(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_counted", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_personal", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name=op.f("lessons_chance_check")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["profiles.profile_id"],
            name=op.f("lessons_candidate_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"],
            ["profiles.profile_id"],
            name=op.f("lessons_decider_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.decision_id"],
            name=op.f("lessons_decision_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("lessons_pkey")),
    )
    op.create_index(op.f("lessons_candidate_id_idx"), "lessons", ["candidate_id"], unique=False)
    op.create_index(
        "lessons_counted_decided_at_idx",
        "lessons",
        ["decided_at"],
        unique=False,
        postgresql_where=sa.text("is_counted"),
    )
    op.create_index(
        "lessons_counted_key",
        "lessons",
        ["decider_id", "candidate_id"],
        unique=True,
        postgresql_where=sa.text("is_counted"),
    )
    op.create_index(op.f("lessons_decider_id_idx"), "lessons", ["decider_id"], unique=False)


def downgrade() -> None:
    op.drop_table("lessons")
    op.drop_table("learned")
    op.drop_table("impressions")
    op.drop_table("exposures")
    op.drop_table("experiment_exposures")
    op.drop_table("matching_models")
    op.drop_table("experiments")
