"""What search reads, kept by triggers, and the searches that were made.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WORDS = (
    "(setweight(to_tsvector('message_words'::regconfig, title), 'A'::\"char\")"
    " || setweight(to_tsvector('message_words'::regconfig, body), 'B'::\"char\"))"
)

_PUT = """
CREATE FUNCTION put_search_document(its_kind text, its_id uuid, its_title text, its_body text)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO search_documents (kind, subject_id, title, title_key, body)
    VALUES (its_kind, its_id, its_title, lower(unaccent(its_title)), coalesce(its_body, ''))
    ON CONFLICT (kind, subject_id) DO UPDATE
    SET title = excluded.title, title_key = excluded.title_key, body = excluded.body
$$
"""

# Of each table that is searched: what follows from a new row and from one that goes, and from the
# rows that are there already.
_PEOPLE = (
    """
CREATE FUNCTION keep_search_document_of_profiles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'DELETE' THEN
        DELETE FROM search_documents WHERE kind = 'people' AND subject_id = old.profile_id;
    ELSE
        PERFORM put_search_document('people', new.profile_id, new.display_name,
            concat_ws(E'\\n', nullif(new.bio, ''),
                nullif(array_to_string(new.interests || new.skills, ', '), '')));
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER profiles_search_document
    AFTER INSERT OR DELETE OR UPDATE OF display_name, bio, interests, skills ON profiles
    FOR EACH ROW EXECUTE FUNCTION keep_search_document_of_profiles()
""",
    """
SELECT count(put_search_document('people', profile_id, display_name, concat_ws(E'\\n',
    nullif(bio, ''), nullif(array_to_string(interests || skills, ', '), '')))) FROM profiles
""",
)

_POSTS = (
    """
CREATE FUNCTION keep_search_document_of_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'DELETE' THEN
        DELETE FROM search_documents WHERE kind = 'posts' AND subject_id = old.post_id;
    ELSE
        PERFORM put_search_document('posts', new.post_id, '', new.content);
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER posts_search_document
    AFTER INSERT OR DELETE OR UPDATE OF content ON posts
    FOR EACH ROW EXECUTE FUNCTION keep_search_document_of_posts()
""",
    """
SELECT count(put_search_document('posts', post_id, '', content)) FROM posts
""",
)

_EVENTS = (
    """
CREATE FUNCTION keep_search_document_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'DELETE' THEN
        DELETE FROM search_documents WHERE kind = 'events' AND subject_id = old.event_id;
    ELSE
        PERFORM put_search_document('events', new.event_id, new.title,
            concat_ws(E'\\n', nullif(new.description, ''), nullif(new.place_name, '')));
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER events_search_document
    AFTER INSERT OR DELETE OR UPDATE OF title, description, place_name ON events
    FOR EACH ROW EXECUTE FUNCTION keep_search_document_of_events()
""",
    """
SELECT count(put_search_document('events', event_id, title, concat_ws(E'\\n',
    nullif(description, ''), nullif(place_name, '')))) FROM events
""",
)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "search_documents",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(collation="C"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "words", postgresql.TSVECTOR(), sa.Computed(_WORDS, persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('people', 'posts', 'events', 'places')",
            name=op.f("search_documents_kind_check"),
        ),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("search_documents_pkey")),
    )
    _create_searches()
    op.execute(_PUT)
    for statement in (*_PEOPLE, *_POSTS, *_EVENTS):
        op.execute(statement)
    # After the rows: quicker than with each of them.
    op.create_index(
        "search_documents_words_idx", "search_documents", ["words"], postgresql_using="gin"
    )
    titled = sa.text("title_key <> ''")
    op.create_index(
        "search_documents_title_key_idx",
        "search_documents",
        ["title_key"],
        postgresql_where=titled,
    )
    op.create_index(
        "search_documents_title_trigrams_idx",
        "search_documents",
        ["title_key"],
        postgresql_using="gin",
        postgresql_ops={"title_key": "gin_trgm_ops"},
        postgresql_where=titled,
    )


def _create_searches() -> None:
    op.create_table(
        "searches",
        sa.Column("search_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("result_count", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "char_length(query) BETWEEN 1 AND 400", name=op.f("searches_query_length_check")
        ),
        sa.CheckConstraint(
            "result_count BETWEEN 0 AND 200", name=op.f("searches_result_count_check")
        ),
        sa.CheckConstraint("duration_ms >= 0", name=op.f("searches_duration_ms_check")),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.profile_id"],
            name=op.f("searches_profile_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("search_id", name=op.f("searches_pkey")),
    )
    for column in ("profile_id", "searched_at"):
        op.create_index(op.f(f"searches_{column}_idx"), "searches", [column], unique=False)


def downgrade() -> None:
    op.drop_table("searches")
    for table in ("profiles", "posts", "events"):
        op.execute(f"DROP TRIGGER {table}_search_document ON {table}")
        op.execute(f"DROP FUNCTION keep_search_document_of_{table}()")
    op.execute("DROP FUNCTION put_search_document(text, uuid, text, text)")
    op.drop_table("search_documents")
