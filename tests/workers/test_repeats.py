"""Jobs as a property: whatever a fact starts has one effect, however often it is carried out."""

from dataclasses import fields, replace
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from integrations.email import NullEmail
from integrations.push import NullPush
from matching.embedders import Embedders
from persistence import models
from persistence.statements import Statement
from tests.contracts.inputs import MUTATIONS, new_world
from tests.support.embedders import FakeEmbedder
from workers.resources import Resources
from workers.subscribers import STARTS

NOT_RECORDED = {"EventReminded", "PlaceEdited"}
"""The facts that none of the inputs leads to here."""
LATE = ("delete", "remove", "block", "unmatch", "leave", "cancel", "decline")
"""How the names of mutations begin after which others find nothing; they come late."""
LEFT_OUT = (
    # Somebody would be signed in no more.
    *("changePassword", "logIn", "logOut", "refreshToken", "resetPassword"),
    *("revokeOtherSessions", "revokeSession"),
    # Sent as a form; what `completeUpload` records is the same.
    "uploadMedia",
    # Of staff, for all the app: they start nothing.
    *("startEmbeddingVersion", "switchEmbeddingVersion", "rollBackEmbeddingVersion"),
    # Done at the very end.
    "deleteAccount",
)

EVERY_FACT = Statement(sa.select(models.Fact).order_by(models.Fact.fact_id), models.Fact)
# When something was measured, or a code that is sent again ends, is no effect of its own.
MOMENTS = ("embedded_at", "learned_at", "indexed_at", "updated_at", "expires_at")
CONTENTS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, md5(string_agg(line, '|' ORDER BY line)) AS hash"  # noqa: S608
    f" FROM (SELECT (to_jsonb(t) - $1::text[])::text AS line FROM {name} t) lines"
    for name in models.Model.metadata.tables
)


class Outside:
    """The outside world, and what of it two runs of a job have in common."""

    def __init__(self):
        self.email, self.push = NullEmail(), NullPush()

    @property
    def effects(self):
        """Each mail and each push once: what has the same key is the same to who gets it."""
        mails = {mail.key for mail in self.email.sent}
        return mails | {(push.token, push.collapse_key, push.key) for push in self.push.sent}


class Carried:
    """What facts started, each job of a kind of fact once more for the first of the kind."""

    def __init__(self, resources, outside):
        self.resources, self.outside = resources, outside
        self.facts, self.jobs, self.changing = set(), set(), {}

    async def carry_all(self):
        while new := [f for f in await self._all() if f.fact_id not in self.facts]:
            for fact in new:
                self.facts.add(fact.fact_id)
                for task in STARTS.get(fact.kind, ()):
                    await self._carry(fact, task)

    async def _all(self):
        async with self.resources.database.write() as tx:
            return await tx.fetch(EVERY_FACT)

    async def _carry(self, fact, task):
        job, arguments = (fact.kind, task.name), (self.resources, str(fact.fact_id), fact.body)
        await task.job(*arguments)
        if job not in self.jobs:
            self.jobs.add(job)
            before = await self._effects()
            await task.job(*arguments)
            if changed := before ^ await self._effects():
                self.changing[job] = changed

    async def _effects(self):
        async with self.resources.database.write() as tx:
            rows = await tx.connection.fetch(CONTENTS, list(MOMENTS))
        return {tuple(row) for row in rows} | self.outside.effects


async def nobody_is_looking(_profile_id):
    return False


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def resources(services, outside):
    """What jobs work with, and an outside world that keeps what it was given."""
    away = replace(services.integrations, email=outside.email, push=outside.push)
    held = {
        field.name: getattr(services, field.name)
        for field in fields(Resources)
        if hasattr(services, field.name)
    }
    model = services.embedder
    held["embedder"] = Embedders(
        FakeEmbedder(model.model_version, model.dimensions),
        lambda version: FakeEmbedder(version, model.dimensions),
        lambda _version: model.dimensions,
    )
    held["presence"] = SimpleNamespace(is_present=nobody_is_looking)
    return SimpleNamespace(**held | {"integrations": away, "codes_secret": services.secrets.codes})


async def meet(people, world):
    """Let somebody new do what the inputs do not: onboard, match, and take a message back."""
    new = await people.join(onboarded=False)
    await new.api.done("completeOnboarding", **world.inputs["completeOnboarding"])
    await new.api.done("decide", profileId=world.stranger.id, decision="LATER")
    await world.ada.api.done("likeProfile", profileId=new.id)
    shown = "match { conversation { id } }"
    liked = await new.api.done("likeProfile", shown, profileId=world.ada.id)
    place = {"conversationId": liked["match"]["conversation"]["id"]}
    sent = await new.api.done("sendMessage", "sentMessage { id }", **place, text="Hello")
    await new.api.done("deleteMessage", messageId=sent["sentMessage"]["id"])


async def test_every_job_of_every_fact_has_one_effect_however_often_it_runs(
    services, people, resources, outside
):
    world = await new_world(services, people)
    carried = Carried(resources, outside)
    await meet(people, world)
    # `createPost` has taken the file before.
    del world.inputs["editPost"]["mediaIds"]
    await carried.carry_all()
    for mutation in sorted(MUTATIONS, key=lambda name: name.startswith(LATE)):
        if mutation not in LEFT_OUT:
            await world.caller(mutation).do(mutation, **world.inputs[mutation])
    await carried.carry_all()
    await world.ada.api.done("deleteAccount", **world.inputs["deleteAccount"])
    await carried.carry_all()
    assert carried.changing == {}
    told = STARTS.keys() - NOT_RECORDED
    every = {(kind, task.name) for kind in told for task in STARTS[kind]}
    # Who adds a fact that starts something lets a mutation of `inputs` record it.
    assert every - carried.jobs == set()
    assert outside.email.sent
    assert outside.push.sent
