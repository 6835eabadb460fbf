"""The first tables.

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for extension in ("citext", "cube", "earthdistance"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", postgresql.CITEXT(), nullable=False),
        sa.Column("username", postgresql.CITEXT(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("first_name", sa.String(length=50), nullable=True),
        sa.Column("last_name", sa.String(length=50), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("char_length(email) <= 255", name=op.f("accounts_email_length_check")),
        sa.CheckConstraint(
            "char_length(username) BETWEEN 3 AND 50", name=op.f("accounts_username_length_check")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("accounts_pkey")),
        sa.UniqueConstraint("email", name=op.f("accounts_email_key")),
        sa.UniqueConstraint("username", name=op.f("accounts_username_key")),
    )
    op.create_table(
        "answers",
        sa.Column("scope", sa.Uuid(), nullable=False),
        sa.Column("mutation", sa.String(length=60), nullable=False),
        sa.Column("client_mutation_id", sa.String(length=100), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "answered_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint(
            "scope", "mutation", "client_mutation_id", name=op.f("answers_pkey")
        ),
    )
    op.create_index("answers_answered_at_idx", "answers", ["answered_at"], unique=False)
    op.create_table(
        "facts",
        sa.Column("fact_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "available_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("facts_pkey")),
    )
    op.create_index(
        "facts_unfinished_idx",
        "facts",
        ["fact_id"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "facts_unfinished_subject_idx",
        "facts",
        ["kind", "subject", "fact_id"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "topic_entries",
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("topic", "position", name=op.f("topic_entries_pkey")),
    )
    op.create_index("topic_entries_recorded_at_idx", "topic_entries", ["recorded_at"], unique=False)
    op.create_table(
        "topic_heads",
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("topic_heads_pkey")),
    )
    op.create_table(
        "one_time_codes",
        sa.Column(
            "one_time_code_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False
        ),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("one_time_codes_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("one_time_code_id", name=op.f("one_time_codes_pkey")),
        sa.UniqueConstraint("code_hash", name=op.f("one_time_codes_code_hash_key")),
    )
    op.create_index(
        op.f("one_time_codes_account_id_idx"), "one_time_codes", ["account_id"], unique=False
    )
    op.create_table(
        "profiles",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(length=50), nullable=False),
        sa.Column("bio", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("gender", sa.String(length=30), nullable=True),
        sa.Column("pronouns", sa.String(length=30), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column(
            "skills", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "interests", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "goals", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("availability", sa.String(length=20), nullable=True),
        sa.Column("available_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column(
            "location_salt", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False
        ),
        sa.Column("onboarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "last_active_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("profiles_location_whole_check")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("profiles_latitude_check")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("profiles_longitude_check")),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["accounts.account_id"],
            name=op.f("profiles_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("profiles_pkey")),
    )
    op.create_index(
        "profiles_location_idx",
        "profiles",
        [sa.literal_column("ll_to_earth(latitude, longitude)")],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("latitude IS NOT NULL"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "device_name", sa.String(length=200), server_default=sa.text("''"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "refreshed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("sessions_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("sessions_pkey")),
    )
    op.create_index(op.f("sessions_account_id_idx"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_id", sa.Uuid(), nullable=False),
        sa.Column(
            "blocked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("blocks_not_self_check")),
        sa.ForeignKeyConstraint(
            ["blocked_id"],
            ["profiles.profile_id"],
            name=op.f("blocks_blocked_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"],
            ["profiles.profile_id"],
            name=op.f("blocks_blocker_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("blocks_pkey")),
    )
    op.create_index(op.f("blocks_blocked_id_idx"), "blocks", ["blocked_id"], unique=False)
    op.create_table(
        "companions",
        sa.Column("companion_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("breed", sa.String(length=50), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("temperament", sa.String(length=200), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("companions_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("companion_id", name=op.f("companions_pkey")),
    )
    op.create_index(op.f("companions_profile_id_idx"), "companions", ["profile_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("decider_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('like', 'pass', 'undo', 'unlike', 'unmatch', 'block')",
            name=op.f("decisions_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["profiles.profile_id"],
            name=op.f("decisions_candidate_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"],
            ["profiles.profile_id"],
            name=op.f("decisions_decider_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("decisions_pkey")),
    )
    op.create_index(op.f("decisions_candidate_id_idx"), "decisions", ["candidate_id"], unique=False)
    op.create_index(
        "decisions_decider_id_decision_id_idx",
        "decisions",
        ["decider_id", "decision_id"],
        unique=False,
    )
    op.create_index(
        "decisions_pair_idx",
        "decisions",
        ["decider_id", "candidate_id", "decision_id"],
        unique=False,
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.Column("place_name", sa.String(length=150), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("attendee_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("attendee_count <= capacity", name=op.f("events_seats_check")),
        sa.CheckConstraint("capacity > 0", name=op.f("events_capacity_check")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("events_time_range_check")),
        sa.ForeignKeyConstraint(
            ["host_id"],
            ["profiles.profile_id"],
            name=op.f("events_host_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("events_pkey")),
    )
    op.create_index(op.f("events_host_id_idx"), "events", ["host_id"], unique=False)
    op.create_index(
        "events_starts_at_event_id_idx", "events", ["starts_at", "event_id"], unique=False
    )
    op.create_table(
        "matches",
        sa.Column("match_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("compatibility_score", sa.Double(), nullable=True),
        sa.Column(
            "matched_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "compatibility_score BETWEEN 0 AND 100", name=op.f("matches_score_check")
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("matches_ordered_check")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"],
            ["profiles.profile_id"],
            name=op.f("matches_ended_by_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["profiles.profile_id"],
            name=op.f("matches_first_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["profiles.profile_id"],
            name=op.f("matches_second_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("match_id", name=op.f("matches_pkey")),
    )
    op.create_index(
        "matches_first_id_matched_at_idx",
        "matches",
        ["first_id", "matched_at", "match_id"],
        unique=False,
    )
    op.create_index(
        "matches_pair_key",
        "matches",
        ["first_id", "second_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "matches_second_id_matched_at_idx",
        "matches",
        ["second_id", "matched_at", "match_id"],
        unique=False,
    )
    op.create_table(
        "pairs",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("first_decision", sa.String(length=10), nullable=True),
        sa.Column("second_decision", sa.String(length=10), nullable=True),
        sa.Column("first_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "first_decision IN ('like', 'pass')", name=op.f("pairs_first_decision_check")
        ),
        sa.CheckConstraint(
            "second_decision IN ('like', 'pass')", name=op.f("pairs_second_decision_check")
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("pairs_ordered_check")),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["profiles.profile_id"],
            name=op.f("pairs_first_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["profiles.profile_id"],
            name=op.f("pairs_second_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pairs_pkey")),
    )
    op.create_index(op.f("pairs_second_id_idx"), "pairs", ["second_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("post_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(content) BETWEEN 1 AND 5000", name=op.f("posts_content_length_check")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["profiles.profile_id"],
            name=op.f("posts_author_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("posts_pkey")),
    )
    op.create_index("posts_author_id_post_id_idx", "posts", ["author_id", "post_id"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("age_min", sa.Integer(), server_default=sa.text("18"), nullable=False),
        sa.Column("age_max", sa.Integer(), server_default=sa.text("120"), nullable=False),
        sa.Column("max_distance_km", sa.Double(), nullable=True),
        sa.Column(
            "genders", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "goals_wanted",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "languages_wanted",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("active_within_days", sa.Integer(), nullable=True),
        sa.Column(
            "distance_unit",
            sa.String(length=10),
            server_default=sa.text("'KILOMETRES'"),
            nullable=False,
        ),
        sa.Column("is_discoverable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("age_min <= age_max", name=op.f("preferences_age_range_check")),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("preferences_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("preferences_pkey")),
    )
    op.create_table(
        "profile_vectors",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("model_version", sa.String(length=100), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("vector", postgresql.ARRAY(sa.REAL()), nullable=False),
        sa.Column(
            "embedded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("profile_vectors_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "model_version", name=op.f("profile_vectors_pkey")),
    )
    op.create_table(
        "prompts",
        sa.Column("prompt_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=150), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("prompts_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("prompt_id", name=op.f("prompts_pkey")),
        sa.UniqueConstraint(
            "profile_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("prompts_profile_id_position_key"),
        ),
    )
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("last_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "active_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["match_id"],
            ["matches.match_id"],
            name=op.f("conversations_match_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("conversations_pkey")),
        sa.UniqueConstraint("match_id", name=op.f("conversations_match_id_key")),
    )
    op.create_table(
        "event_attendees",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column(
            "joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.event_id"],
            name=op.f("event_attendees_event_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("event_attendees_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "profile_id", name=op.f("event_attendees_pkey")),
    )
    op.create_index(
        "event_attendees_event_id_joined_at_idx",
        "event_attendees",
        ["event_id", "joined_at", "profile_id"],
        unique=False,
    )
    op.create_index(
        op.f("event_attendees_profile_id_idx"), "event_attendees", ["profile_id"], unique=False
    )
    op.create_table(
        "conversation_members",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("read_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_position", sa.BigInteger(), nullable=True),
        sa.Column(
            "joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("conversation_members_conversation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("conversation_members_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "conversation_id", "profile_id", name=op.f("conversation_members_pkey")
        ),
    )
    op.create_index(
        op.f("conversation_members_profile_id_idx"),
        "conversation_members",
        ["profile_id"],
        unique=False,
    )
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "char_length(text) BETWEEN 1 AND 4000", name=op.f("messages_text_length_check")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("messages_conversation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["profiles.profile_id"],
            name=op.f("messages_sender_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("messages_pkey")),
        sa.UniqueConstraint(
            "conversation_id", "position", name=op.f("messages_conversation_id_position_key")
        ),
    )
    op.create_index(op.f("messages_sender_id_idx"), "messages", ["sender_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("messages_sender_id_idx"), table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("conversation_members_profile_id_idx"), table_name="conversation_members")
    op.drop_table("conversation_members")
    op.drop_index(op.f("event_attendees_profile_id_idx"), table_name="event_attendees")
    op.drop_index("event_attendees_event_id_joined_at_idx", table_name="event_attendees")
    op.drop_table("event_attendees")
    op.drop_table("conversations")
    op.drop_table("prompts")
    op.drop_table("profile_vectors")
    op.drop_table("preferences")
    op.drop_index("posts_author_id_post_id_idx", table_name="posts")
    op.drop_table("posts")
    op.drop_index(op.f("pairs_second_id_idx"), table_name="pairs")
    op.drop_table("pairs")
    op.drop_index("matches_second_id_matched_at_idx", table_name="matches")
    op.drop_index(
        "matches_pair_key", table_name="matches", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index("matches_first_id_matched_at_idx", table_name="matches")
    op.drop_table("matches")
    op.drop_index("events_starts_at_event_id_idx", table_name="events")
    op.drop_index(op.f("events_host_id_idx"), table_name="events")
    op.drop_table("events")
    op.drop_index("decisions_pair_idx", table_name="decisions")
    op.drop_index("decisions_decider_id_decision_id_idx", table_name="decisions")
    op.drop_index(op.f("decisions_candidate_id_idx"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("companions_profile_id_idx"), table_name="companions")
    op.drop_table("companions")
    op.drop_index(op.f("blocks_blocked_id_idx"), table_name="blocks")
    op.drop_table("blocks")
    op.drop_index(op.f("sessions_account_id_idx"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(
        "profiles_location_idx",
        table_name="profiles",
        postgresql_using="gist",
        postgresql_where=sa.text("latitude IS NOT NULL"),
    )
    op.drop_table("profiles")
    op.drop_index(op.f("one_time_codes_account_id_idx"), table_name="one_time_codes")
    op.drop_table("one_time_codes")
    op.drop_table("topic_heads")
    op.drop_index("topic_entries_recorded_at_idx", table_name="topic_entries")
    op.drop_table("topic_entries")
    op.drop_index(
        "facts_unfinished_subject_idx",
        table_name="facts",
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index(
        "facts_unfinished_idx", table_name="facts", postgresql_where=sa.text("finished_at IS NULL")
    )
    op.drop_table("facts")
    op.drop_index("answers_answered_at_idx", table_name="answers")
    op.drop_table("answers")
    op.drop_table("accounts")
