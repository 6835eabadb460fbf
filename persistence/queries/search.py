"""Questions of the search: what matches a query, and what of it the viewer may see."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import events, posts, preferences, visibility
from persistence.queries.messages import MATCH_BEGINS, MATCH_ENDS
from persistence.statements import Statement, one_of, parameter

_Document = models.SearchDocument
_CONFIGURATION: sa.ColumnElement[Any] = sa.literal_column("'message_words'::regconfig")
_EXCERPT = f'StartSel="{MATCH_BEGINS}", StopSel="{MATCH_ENDS}", MinWords=10, MaxWords=30'

MOST_SIMILAR = 50
"""How many titles are found at most that are only written similarly."""

MOST_TAGS_TRIED, _POSTS_TRIED = 100, 20
"""At how many tags suggestions look at most, and at how many of the newest posts of each."""

_query = parameter("query", sa.Text())
_limit = sa.bindparam("limit", type_=sa.Integer)


def is_shown(kind: Any, subject_id: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may find a thing: each kind by the predicate of its own noun.

    Args:
        kind: the column that holds its kind.
        subject_id: the column that holds its key.
    """
    return sa.or_(
        sa.and_(kind == "people", _is_discoverable(subject_id)),
        sa.and_(kind == "posts", posts.is_readable(subject_id)),
        sa.and_(kind == "events", events.is_visible(subject_id)),
        # Those are public, for whoever is signed in.
        sa.and_(kind == "places", visibility.viewer_id().is_not(None)),
    )


def _is_discoverable(profile_id: Any) -> sa.ColumnElement[bool]:
    is_found = sa.or_(profile_id == visibility.viewer_id(), preferences.is_discoverable(profile_id))
    return sa.and_(visibility.may_see(profile_id), is_found)


# Made once for a statement, where a function of a parameter would be called for each row.
_wanted = (
    sa.select(
        sa.func.websearch_to_tsquery(_CONFIGURATION, _query).label("words"),
        sa.func.lower(sa.func.unaccent(_query)).label("title_key"),
    )
    .cte("wanted")
    .prefix_with("MATERIALIZED")
)
_words = sa.select(_wanted.c.words).scalar_subquery()
_title_key = sa.select(_wanted.c.title_key).scalar_subquery()


def _best(rank: Any, *where: sa.ColumnElement[bool], most: Any, name: str) -> Any:
    """Give the best of what matches and is shown; asked in the order of their ranks, and no more.

    Whether something is shown takes longer to find out than how well it matches.
    """
    ranked = (
        sa.select(_Document.kind, _Document.subject_id, rank.label("rank"))
        .where(one_of(_Document.kind, "kinds"), *where)
        .order_by(sa.desc("rank"), _Document.subject_id.desc())
        .offset(sa.literal_column("0"))  # a fence: what is asked outside stays outside
        .subquery("ranked")
    )
    return (
        sa.select(sa.literal_column(f"'{name}'").label("list"), ranked)
        .where(is_shown(ranked.c.kind, ranked.c.subject_id))
        .order_by(ranked.c.rank.desc(), ranked.c.subject_id.desc())
        .limit(most)
        .cte(name)
        .prefix_with("MATERIALIZED")
    )


_with_words = _best(
    sa.func.ts_rank(_Document.words, _words),
    _Document.words.bool_op("@@")(_words),
    most=_limit,
    name="words",
)
_similar = _best(
    sa.func.word_similarity(_title_key, _Document.title_key),
    _Document.title_key != sa.literal_column("''"),
    _Document.title_key.bool_op("%>")(_title_key),
    ~sa.exists().select_from(_with_words),
    most=MOST_SIMILAR,
    name="similar",
)

found = Statement(
    sa.union_all(sa.select(_with_words), sa.select(_similar)).order_by(
        sa.desc("rank"), sa.desc("subject_id")
    )
)
"""Things of `kinds` that match `query` and that `viewer_id` may find, the best first.

At most `limit` that have its words: those of titles count more than others, what has them closer
and more often comes before, the newest first among equals. Where none has, titles that are written
similarly.
"""

# What begins with a prefix is a range of the index, also where a pattern would not be one.
_LAST: sa.ColumnElement[Any] = sa.literal_column("chr(1114111)")
_SHORTEST_SIMILAR = 3
_prefix = parameter("prefix", sa.Text())
_typed = (
    sa.select(sa.func.lower(sa.func.unaccent(_prefix)).label("title_key"))
    .cte("typed")
    .prefix_with("MATERIALIZED")
)
_typed_key = sa.select(_typed.c.title_key).scalar_subquery()


def _titled(rank: Any, *where: sa.ColumnElement[bool], name: str) -> Any:
    ranked = (
        sa.select(_Document.kind, _Document.subject_id, _Document.title, rank.label("rank"))
        .where(_Document.title_key != sa.literal_column("''"), *where)
        .order_by(sa.text("rank"), _Document.title_key, _Document.subject_id)
        .offset(sa.literal_column("0"))
        .subquery("ranked")
    )
    return (
        sa.select(ranked.c.kind, ranked.c.subject_id, ranked.c.title, ranked.c.rank)
        .where(is_shown(ranked.c.kind, ranked.c.subject_id))
        .limit(_limit)
        .cte(name)
        .prefix_with("MATERIALIZED")
    )


_beginning = _titled(
    sa.literal_column("-2.0::real"),
    _Document.title_key >= _typed_key,
    _Document.title_key < _typed_key.op("||")(_LAST),
    name="beginning",
)
_resembling = _titled(
    -sa.func.word_similarity(_typed_key, _Document.title_key),
    _Document.title_key.bool_op("%>")(_typed_key),
    sa.func.char_length(_prefix) >= _SHORTEST_SIMILAR,
    # What comes first may be enough, and is found sooner by far.
    sa.select(sa.func.count()).select_from(_beginning).scalar_subquery() < _limit,
    name="resembling",
)

