"""Guessing and flooding through the API: what many calls at once, or many accounts, come to."""

import asyncio
import threading
from collections import Counter

import httpx

from domain import passwords
from tests.support.accounts import newcomer, sign_up
from tests.support.client import Api
from tests.support.people import PASSWORD


async def guess(http, login, password="wrong"):  # noqa: S107 - no password
    answer = await Api(http).do("logIn", login=login, password=password)
    return answer.get("code", answer["__typename"])


async def test_of_many_passwords_at_once_no_more_are_judged_than_may_be_wrong(http, people):
    ada = await people.join()
    codes = Counter(await asyncio.gather(*(guess(http, ada.email) for _ in range(15))))
    assert codes == {"WRONG_CREDENTIALS": 10, "TOO_MANY_WRONG_PASSWORDS": 5}


async def test_right_passwords_do_not_count(http, people):
    ada = await people.join()
    for _ in range(11):
        assert await guess(http, ada.email, PASSWORD) == "LogInSuccess"


async def test_wrong_passwords_for_many_accounts_make_their_address_wait(http, people, setting):
    setting("wrong_passwords_limit_per_address", 3)
    ada, bob = await people.join(), await people.join()
    for login in (ada.email, bob.email, "nobody@example.com"):
        assert await guess(http, login) == "WRONG_CREDENTIALS"
    assert await guess(http, bob.email, PASSWORD) == "TOO_MANY_WRONG_PASSWORDS"


async def test_strangers_who_guess_do_not_keep_the_owner_from_a_new_password(http, people):
    ada = await people.join()
    for _ in range(11):
        await guess(http, ada.email)
    new = "another good password"
    await ada.api.done("changePassword", currentPassword=PASSWORD, newPassword=new)
    for _ in range(10):
        await ada.api.do("changePassword", currentPassword="wrong", newPassword=new)
    answer = await ada.api.do("deleteAccount", password=new)
    assert answer["code"] == "TOO_MANY_WRONG_PASSWORDS"


async def test_passwords_are_refused_while_many_wait(http, people, monkeypatch):
    ada = await people.join()
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)
    for _ in range(11):
        assert await guess(http, ada.email) == "TOO_MANY_SIGN_INS"
    monkeypatch.undo()
    assert await guess(http, ada.email, PASSWORD) == "LogInSuccess"


async def test_one_address_does_not_keep_another_from_signing_in(
    application, http, people, monkeypatch
):
    ada = await people.join()
    begun, go_on, judged = asyncio.Event(), threading.Event(), passwords._verified
    loop = asyncio.get_running_loop()

    def judged_later(*given):
        loop.call_soon_threadsafe(begun.set)
        assert go_on.wait(30)
        return judged(*given)

    monkeypatch.setattr(passwords, "_verified", judged_later)
    monkeypatch.setattr(passwords, "MOST_OF_ADDRESS", 1)
    elsewhere = httpx.ASGITransport(app=application, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=elsewhere, base_url=http.base_url) as other:
        first = asyncio.create_task(guess(http, ada.email, PASSWORD))
        try:
            await begun.wait()
            assert await guess(http, ada.email, PASSWORD) == "TOO_MANY_SIGN_INS"
            begun.clear()
            second = asyncio.create_task(guess(other, ada.email, PASSWORD))
            async with asyncio.timeout(30):
                await begun.wait()
        finally:
            go_on.set()
        assert [await first, await second] == ["LogInSuccess"] * 2


async def test_a_mailbox_is_welcomed_five_times_an_hour_whatever_its_tag(http):
    name = newcomer()["email"].partition("@")[0]
    for number in range(5):
        ada = await sign_up(Api(http), email=f"{name}+{number}@example.com")
    await Api(http, ada["accessToken"]).done("deleteAccount", password=PASSWORD)
    again = newcomer(email=f"{name}+4@example.com")
    answer = await Api(http).do("signUp", **again)
    assert (answer["__typename"], answer["code"]) == ("RateLimited", "TOO_MANY_MAILS")


async def test_accounts_from_one_address_are_limited_and_retries_do_not_count(http, setting):
    setting("sign_ups_per_hour_per_address", 2)
    kept = newcomer(clientMutationId="k")
    # The answer that was lost can be had though there may be no more accounts by now.
    for given in (kept, kept, newcomer(), kept):
        await Api(http).done("signUp", **given)
    answer = await Api(http).do("signUp", **newcomer())
    assert (answer["__typename"], answer["code"]) == ("RateLimited", "TOO_MANY_SIGN_UPS")


async def test_retries_do_not_count_as_mails_that_were_asked_for(http, people):
    ada = await people.join()
    for number in range(5):
        for _ in range(2):
            given = {"email": ada.email, "clientMutationId": f"{number}"}
            await Api(http).done("requestPasswordReset", **given)
    answer = await Api(http).do("requestPasswordReset", email=ada.email, clientMutationId="5")
    assert (answer["__typename"], answer["code"]) == ("RateLimited", "TOO_MANY_MAILS")


async def test_whether_addresses_are_taken_is_told_only_so_often(http, people, setting):
    setting("sign_ups_per_hour_per_address", 3)
    ada = await people.join()
    codes = [(await Api(http).do("signUp", **newcomer(email=ada.email)))["code"] for _ in range(5)]
    assert codes == ["EMAIL_TAKEN"] * 3 + ["TOO_MANY_SIGN_UPS"] * 2


async def test_a_wrong_code_makes_nobody_hash_a_password(http, services, monkeypatch):
    async def hashed(*_given, **_named):
        raise AssertionError("hashed")

    monkeypatch.setattr(services.passwords, "hash", hashed)
    answer = await Api(http).do("resetPassword", code="0" * 40, newPassword=PASSWORD)
    assert answer["code"] == "CODE_INVALID"
