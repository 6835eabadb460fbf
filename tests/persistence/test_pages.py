"""Keyset pages: every item once, in order, for many owners; and cursors that nobody can make."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from persistence import models
from persistence.pages import BadCursor, CursorCodec, Listing, Window

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
CODEC = CursorCodec(b"a secret of the tests")
OTHER = CursorCodec(b"a secret of somebody else")
ENTRY = models.TopicEntry

# Moments are not unique, so the position decides between equals.
LISTINGS = {
    descending: Listing(
        f"entries.{descending}",
        sa.select(ENTRY),
        owner=ENTRY.topic,
        order=[ENTRY.recorded_at, ENTRY.position],
        model=ENTRY,
        descending=descending,
    )
    for descending in (True, False)
}

values = st.lists(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    max_size=4,
)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)

with_database = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(names, values)
def test_a_cursor_gives_back_what_it_was_made_of(name, given_values):
    assert CODEC.decode(name, CODEC.encode(name, given_values)) == given_values


@given(names, values, st.integers(0), st.integers(1, 255))
def test_a_changed_cursor_is_refused(name, given_values, at, change):
    cursor = CODEC.encode(name, given_values)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[at % len(raw)] ^= change
    with pytest.raises(BadCursor):
        CODEC.decode(name, base64.urlsafe_b64encode(raw).decode().rstrip("="))


@given(names, st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_an_invented_cursor_is_refused(name, cursor):
    with pytest.raises(BadCursor):
        CODEC.decode(name, cursor)


@given(names, names, values)
def test_a_cursor_of_another_list_or_another_server_is_refused(name, other, given_values):
    assume(name != other)
    with pytest.raises(BadCursor):
        CODEC.decode(other, CODEC.encode(name, given_values))
    with pytest.raises(BadCursor):
        CODEC.decode(name, OTHER.encode(name, given_values))


@pytest.mark.parametrize(
    "place", [[], ["2026-06-15T12:00:00+00:00"], ["soon", 1], [None, 1], [7, 1], ["x"] * 3]
)
def test_a_place_that_does_not_fit_the_order_is_refused(place):
    with pytest.raises(BadCursor):
        LISTINGS[True].typed_place(place)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 2**63 - 1))
def test_a_place_comes_back_from_its_cursor_with_its_types(moment, position):
    listing = LISTINGS[True]
    cursor = CODEC.encode(listing.name, (moment, position))
    assert listing.typed_place(CODEC.decode(listing.name, cursor)) == (moment, position)


def test_keys_come_back_from_cursors_as_keys():
    listing = Listing(
        "sessions",
        sa.select(models.Session),
        owner=models.Session.account_id,
        order=[models.Session.session_id],
        model=models.Session,
    )
    key = uuid4()
    (found,) = listing.typed_place(CODEC.decode("sessions", CODEC.encode("sessions", (key,))))
    assert isinstance(found, UUID)
    assert found == key


async def fill(database, lists):
    """Give each owner entries at the given minutes; answer their places in order of position."""
    async with database.write() as tx:
        await tx.connection.execute("TRUNCATE topic_entries")
        await tx.connection.executemany(
            "INSERT INTO topic_entries (topic, position, kind, body, recorded_at)"
            " VALUES ($1, $2, 'Happened', '{}', $3)",
            [
                (owner, position, NOON + timedelta(minutes=minute))
                for owner, minutes in lists.items()
                for position, minute in enumerate(minutes)
            ],
        )
    return {
        owner: [(NOON + timedelta(minutes=m), position) for position, m in enumerate(minutes)]
        for owner, minutes in lists.items()
    }


async def read(database, listing, owners, window):
    statement = listing.page_statement(window)
    rows = await database.fetch(statement, **listing.parameters(owners, window))
    return listing.pages(owners, rows, window)


lists_of_owners = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.lists(st.integers(0, 3), max_size=12), min_size=1
)


@with_database
@given(
    lists=lists_of_owners, limit=st.integers(1, 5), backward=st.booleans(), falling=st.booleans()
)
async def test_walking_through_pages_meets_everything_once_in_order(
    database, lists, limit, backward, falling
):
    listing = LISTINGS[falling]
    places = await fill(database, lists)
    for owner, own in places.items():
        walked, place = [], None
        while True:
            edge = "before" if backward else "after"
            window = Window(limit, backward=backward, **{edge: place})
            (page,) = await read(database, listing, [owner], window)
            found = [listing.place_of(row) for row in page.rows]
            walked = found + walked if backward else walked + found
            assert len(found) <= limit
            if not (page.has_previous if backward else page.has_next):
                break
            cursor = CODEC.encode(listing.name, found[0] if backward else found[-1])
            place = listing.typed_place(CODEC.decode(listing.name, cursor))
        assert walked == sorted(own, reverse=falling)


@with_database
@given(
    lists=lists_of_owners,
    limit=st.integers(1, 5),
    backward=st.booleans(),
    falling=st.booleans(),
    edges=st.tuples(*[st.none() | st.tuples(st.integers(0, 3), st.integers(0, 12))] * 2),
)
async def test_a_window_is_a_slice_of_each_owners_list(
    *, database, lists, limit, backward, falling, edges
):
    listing = LISTINGS[falling]
    places = await fill(database, lists)
    after, before = (
        (NOON + timedelta(minutes=edge[0]), edge[1]) if edge is not None else None for edge in edges
    )
    window = Window(limit, backward=backward, after=after, before=before)
    owners = [*places, "nobody"]
    pages = await read(database, listing, owners, window)
    assert len(pages) == len(owners)
    for owner, page in zip(owners, pages, strict=True):
        ordered = sorted(places.get(owner, []), reverse=falling)
        inside = [
            place
            for place in ordered
            if (after is None or (place < after if falling else place > after))
            and (before is None or (place > before if falling else place < before))
        ]
        expected = inside[-limit:] if backward else inside[:limit]
        assert [listing.place_of(row) for row in page.rows] == expected
        more = len(inside) > limit
        assert (page.has_previous if backward else page.has_next) is more


@with_database
@given(lists=lists_of_owners)
async def test_totals_are_counted_for_each_owner(database, lists):
    await fill(database, lists)
    owners = [*lists, "nobody"]
    rows = await database.fetch(LISTINGS[True].count_statement, owners=owners)
    assert {row.owner_key: row.total for row in rows} == {
        owner: len(lists.get(owner, [])) for owner in owners
    }


async def test_a_list_that_is_not_shown_is_empty(database):
    await fill(database, {"a": [1, 2], "b": [1]})
    listing = Listing(
        "entries.shown",
        sa.select(ENTRY),
        owner=ENTRY.topic,
        order=[ENTRY.position],
        model=ENTRY,
        shown_to=lambda owner: owner != "a",
    )
    hidden, shown = await read(database, listing, ["a", "b"], Window(10))
    assert (len(hidden.rows), len(shown.rows)) == (0, 1)
    totals = await database.fetch(listing.count_statement, owners=["a", "b"])
    assert [(row.owner_key, row.total) for row in totals] == [("b", 1)]
