"""What those who run Kith do with accounts."""

import pytest

from domain import operating
from domain.refusals import NotFound
from persistence import models


async def test_staff_may_do_more_from_their_next_request_on(people, database):
    ada = await people.join()
    query = "{ matchingHealth { __typename } }"
    assert (await ada.api.send(query)).codes == ["FORBIDDEN"]
    await done(database, operating.set_staff, ada, is_staff=True)
    assert (await ada.api.send(query)).codes == []
    await done(database, operating.set_staff, ada, is_staff=False)
    assert (await ada.api.send(query)).codes == ["FORBIDDEN"]


async def test_who_is_suspended_is_out_and_hidden_until_they_are_restored(people, database):
    ada, bob = await people.join(), await people.join()
    query = "query($id: ID!) { profile(id: $id) { id } }"
    await done(database, operating.set_active, bob, is_active=False)
    assert (await bob.api.send("{ viewer { id } }")).codes == ["UNAUTHENTICATED"]
    assert await ada.api.ask(query, id=bob.id) == {"profile": None}
    await done(database, operating.set_active, bob, is_active=True)
    assert await ada.api.ask(query, id=bob.id) == {"profile": {"id": bob.id}}
    # Their sessions have ended for good: they sign in again.
    assert (await bob.api.send("{ viewer { id } }")).codes == ["UNAUTHENTICATED"]


async def test_there_must_be_such_an_account(database):
    async with database.write() as tx:
        with pytest.raises(NotFound):
            await operating.set_staff(tx, "nobody@example.com", is_staff=True)
        with pytest.raises(NotFound):
            await operating.set_active(tx, "nobody@example.com", is_active=True)


async def done(database, verb, person, **named):
    async with database.write() as tx:
        account = await tx.get(models.Account, account_id=person.key)
        await verb(tx, account.email, **named)
