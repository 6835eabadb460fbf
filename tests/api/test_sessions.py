"""Sessions through the API: tokens, rotation, cookies, and their end."""

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

from domain.one_time_codes import Purpose
from domain.tokens import TokenType
from persistence import models
from resolvers import sessions
from tests.support.accounts import TOKENS, code_for, holding, newcomer, sign_up
from tests.support.client import Api
from tests.support.people import PASSWORD
from tests.support.sockets import Ended, connected

ME = "{ viewer { account { email } } }"
SESSIONS = "{ viewer { sessions { nodes { id deviceName isCurrent } } } }"


async def end_of(operation):
    while True:
        await operation.next()


async def refresh(api, token, **more):
    return await api.do("refreshToken", TOKENS, refreshToken=token, **more)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer x", "Bearer ", "Bearer", "Basic YTpi", "Bearer a.b.c", "bearer", "🦊".encode()],
)
async def test_a_token_that_is_no_good_is_told_with_401(http, authorization):
    headers = {"Authorization": authorization}
    response = await http.post("/graphql", json={"query": ME}, headers=headers)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert response.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in response.headers


async def test_an_expired_token_says_so(api, people, services, database):
    ada = await people.join()
    async with database.write() as tx:
        await tx.connection.execute("UPDATE sessions SET refreshed_at = now() - interval '1 hour'")
        session = await tx.get(models.Session, session_id=ada.viewer.session_id)
    api.token = services.tokens.access_token(session)
    answer = await api.send(ME)
    assert (answer.status, answer.codes) == (401, ["TOKEN_EXPIRED"])


async def test_a_refresh_token_is_no_access_token(api, http):
    answer = await sign_up(api)
    api.token = answer["refreshToken"]
    assert (await api.send(ME)).codes == ["UNAUTHENTICATED"]


async def test_refreshing_gives_new_tokens_for_the_same_session(api, http):
    answer = await sign_up(api)
    fresh = await refresh(api, answer["refreshToken"])
    assert fresh["__typename"] == "RefreshTokenSuccess"
    assert fresh["refreshToken"] != answer["refreshToken"]
    assert fresh["viewer"]["account"] == answer["viewer"]["account"]
    seen = await holding(http, fresh).ask(SESSIONS)
    assert [session["isCurrent"] for session in seen["viewer"]["sessions"]["nodes"]] == [True]


async def test_a_token_that_is_used_again_ends_the_whole_family(api, http):
    answer = await sign_up(api)
    fresh = await refresh(api, answer["refreshToken"])
    again = await refresh(api, answer["refreshToken"])
    assert (again["__typename"], again["code"]) == ("NotAllowed", "REFRESH_TOKEN_INVALID")
    for token in (answer["accessToken"], fresh["accessToken"]):
        api.token = token
        assert (await api.send(ME)).codes == ["UNAUTHENTICATED"]
    api.token = None
    assert (await refresh(api, fresh["refreshToken"]))["code"] == "REFRESH_TOKEN_INVALID"


async def test_of_ten_concurrent_refreshes_one_wins_and_the_family_ends(api, http):
    answer = await sign_up(api)
    answers = await asyncio.gather(*(refresh(api, answer["refreshToken"]) for _ in range(10)))
    winners = [each for each in answers if each["__typename"] == "RefreshTokenSuccess"]
    assert len(winners) == 1
    assert (await holding(http, winners[0]).send(ME)).codes == ["UNAUTHENTICATED"]


async def test_a_retried_refresh_is_no_reuse_and_gets_the_same_tokens(api, http):
    answer = await sign_up(api)
    key = {"clientMutationId": "refresh 1"}
    answers = await asyncio.gather(*(refresh(api, answer["refreshToken"], **key) for _ in range(5)))
    assert [each["__typename"] for each in answers] == ["RefreshTokenSuccess"] * 5
    assert len({each["refreshToken"] for each in answers}) == 1
    assert (await holding(http, answers[0]).ask(ME))["viewer"]["account"]


async def test_a_retried_reuse_is_refused_each_time(api):
    answer = await sign_up(api)
    await refresh(api, answer["refreshToken"])
    for _ in range(2):
        again = await refresh(api, answer["refreshToken"], clientMutationId="stolen")
        assert again["code"] == "REFRESH_TOKEN_INVALID"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00", "🦊", "x" * 100_000])
async def test_what_is_no_refresh_token_is_refused(api, token):
    answer = await refresh(api, token)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "REFRESH_TOKEN_INVALID")


async def test_logging_out_ends_the_session_its_tokens_and_its_streams(application, api, people):
    ada = await people.join()
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe("subscription { events { __typename } }")
        assert (await events.next())["data"]["events"]["__typename"] == "Heartbeat"
        await ada.api.done("logOut", "isLoggedOut")
        with pytest.raises(Ended):
            await end_of(events)
    assert (await ada.api.send(ME)).codes == ["UNAUTHENTICATED"]


