"""What search reads of people, posts, events and places, and the searches that were made."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, OfProfile

_WORDS = (
    "(setweight(to_tsvector('message_words'::regconfig, title), 'A'::\"char\")"
    " || setweight(to_tsvector('message_words'::regconfig, body), 'B'::\"char\"))"
)
_TITLED = sa.text("title_key <> ''")


class SearchDocument(Model):
    """The texts of a thing as search reads them; triggers of the thing's table keep it.

    `title_key` is the title in lower case without accents, empty for what has no title; `words`
    are those of both texts, in lower case and without accents, the title's the weightier.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('people', 'posts', 'events', 'places')", name="kind"),
        sa.Index("search_documents_words_idx", "words", postgresql_using="gin"),
        sa.Index("search_documents_title_key_idx", "title_key", postgresql_where=_TITLED),
        sa.Index(
            "search_documents_title_trigrams_idx",
            "title_key",
            postgresql_using="gin",
            postgresql_ops={"title_key": "gin_trgm_ops"},
            postgresql_where=_TITLED,
        ),
    )

    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)
    title_key: Mapped[str] = mapped_column(sa.Text(collation="C"))
    body: Mapped[str] = mapped_column(sa.Text)
    words: Mapped[str] = mapped_column(postgresql.TSVECTOR, sa.Computed(_WORDS, persisted=True))


class Search(Model):
    """A search that somebody made, for statistics of many; never for the API by itself."""

    __tablename__ = "searches"
    __table_args__ = (
        sa.CheckConstraint("char_length(query) BETWEEN 1 AND 400", name="query_length"),
        sa.CheckConstraint("result_count BETWEEN 0 AND 200", name="result_count"),
        sa.CheckConstraint("duration_ms >= 0", name="duration_ms"),
    )

    search_id: Mapped[Key]
    profile_id: Mapped[OfProfile] = mapped_column(index=True)
    query: Mapped[str] = mapped_column(sa.Text)
    result_count: Mapped[int]
    duration_ms: Mapped[int]
    searched_at: Mapped[Moment] = mapped_column(index=True)
