"""Retrieval as a whole: whoever suits both sides is found, and nobody else, on either index."""

from dataclasses import replace

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from matching.candidates import candidates, facets_of
from matching.eligibility import mutually_eligible
from matching.features import Preferences, features_of
from persistence.facets import Reception
from persistence.vectors import ProfilePoint
from tests.matching.conftest import NOW, along, people, with_id
from tests.matching.rows import profile_of

# Two people drawn at random seldom suit each other: some want anybody.
easy = people.map(lambda person: replace(person, wants=Preferences()))


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(viewer=people | easy, crowd=st.lists(people | easy, min_size=1, max_size=30))
async def test_whoever_suits_both_sides_is_found_and_nobody_else(index, viewer, crowd):
    viewer = with_id(viewer, 10**9)
    profiles = [profile_of(with_id(person, number)) for number, person in enumerate(crowd, 1)]
    everybody = {profile.profile_id: features_of(profile) for profile in profiles}
    await index.upsert(
        [ProfilePoint(key, along(key.int % 7), facets_of(one)) for key, one in everybody.items()]
    )
    shown = {key: Reception(appeal=1.0, shown=key.int) for key in everybody if key.int % 3 == 0}
    await index.learn(shown)

    async def load(ids):
        return [profile for profile in profiles if profile.profile_id in ids]

    asked = {"vectors": index, "load_profiles": load, "excluded": (), "limit": 50, "now": NOW}
    found = await candidates(viewer, wanted=along(0), **asked)
    await index.delete(list(everybody))
    ids = [one.person.profile_id for one in found]
    expected = {key for key, one in everybody.items() if mutually_eligible(viewer, one, NOW)}
    event(f"{min(5, len(expected))} or more suit")
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    assert all(one.similarity is not None for one in found)