_Tag = models.PostHashtag
_tag = parameter("tag", _Tag.tag)
_begins_so = sa.and_(_Tag.tag >= _tag, _Tag.tag < sa.cast(_tag, sa.Text).op("||")(_LAST))
# From each tag to the next one, however many posts have it.
_tags = (
    sa.select(sa.func.min(_Tag.tag).label("tag"), sa.literal_column("1").label("place"))
    .where(_begins_so)
    .cte("tags", recursive=True)
)
_tags = _tags.union_all(
    sa.select(
        sa.select(sa.func.min(_Tag.tag))
        .where(_begins_so, _Tag.tag > _tags.c.tag)
        .correlate(_tags)
        .scalar_subquery(),
        _tags.c.place + sa.literal_column("1"),
    ).where(_tags.c.tag.is_not(None), _tags.c.place < sa.literal_column(str(MOST_TAGS_TRIED)))
)
_newest: Any = (
    sa.select(_Tag.post_id)
    .where(_Tag.tag == _tags.c.tag)
    .order_by(_Tag.post_id.desc())
    .limit(sa.literal_column(str(_POSTS_TRIED)))
    .correlate(_tags)
    .lateral("newest")
)
_tagged = (
    sa.select(
        sa.literal_column("'posts'").label("kind"),
        sa.cast(sa.null(), sa.Uuid()).label("subject_id"),
        sa.func.concat("#", _tags.c.tag).label("title"),
        sa.literal_column("-1.5::real").label("rank"),
    )
    .where(
        _tags.c.tag.is_not(None),
        sa.exists().select_from(_newest).where(posts.is_readable(_newest.c.post_id)),
    )
    .order_by(_tags.c.tag)
    .limit(_limit)
    .cte("tagged")
    .prefix_with("MATERIALIZED")
)

suggested = Statement(
    sa.union_all(*map(sa.select, (_beginning, _tagged, _resembling))).order_by(
        sa.text("rank"), sa.text("title"), sa.text("subject_id")
    )
)
"""Names and titles that begin with `prefix`, then tags of posts that begin with `tag`, without a
`subject_id`, then what has the prefix or resembles it from three characters on, where fewer than
`limit` begin with it; at most `limit` of each that `viewer_id` may find. One can come twice."""

_Post, _Event = models.Post, models.Event
_owner_id = sa.case(
    (_Document.kind == "people", _Document.subject_id),
    (
        _Document.kind == "posts",
        sa.select(_Post.author_id).where(_Post.post_id == _Document.subject_id).scalar_subquery(),
    ),
    (
        _Document.kind == "events",
        sa.select(_Event.host_id).where(_Event.event_id == _Document.subject_id).scalar_subquery(),
    ),
).label("owner_id")
_documents = sa.select(
    _Document.kind, _Document.subject_id, _Document.title, _Document.body, _owner_id
)

documents = Statement(
    _documents.where(
        _Document.kind == parameter("kind", _Document.kind), one_of(_Document.subject_id, "ids")
    )
)
"""What search reads of these `ids` of a `kind`, and whose they are, whoever may see it."""

documents_after = Statement(
    _documents.where(
        sa.tuple_(_Document.kind, _Document.subject_id)
        > sa.tuple_(
            parameter("kind", _Document.kind), parameter("subject_id", _Document.subject_id)
        )
    )
    .order_by(_Document.kind, _Document.subject_id)
    .limit(_limit)
)
"""The next `limit` of all that search reads, after a `kind` and `subject_id`."""

_given = (
    sa.func.unnest(
        sa.bindparam("given_kinds", type_=postgresql.ARRAY(sa.Text), required=True),
        sa.bindparam("given_ids", type_=postgresql.ARRAY(sa.Uuid), required=True),
    )
    .table_valued(
        sa.column("kind", sa.Text),
        sa.column("subject_id", sa.Uuid),
        with_ordinality="place",
    )
    .render_derived(name="given")
)

_is_given = sa.and_(_Document.kind == _given.c.kind, _Document.subject_id == _given.c.subject_id)

shown = Statement(
    sa.select(_given.c.kind, _given.c.subject_id)
    .join(_Document, _is_given)
    .where(is_shown(_given.c.kind, _given.c.subject_id))
    .order_by(_given.c.place)
)
"""Those of `given_ids`, each of one of `given_kinds`, that `viewer_id` may find, in their order."""

_page = (
    sa.select(_given.c.kind, _given.c.subject_id, _given.c.place, _Document.title, _Document.body)
    .join(_Document, _is_given)
    .where(
        _given.c.place > parameter("after", sa.Integer()),
        is_shown(_given.c.kind, _given.c.subject_id),
    )
    .order_by(_given.c.place)
    .limit(_limit)
    .cte("page")
    .prefix_with("MATERIALIZED")
)
_text = sa.func.concat_ws("\n", sa.func.nullif(_page.c.title, ""), sa.func.nullif(_page.c.body, ""))

page = Statement(
    sa.select(
        _page.c.kind,
        _page.c.subject_id,
        _page.c.place,
        sa.func.ts_headline(_CONFIGURATION, _text, _words, sa.literal(_EXCERPT)).label("excerpt"),
    ).order_by(_page.c.place)
)
"""Up to `limit` of `given_ids` after the place `after`, from 1, that `viewer_id` may find.

Each has its `place` and an `excerpt` with the words of `query`.
"""

count = Statement(
    sa.select(sa.func.count())
    .select_from(_given)
    .join(_Document, _is_given)
    .where(is_shown(_given.c.kind, _given.c.subject_id))
)
"""How many of `given_ids` `viewer_id` may find."""