async def test_devices_are_listed_and_ended_one_by_one_or_all_others(api, http, people):
    ada, bob = await people.join(), await people.join()
    log_in = {"login": ada.email, "password": PASSWORD}
    devices = {}
    for name in ("phone", "tablet", "x" * 300):
        devices[name] = await api.done("logIn", TOKENS, **log_in, deviceName=name)
    listed = (await ada.api.ask(SESSIONS))["viewer"]["sessions"]["nodes"]
    assert [node["deviceName"] for node in listed] == ["x" * 200, "tablet", "phone", ""]
    assert [node["isCurrent"] for node in listed] == [False, False, False, True]
    phone = next(node["id"] for node in listed if node["deviceName"] == "phone")

    foreign = await bob.api.do("revokeSession", sessionId=phone)
    assert (foreign["__typename"], foreign["code"]) == ("NotFound", "SESSION_NOT_FOUND")
    ended = await ada.api.done("revokeSession", "endedSessionId", sessionId=phone)
    assert ended["endedSessionId"] == phone
    assert (await holding(http, devices["phone"]).send(ME)).codes == ["UNAUTHENTICATED"]
    again = await ada.api.do("revokeSession", sessionId=phone)
    assert again["code"] == "SESSION_NOT_FOUND"

    assert (await ada.api.done("revokeOtherSessions", "endedCount"))["endedCount"] == 2
    assert (await holding(http, devices["tablet"]).send(ME)).codes == ["UNAUTHENTICATED"]
    assert (await ada.api.ask(ME))["viewer"]["account"]["email"] == ada.email
    assert (await bob.api.ask(ME))["viewer"]["account"]["email"] == bob.email


async def test_who_ends_the_other_sessions_and_then_this_one_is_logged_out_everywhere(http, people):
    ada = await people.join()
    log_in = {"login": ada.email, "password": PASSWORD}
    phone = holding(http, await Api(http).done("logIn", TOKENS, **log_in))
    others = "others: revokeOtherSessions(input: {}) { __typename }"
    this = "this: logOut(input: {}) { __typename }"
    # Once this session is over, nobody is there who could end the others.
    assert (await phone.send(f"mutation {{ {this} {others} }}")).codes == ["UNAUTHENTICATED"]
    assert (await ada.api.ask(ME))["viewer"]["account"]["email"] == ada.email
    phone = holding(http, await Api(http).done("logIn", TOKENS, **log_in))
    done = await phone.ask(f"mutation {{ {others} {this} }}")
    ended = {"__typename": "RevokeOtherSessionsSuccess"}
    assert done == {"others": ended, "this": {"__typename": "LogOutSuccess"}}
    for device in (phone, ada.api):
        assert (await device.send(ME)).codes == ["UNAUTHENTICATED"]


async def test_a_session_is_seen_by_its_person_alone(people):
    ada, bob = await people.join(), await people.join()
    key = (await ada.api.ask(SESSIONS))["viewer"]["sessions"]["nodes"][0]["id"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert await ada.api.ask(node, id=key) == {"node": {"id": key}}
    assert await bob.api.ask(node, id=key) == {"node": None}


async def test_cookies_carry_a_browser_from_sign_up_to_log_out(api, http):
    answer = await sign_up(api, useCookies=True)
    assert (answer["accessToken"], answer["refreshToken"]) == (None, None)
    assert set(http.cookies.keys()) == {"kith_access", "kith_refresh"}
    assert (await api.ask(ME))["viewer"]["account"] is not None

    before = http.cookies["kith_refresh"]
    await api.done("refreshToken", TOKENS)
    assert http.cookies["kith_refresh"] != before
    assert (await api.ask(ME))["viewer"]["account"] is not None

    await api.done("logOut", "isLoggedOut")
    assert dict(http.cookies) == {}
    assert await api.ask(ME) == {"viewer": None}


async def test_cookies_are_out_of_reach_for_scripts_and_other_sites(api):
    query = """mutation($input: SignUpInput!) { signUp(input: $input) { __typename } }"""
    answer = await api.send(query, input=newcomer(useCookies=True))
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/graphql" in cookie
        assert "Max-Age=" in cookie


async def test_a_retried_log_in_sets_its_cookies_again(api, http, people):
    ada = await people.join()
    log_in = {"login": ada.email, "password": PASSWORD, "useCookies": True}
    await api.done("logIn", TOKENS, **log_in, clientMutationId="lost answer")
    first = dict(http.cookies)
    http.cookies.clear()
    await api.done("logIn", TOKENS, **log_in, clientMutationId="lost answer")
    assert dict(http.cookies) == first


@pytest.mark.parametrize("age", [0, 5, 100_000])
async def test_a_cookie_ends_with_its_token(services, settings, people, database, age):
    ada = await people.join()
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE sessions SET refreshed_at = now() - make_interval(mins => $1)", age
        )
        session = await tx.get(models.Session, session_id=ada.viewer.session_id)
    context = SimpleNamespace(services=services)
    await sessions.sign_in(context, {"session": session, "use_cookies": True})
    seconds = (settings.access_token_minutes - age) * 60
    kept = context.cookies["kith_access"].max_age_seconds
    assert max(0, seconds - 60) <= kept <= max(0, seconds)


