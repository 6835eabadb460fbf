"""Photos as a property: any sequence of acts keeps the bounds (P-03) and the order (P-17)."""

from types import SimpleNamespace

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import photos
from domain.photos import Bounds
from domain.refusals import Refusal
from tests.support.media import ready

few = hypothesis.settings(
    max_examples=300 if hypothesis.settings.get_current_profile_name() == "nightly" else 15,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
READY = st.sampled_from(["ready", "ready", "processing"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), READY),
        st.tuples(st.just("delete"), st.integers(0, 5)),
        st.tuples(st.just("reorder"), st.randoms(use_true_random=False)),
    ),
    max_size=20,
)


class Model:
    """What the photos of a profile are to be."""

    def __init__(self, bounds, *, is_shown):
        self.bounds, self.is_shown = bounds, is_shown
        self.photos = []
        self.is_ready = {}

    def may_add(self):
        return len(self.photos) < self.bounds.most

    def may_delete(self, photo):
        left = sum(self.is_ready[each] for each in self.photos if each != photo)
        return not (self.is_shown and self.is_ready[photo]) or left >= self.bounds.least


async def own(database, person):
    async with database.write() as tx:
        rows = await tx.connection.fetch(
            "SELECT media_id FROM photos WHERE profile_id = $1 ORDER BY position", person.key
        )
    return [row["media_id"] for row in rows]


async def tried(database, verb, person, **given_):
    """Whether a verb did what it was asked."""
    try:
        async with database.write() as tx:
            await verb(tx, person.viewer, **given_)
    except Refusal:
        return False
    return True


async def act(database, person, model, kind, what):
    if kind == "add":
        columns = {} if what == "ready" else {"width": None, "height": None}
        key = await ready(database, person, state=what, **columns)
        expected = model.may_add()
        done = await tried(database, photos.add_photo, person, media_id=key, bounds=model.bounds)
        if expected:
            model.photos.append(key)
            model.is_ready[key] = what == "ready"
    elif kind == "delete":
        if what >= len(model.photos):
            return
        photo = model.photos[what]
        expected = model.may_delete(photo)
        done = await tried(
            database, photos.delete_photo, person, media_id=photo, bounds=model.bounds
        )
        if expected:
            model.photos.remove(photo)
    else:
        wanted = list(model.photos)
        what.shuffle(wanted)
        expected = True
        done = await tried(database, photos.reorder_photos, person, media_ids=wanted)
        model.photos = wanted
    assert done == expected, (kind, what)


@pytest.fixture
async def somebody(people):
    return await people.join(), await people.join(onboarded=False)


@few
@given(
    acts=ACTS,
    is_shown=st.booleans(),
    bounds=st.sampled_from([Bounds(), Bounds(0, 2), Bounds(2, 3), Bounds(1, 1)]),
)
async def test_any_acts_keep_the_bounds_and_the_order(database, somebody, acts, is_shown, bounds):
    person = somebody[0 if is_shown else 1]
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM photos")
        await tx.connection.execute("DELETE FROM media")
    model, had_enough = Model(bounds, is_shown=is_shown), False
    for kind, what in acts:
        await act(database, person, model, kind, what)
        present = await own(database, person)
        assert present == model.photos
        assert len(present) <= bounds.most
        shown = sum(model.is_ready[photo] for photo in present)
        had_enough = had_enough or shown >= bounds.least
        assert not (is_shown and had_enough) or shown >= bounds.least


@given(
    states=st.lists(st.sampled_from(["ready", "processing"]), min_size=1, max_size=9),
    number=st.integers(0, 8),
    is_shown=st.booleans(),
    least=st.integers(0, 9),
)
def test_deleting_never_leaves_fewer_than_must_stay(states, number, is_shown, least):
    rows = [SimpleNamespace(media_id=n, state=state) for n, state in enumerate(states)]
    number %= len(rows)
    may = photos.may_delete(rows, number, is_shown=is_shown, least=least)
    left = sum(row.state == "ready" for row in rows if row.media_id != number)
    assert may == (not is_shown or rows[number].state != "ready" or left >= least)
