"""Signing in by an answer that was kept for a retry: only while its session is still the same."""

import pytest

from domain.one_time_codes import Purpose
from resolvers import ids
from tests.support.accounts import TOKENS, code_for, holding, newcomer, sign_up
from tests.support.client import Api
from tests.support.people import PASSWORD

ACT = """
updateAccount(input: {firstName: "Thief"}) { ... on UpdateAccountSuccess { account { id } } }
"""
REFRESH = (
    f"mutation($input: RefreshTokenInput!) {{ refreshToken(input: $input) {{ __typename }} {ACT} }}"
)
SIGN_UP = f"mutation($input: SignUpInput!) {{ signUp(input: $input) {{ __typename }} {ACT} }}"
KEY = {"clientMutationId": "lost answer"}


async def log_out(me, services, account_id):
    await me.done("logOut", "isLoggedOut")


async def reset_password(me, services, account_id):
    code = await code_for(services, account_id, Purpose.RESET_PASSWORD)
    await me.done("resetPassword", "isReset", code=code, newPassword="another long password")


async def delete_account(me, services, account_id):
    await me.done("deleteAccount", "isDeleted", password=PASSWORD)


async def suspend(me, services, account_id):
    async with services.database.write() as tx:
        await tx.connection.execute("UPDATE accounts SET is_active = false")


ENDS = [log_out, reset_password, delete_account, suspend]


async def assert_refused(http, query, given, code):
    mutation = "refreshToken" if query is REFRESH else "signUp"
    answer = await Api(http).do(mutation, **given)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", code)
    assert (await Api(http).send(query, input=given)).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("end", ENDS)
async def test_a_kept_answer_signs_nobody_in_once_its_session_is_over(api, http, services, end):
    up = newcomer(**KEY)
    first = await api.done("signUp", TOKENS, **up)
    again = {"refreshToken": first["refreshToken"], **KEY}
    account_id = ids.decode(first["viewer"]["account"]["id"], "Account")
    kept = await Api(http).ask(SIGN_UP, input=up)
    assert kept["updateAccount"]["account"]["id"] == first["viewer"]["account"]["id"]
    fresh = await api.done("refreshToken", TOKENS, **again)
    kept = await Api(http).ask(REFRESH, input=again)
    assert kept["updateAccount"]["account"]["id"] == first["viewer"]["account"]["id"]

    await end(holding(http, fresh), services, account_id)
    await assert_refused(http, REFRESH, again, "REFRESH_TOKEN_INVALID")
    await assert_refused(http, SIGN_UP, up, "ANSWER_OUTDATED")


async def test_a_kept_answer_signs_nobody_in_once_its_tokens_were_replaced(api, http):
    up = newcomer(**KEY)
    first = await api.done("signUp", TOKENS, **up)
    again = {"refreshToken": first["refreshToken"], **KEY}
    fresh = await api.done("refreshToken", TOKENS, **again)
    await assert_refused(http, SIGN_UP, up, "ANSWER_OUTDATED")
    await api.done("refreshToken", TOKENS, refreshToken=fresh["refreshToken"])
    await assert_refused(http, REFRESH, again, "REFRESH_TOKEN_INVALID")


async def test_who_is_suspended_gets_no_new_tokens(api, http, services):
    first = await sign_up(api)
    await suspend(api, services, None)
    await assert_refused(
        http, REFRESH, {"refreshToken": first["refreshToken"]}, "REFRESH_TOKEN_INVALID"
    )