@pytest.mark.parametrize(
    ("body", "accept"),
    [
        ({"query": ME}, "application/json"),
        ([{"query": ME}] * 2, "application/json"),
        ({"query": "subscription { events { __typename } }"}, "text/event-stream"),
    ],
)
async def test_a_dead_cookie_is_removed_by_the_refusal(api, http, database, body, accept):
    await sign_up(api, useCookies=True)
    async with database.write() as tx:
        await tx.connection.execute("UPDATE sessions SET expires_at = now() - interval '1 hour'")
    response = await http.post("/graphql", json=body, headers={"Accept": accept})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert "HttpOnly" in response.headers["set-cookie"]
    assert set(http.cookies.keys()) == {"kith_refresh"}


@pytest.mark.parametrize("dead", ["", "x", "a.b.c"])
async def test_a_browser_with_a_dead_cookie_can_sign_in_again(api, http, people, dead):
    ada = await people.join()
    http.cookies.set("kith_access", dead, domain="localhost.local", path="/graphql")
    log_in = {"login": ada.email, "password": PASSWORD, "useCookies": True}
    query = "mutation($input: LogInInput!) { logIn(input: $input) { __typename } }"
    assert (await api.send(query, input=log_in)).codes == ["UNAUTHENTICATED"]
    assert (await api.do("logIn", **log_in))["__typename"] == "LogInSuccess"
    assert (await api.ask(ME))["viewer"]["account"]["email"] == ada.email


async def test_resetting_the_password_signs_the_browser_out(api, http, people, services):
    ada = await people.join()
    await api.done("logIn", TOKENS, login=ada.email, password=PASSWORD, useCookies=True)
    code = await code_for(services, ada.key, Purpose.RESET_PASSWORD)
    await api.done("resetPassword", "isReset", code=code, newPassword="another long password")
    assert dict(http.cookies) == {}
    assert await api.ask(ME) == {"viewer": None}


async def test_pages_of_other_sites_cannot_use_the_cookies(api, http):
    await sign_up(api, useCookies=True)
    mutation = "mutation { logOut(input: {}) { __typename } }"
    response = await http.post(
        "/graphql", json={"query": mutation}, headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 403
    assert (await api.ask(ME))["viewer"]["account"] is not None


async def test_signing_in_with_a_token_sets_no_cookies_and_refreshing_needs_one(api, http):
    await sign_up(api)
    assert dict(http.cookies) == {}
    answer = await api.do("refreshToken", TOKENS)
    assert answer["code"] == "REFRESH_TOKEN_INVALID"


async def test_an_answer_tells_where_live_events_go_on(application, api, people):
    assert "cursor" not in (await api.send("{ __typename }")).extensions
    ada, bob = await people.join(), await people.join()
    cursor = (await ada.api.send(ME)).extensions["cursor"]
    for person, other in ((ada, bob), (bob, ada)):
        await person.api.done("likeProfile", profileId=other.id)
    read = "subscription($after: String) { events(after: $after) { __typename } }"
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(read, after=cursor)
        told = {(await events.next())["data"]["events"]["__typename"] for _ in range(2)}
    assert told == {"MatchMade", "ConversationOpened"}


async def test_tokens_say_what_the_answer_says(api, services):
    answer = await sign_up(api)
    expires_at = datetime.fromisoformat(answer["accessTokenExpiresAt"])
    just_before = expires_at - timedelta(seconds=1)
    read = services.tokens.read(answer["accessToken"], TokenType.ACCESS, just_before)
    assert read.generation == 0
    ends_at = datetime.fromisoformat(answer["refreshTokenExpiresAt"])
    assert ends_at - expires_at > timedelta(days=29)


async def test_browsers_that_choose_the_same_key_do_not_get_each_others_session(application):
    async def browser():
        transport = httpx.ASGITransport(app=application)
        return Api(httpx.AsyncClient(transport=transport, base_url="http://localhost"))

    ada, bob = await browser(), await browser()
    emails = {}
    for api in (ada, bob):
        answer = await sign_up(api, useCookies=True)
        emails[api] = answer["viewer"]["account"]["email"]
        api.http.cookies.delete("kith_access")
    for api in (ada, bob):
        answer = await api.do("refreshToken", TOKENS, clientMutationId="1")
        if api is ada:
            assert answer["viewer"]["account"]["email"] == emails[ada]
        else:
            assert answer["__typename"] == "IdempotencyConflict"
            assert await api.ask(ME) == {"viewer": None}
        await api.http.aclose()
