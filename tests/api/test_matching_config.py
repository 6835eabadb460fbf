"""The configuration of matching, as staff see it."""

from dataclasses import replace

import pytest

from matching.candidates import RETRIEVED
from matching.decks import GOOD_FOR
from matching.scoring import PRIOR
from matching.weights import forget_active_model

CONFIG = """{ matchingConfig { modelVersion spread weights { signal slope centre } likeRate
    embeddingVersion embeddingBatchSize countsAppeal likesTold superLikesPerDay candidates
    leastRecall deckSeconds exposureStrength smallPoolExposureStrength smallPool
    impressionHalfLifeDays decisionHalfLifeDays refittedFromDays } }"""


@pytest.fixture
async def boss(people):
    return await people.join("Boss", is_staff=True)


async def config(person):
    return (await person.api.ask(CONFIG))["matchingConfig"]


async def test_staff_see_what_is_in_force(services, boss, monkeypatch):
    forget_active_model(services.database)
    told = await config(boss)
    weights = {one["signal"]: (one["slope"], one["centre"]) for one in told.pop("weights")}
    assert weights == {name: (one.slope, one.centre) for name, one in PRIOR.weights.items()}
    assert told == {
        "modelVersion": "prior@1",
        "spread": PRIOR.spread,
        "likeRate": pytest.approx(PRIOR.calibration.chance(0.0)),
        "embeddingVersion": services.embedder.model_version,
        "embeddingBatchSize": 64,
        "countsAppeal": True,
        "likesTold": "COUNTED",
        "superLikesPerDay": 5,
        "candidates": RETRIEVED,
        "leastRecall": 0.95,
        "deckSeconds": GOOD_FOR.total_seconds(),
        "exposureStrength": 1.0,
        "smallPoolExposureStrength": 0.3,
        "smallPool": 300,
        "impressionHalfLifeDays": 7,
        "decisionHalfLifeDays": 60,
        "refittedFromDays": 60,
    }
    monkeypatch.setitem(vars(services), "builder", replace(services.builder, with_appeal=False))
    monkeypatch.setitem(vars(services.settings), "super_likes_per_day", 0)
    changed = await config(boss)
    assert (changed["countsAppeal"], changed["superLikesPerDay"]) == (False, 0)


async def test_only_staff_see_it(api, people):
    ada = await people.join()
    assert (await ada.api.send(CONFIG)).codes == ["FORBIDDEN"]
    assert (await api.send(CONFIG)).codes == ["UNAUTHENTICATED"]
