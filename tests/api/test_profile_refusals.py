"""What the mutations of a profile refuse, by tables, and that a refusal changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import sessions
from persistence import models
from resolvers import ids
from resolvers.services import Services
from tests.api.profile_inputs import KEPT, REFUSED, VALID
from tests.contracts.inputs import post
from tests.support.client import Answer, Api
from tests.support.people import People, Person

TABLES = [table.name for table in models.Model.metadata.sorted_tables]


class Scene:
    """Two people with prompts and companions, and all that is stored."""

    def __init__(self, services: Services, people: People) -> None:
        self.services, self.people = services, people
        self.names: dict[str, str] = {}

    async def begin(self) -> "Scene":
        """Let both join and say something of themselves."""
        self.ada, self.newcomer = await self.people.join(), await self.people.join(onboarded=False)
        await self._furnish("my", self.ada)
        await self._furnish("their", await self.people.join())
        for noun in ("prompt", "companion"):
            key = ids.parse(self.names[f"<my {noun}>"])[1]  # type: ignore[index]
            self.names |= {
                f"<missing {noun}>": ids.encode(noun.capitalize(), UUID(int=7)),
                f"<{noun} of another type>": ids.encode("Profile", key),
                f"<key of my {noun}>": str(key),
                f"<my {noun}>=": self.names[f"<my {noun}>"] + "=",
            }
        return self

    async def _furnish(self, whose: str, person: Person) -> None:
        asked = [{"question": f"Question {n}?", "answer": "Yes."} for n in (1, 2)]
        answer = await person.api.done("setPrompts", "prompts { id }", prompts=asked)
        first, second = (prompt["id"] for prompt in answer["prompts"])
        answer = await person.api.done("addCompanion", "companion { id }", kind="dog", name="Rex")
        self.names |= {
            f"<{whose} prompt>": second,
            f"<{whose} first prompt>": first,
            f"<{whose} second prompt>": second,
            f"<{whose} companion>": answer["companion"]["id"],
        }

    def caller(self, mutation: str) -> Api:
        """Who calls a mutation: who introduces themselves is not shown to others yet."""
        return (self.newcomer if mutation == "completeOnboarding" else self.ada).api

    async def call(self, mutation: str, given: dict[str, Any], api: Api | None = None) -> Answer:
        """Call a mutation with its valid input, but for what is given."""
        pascal = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation ($input: {pascal}Input!) {{ {mutation}(input: $input) {{ __typename "
            "... on Refusal { code ... on InvalidInput { fields { path } } } } }"
        )
        variables = {"input": self._named({**VALID[mutation], **given})}
        return await post(api or self.caller(mutation), query, variables)

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._named(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._named(member) for member in value]
        return self.names.get(value, value) if isinstance(value, str) else value

    async def stored(self) -> dict[str, list[str]]:
        """All rows of all tables."""
        async with self.services.database.write() as tx:
            return {
                name: [row[0] for row in await tx.connection.fetch(f"SELECT t::text FROM {name} t")]  # noqa: S608
                for name in TABLES
            }


def outcome(answer: Answer) -> Any:
    """What a row of a table says: a code, or the paths of what is wrong; or the success."""
    if answer.errors:
        return answer.codes[0] if answer.data is None else answer.codes
    assert answer.data is not None
    (given,) = answer.data.values()
    if given["__typename"] == "InvalidInput":
        return [field["path"] for field in given["fields"]]
    return given.get("code", given["__typename"])


@pytest.fixture
async def scene(services, people):
    return await Scene(services, people).begin()


@pytest.mark.parametrize("mutation", VALID)
async def test_the_valid_input_is_done(scene, mutation):
    before = await scene.stored()
    answer = await scene.call(mutation, {})
    assert outcome(answer) == mutation[0].upper() + mutation[1:] + "Success"
    assert await scene.stored() != before


@pytest.mark.parametrize("mutation", VALID)
async def test_bad_input_is_refused_in_the_words_of_the_schema_and_changes_nothing(scene, mutation):
    before = await scene.stored()
    wrong = {}
    for name, given, refusal in REFUSED[mutation]:
        answer = await scene.call(mutation, given)
        if outcome(answer) != refusal or await scene.stored() != before:
            wrong[name] = outcome(answer)
    assert wrong == {}


@pytest.mark.parametrize("mutation", ["addCompanion", "updateCompanion"])
async def test_a_kind_that_grows_in_lower_case_is_too_long(scene, mutation):
    before = await scene.stored()
    assert outcome(await scene.call(mutation, {"kind": "İ" * 30})) == ["kind"]
    assert await scene.stored() == before


def test_every_row_of_a_table_has_a_name_of_its_own():
    for mutation, rows in REFUSED.items():
        names = [name for name, _, _ in rows]
        assert len(names) == len(set(names)), mutation


@pytest.mark.parametrize(("mutation", "selection", "given"), KEPT)
async def test_any_script_is_kept_up_to_the_limit(scene, mutation, selection, given):
    answer = await scene.ada.api.done(mutation, selection, **given)
    noun = selection.split()[0]
    shown = {"prompts": answer[noun]} if noun == "prompts" else answer[noun]
    assert shown == {name: value for name, value in given.items() if name != "location"}


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        ("nobody", "UNAUTHENTICATED"),
        ("forged", "UNAUTHENTICATED"),
        ("refresh token", "UNAUTHENTICATED"),
        ("expired", "TOKEN_EXPIRED"),
        ("logged out", "UNAUTHENTICATED"),
        ("deleted", "UNAUTHENTICATED"),
    ],
)
async def test_who_is_not_signed_in_changes_nothing(scene, caller, code):
    api = Api(scene.ada.api.http, await token_of(scene, caller))
    before = await scene.stored()
    answers = {mutation: outcome(await scene.call(mutation, {}, api)) for mutation in VALID}
    assert answers == dict.fromkeys(VALID, code)
    assert await scene.stored() == before


async def token_of(scene: Scene, caller: str) -> str | None:
    """What somebody brings who is not signed in, or not any more."""
    tokens, viewer, good = scene.services.tokens, scene.ada.viewer, scene.ada.api.token
    session_of = {"session_id": viewer.session_id}
    async with scene.services.database.write() as tx:
        if caller == "logged out":
            await sessions.end_sessions(tx, viewer.account_id)
        elif caller == "deleted":
            await tx.remove(models.Account, account_id=viewer.account_id)
        elif caller == "expired":
            yesterday = datetime.now(UTC) - timedelta(days=1)
            session = await tx.change(models.Session, session_of, refreshed_at=yesterday)
            return tokens.access_token(session)
        elif caller == "refresh token":
            return tokens.refresh_token(await tx.get(models.Session, **session_of))
    return {"nobody": None, "forged": good[:-4] + "AAAA"}.get(caller, good)
