"""Accounts through the API: signing up, passwords, codes, and leaving."""

import asyncio

import pytest
from passlib.hash import bcrypt

from domain.one_time_codes import Purpose
from domain.viewer import Unauthenticated
from persistence import models
from resolvers import ids
from resolvers.accounts import update_account
from resolvers.calendars import reset_calendar
from resolvers.handles import set_handle
from resolvers.meetings import set_meeting_times
from resolvers.places import add_place
from resolvers.profiles import update_profile
from schema.locations import GeoPoint
from tests.support.accounts import TOKENS, code_for, holding, newcomer, sign_up
from tests.support.live_events import context_of
from tests.support.people import PASSWORD

ME = "{ viewer { account { email isVerified } sessions { totalCount } } }"
NEW_PASSWORD = "another good password"


async def rows_of(database, model):
    async with database.write() as tx:
        return await tx.connection.fetch(f"SELECT * FROM {model.__tablename__}")  # noqa: S608


async def log_in(api, login, password=PASSWORD):
    return await api.do("logIn", TOKENS, login=login, password=password)


async def test_who_signs_up_is_signed_in_with_a_profile_of_that_name(api, http):
    answer = await sign_up(api, email="Ada@Example.com", displayName="  Ada   Lovelace ")
    assert answer["viewer"]["account"]["email"] == "Ada@example.com"
    assert answer["viewer"]["account"]["username"].startswith("Ada-")
    assert answer["viewer"]["account"]["isVerified"] is False
    assert answer["viewer"]["profile"]["displayName"] == "Ada Lovelace"
    me = await holding(http, answer).ask(ME)
    expected = {"email": "Ada@example.com", "isVerified": False}
    assert me["viewer"] == {"account": expected, "sessions": {"totalCount": 1}}


async def test_signing_up_records_one_fact_and_keeps_no_password(api, database):
    await sign_up(api)
    facts = await rows_of(database, models.Fact)
    assert [fact["kind"] for fact in facts] == ["AccountCreated"]
    (account,) = await rows_of(database, models.Account)
    assert account["password_hash"].startswith("$argon2id$")
    for table in models.Model.metadata.sorted_tables:
        async with database.write() as tx:
            rows = await tx.connection.fetch(f"SELECT t::text FROM {table.name} t")  # noqa: S608
        assert not [row for row in rows if PASSWORD in row["t"]], table.name


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b@example.com"}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"email": "a\x00b@example.com"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "too short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "Password123"}, "password"),
        ({"password": "aaaaaaaaaaaaa"}, "password"),
        ({"password": "nul\x00nul\x00nul"}, "password"),
        ({"email": "newcomer@example.com", "password": "Newcomer@Example.com"}, "password"),
        ({"displayName": ""}, "displayName"),
        ({"displayName": " \u200f\n"}, "displayName"),
        ({"displayName": "x" * 51}, "displayName"),
        ({"username": "ab"}, "username"),
        ({"username": "x" * 51}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "ünïcode"}, "username"),
    ],
)
async def test_a_bad_registration_is_refused_and_nothing_is_made(api, database, changes, path):
    answer = await api.do("signUp", TOKENS, **newcomer(**changes))
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == [path]
    assert await rows_of(database, models.Account) == []
    assert await rows_of(database, models.Fact) == []


async def test_all_that_is_wrong_is_told_at_once(api):
    answer = await api.do("signUp", email="x", password="x", displayName="", username="x")
    assert [(field["path"], field["code"]) for field in answer["fields"]] == [
        ("email", "MALFORMED"),
        ("username", "MALFORMED"),
        ("displayName", "MISSING"),
        ("password", "TOO_SHORT"),
    ]


async def test_an_address_and_a_username_are_taken_in_any_case_of_letters(api):
    await sign_up(api, email="ada@example.com", username="ada")
    taken = await api.do("signUp", **newcomer(email="ADA@EXAMPLE.COM"))
    assert (taken["__typename"], taken["code"]) == ("Conflict", "EMAIL_TAKEN")
    taken = await api.do("signUp", **newcomer(username="Ada"))
    assert (taken["__typename"], taken["code"]) == ("Conflict", "USERNAME_TAKEN")


async def test_of_ten_who_race_for_an_address_one_gets_it(api, database):
    wanted = newcomer()
    answers = await asyncio.gather(*(api.do("signUp", **wanted) for _ in range(10)))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["Conflict"] * 9 + ["SignUpSuccess"]
    assert len(await rows_of(database, models.Account)) == 1
    assert len(await rows_of(database, models.Profile)) == 1


async def test_a_retried_registration_is_one_with_the_same_answer(api, database):
    wanted = newcomer(clientMutationId="first try")
    answers = [await api.done("signUp", TOKENS, **wanted) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(await rows_of(database, models.Account)) == 1
    assert len(await rows_of(database, models.Session)) == 1
    other = await api.do("signUp", **wanted | {"displayName": "Eve"})
    assert other["__typename"] == "IdempotencyConflict"


async def test_logging_in_by_address_or_username_opens_a_session_each(api, http, people):
    ada = await people.join("Ada")
    username = (await ada.api.ask("{ viewer { account { username } } }"))["viewer"]["account"]
    for login in (ada.email, ada.email.upper(), username["username"]):
        answer = await log_in(api, login)
        assert answer["viewer"]["profile"]["displayName"] == "Ada"
        assert answer["viewer"]["account"]["lastLoginAt"] is not None
    me = await holding(http, answer).ask(ME)
    assert me["viewer"]["sessions"]["totalCount"] == 4


async def test_who_has_no_account_is_told_the_same_as_who_mistypes(api, people):
    ada = await people.join()
    wrong = await log_in(api, ada.email, "not the password")
    nobody = await log_in(api, "nobody@example.com", "not the password")
    assert wrong == nobody
    assert (wrong["__typename"], wrong["code"]) == ("NotAllowed", "WRONG_CREDENTIALS")


@pytest.mark.parametrize(
    "login", ["", "\x00", "a\x00b", "x" * 100_000, "\u200b", "🦊", "' OR 1=1 --"]
)
async def test_odd_logins_are_refused_like_any_other(api, login):
    answer = await log_in(api, login)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "WRONG_CREDENTIALS")


async def test_passwords_of_all_keyboards_work_in_every_spelling(api):
    composed, decomposed = "pässwörter zählen", "pa\u0308sswo\u0308rter za\u0308hlen"
    answer = await sign_up(api, password=composed)
    login = answer["viewer"]["account"]["email"]
    assert (await log_in(api, login, decomposed))["__typename"] == "LogInSuccess"


async def test_ten_wrong_passwords_make_an_account_wait_whatever_its_name(api, people):
    ada, bob = await people.join(), await people.join()
    for _ in range(10):
        assert (await log_in(api, ada.email, "wrong"))["code"] == "WRONG_CREDENTIALS"
    for login in (ada.email, ada.email.upper(), ada.email.partition("@")[0]):
        answer = await log_in(api, login)
        assert (answer["__typename"], answer["code"]) == ("RateLimited", "TOO_MANY_WRONG_PASSWORDS")
    assert (await log_in(api, bob.email))["__typename"] == "LogInSuccess"


async def test_an_inactive_account_cannot_act_or_sign_in(api, people, database):
    ada = await people.join()
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": ada.key}, is_active=False)
    assert (await log_in(api, ada.email))["code"] == "WRONG_CREDENTIALS"
    answer = await ada.api.send(ME)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])


async def test_an_outdated_hash_is_replaced_at_the_next_log_in(api, people, database):
    ada = await people.join()
    async with database.write() as tx:
        old = bcrypt.using(rounds=4).hash(PASSWORD)
        await tx.change(models.Account, {"account_id": ada.key}, password_hash=old)
    assert (await log_in(api, ada.email))["__typename"] == "LogInSuccess"
    async with database.write() as tx:
        account = await tx.get(models.Account, account_id=ada.key)
    assert account.password_hash.startswith("$argon2id$")
    assert (await log_in(api, ada.email))["__typename"] == "LogInSuccess"


async def test_a_code_verifies_an_address_once(api, people, services):
    ada = await people.join()
    code = await code_for(services, ada.key, Purpose.VERIFY_EMAIL)
    assert (await api.done("verifyEmail", "isVerified", code=f" {code}\n"))["isVerified"]
    assert (await ada.api.ask(ME))["viewer"]["account"]["isVerified"]
    again = await api.do("verifyEmail", code=code)
    assert (again["__typename"], again["code"]) == ("NotAllowed", "CODE_INVALID")


async def test_codes_that_are_wrong_expired_or_for_something_else_are_refused(
    api, people, services
):
    ada = await people.join()
    other = await code_for(services, ada.key, Purpose.RESET_PASSWORD)
    expired = await code_for(services, ada.key, Purpose.VERIFY_EMAIL, minutes=-1)
    for code in (other, expired, "", "0" * 40, "\x00", "x" * 100_000, "🦊"):
        assert (await api.do("verifyEmail", code=code))["code"] == "CODE_INVALID"
    assert not (await ada.api.ask(ME))["viewer"]["account"]["isVerified"]


async def test_of_ten_who_use_a_code_at_once_one_succeeds(api, people, services):
    ada = await people.join()
    code = await code_for(services, ada.key, Purpose.RESET_PASSWORD)
    answers = await asyncio.gather(
        *(api.do("resetPassword", code=code, newPassword=NEW_PASSWORD) for _ in range(10))
    )
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["NotAllowed"] * 9 + ["ResetPasswordSuccess"]


async def test_asking_for_a_reset_answers_alike_and_records_for_whom(api, people, database):
    ada = await people.join()
    known = await api.do("requestPasswordReset", "isRequested", email=ada.email)
    unknown = await api.do("requestPasswordReset", "isRequested", email="nobody@example.com")
    assert known == unknown
    facts = await rows_of(database, models.Fact)
    assert [fact["body"]["account_id"] for fact in facts] == [str(ada.key), None]


async def test_a_retry_of_a_changed_password_is_answered_though_the_old_one_is_wrong_by_now(people):
    ada = await people.join()
    given = {"currentPassword": PASSWORD, "newPassword": "another good password"}
    for _ in range(2):
        await ada.api.done("changePassword", **given, clientMutationId="k")
    answer = await ada.api.do("changePassword", **given)
    assert answer["fields"][0]["code"] == "WRONG"


async def test_mails_can_be_asked_for_five_times_an_hour(api, people):
    ada = await people.join()
    for _ in range(2):
        await ada.api.done("requestEmailVerification", "isRequested")
        await api.done("requestPasswordReset", "isRequested", email=ada.email)
    await api.done("requestPasswordReset", email=ada.email.replace("@", "+other@"))
    assert (await ada.api.do("requestEmailVerification"))["code"] == "TOO_MANY_MAILS"
    answer = await api.do("requestPasswordReset", email=ada.email)
    assert (answer["__typename"], answer["code"]) == ("RateLimited", "TOO_MANY_MAILS")


async def test_a_reset_sets_the_password_and_ends_every_session(api, people, services):
    ada = await people.join()
    code = await code_for(services, ada.key, Purpose.RESET_PASSWORD)
    weak = await api.do("resetPassword", code=code, newPassword="short")
    assert weak["fields"][0]["path"] == "newPassword"
    done = await api.done("resetPassword", "isReset", code=code, newPassword=NEW_PASSWORD)
    assert done["isReset"]
    assert (await ada.api.send(ME)).codes == ["UNAUTHENTICATED"]
    assert (await log_in(api, ada.email))["code"] == "WRONG_CREDENTIALS"
    assert (await log_in(api, ada.email, NEW_PASSWORD))["__typename"] == "LogInSuccess"


async def test_changing_the_password_needs_the_present_one_and_ends_other_sessions(api, people):
    ada = await people.join()
    other = await log_in(api, ada.email)
    change = {"currentPassword": "wrong", "newPassword": NEW_PASSWORD}
    answer = await ada.api.do("changePassword", **change)
    (wrong,) = answer["fields"]
    assert (wrong["path"], wrong["code"]) == ("currentPassword", "WRONG")
    weak = await ada.api.do("changePassword", currentPassword=PASSWORD, newPassword="1234567890")
    (easy,) = weak["fields"]
    assert (easy["path"], easy["code"]) == ("newPassword", "WEAK")
    await ada.api.done("changePassword", **change | {"currentPassword": PASSWORD})
    assert (await ada.api.ask(ME))["viewer"]["sessions"]["totalCount"] == 1
    assert (await holding(api.http, other).send(ME)).codes == ["UNAUTHENTICATED"]
    assert (await log_in(api, ada.email, NEW_PASSWORD))["__typename"] == "LogInSuccess"


@pytest.mark.parametrize("is_reset", [True, False])
async def test_a_new_password_ends_other_codes_and_the_address_of_the_calendar(
    people, services, is_reset
):
    ada, bob = await people.join(), await people.join()
    url = "{ viewer { calendarUrl } }"
    for each in (ada, bob):
        await each.api.done("resetCalendar")
    before, others = await ada.api.ask(url), await bob.api.ask(url)
    kept, code = [await code_for(services, ada.key, Purpose.RESET_PASSWORD) for _ in range(2)]
    of_bob = await code_for(services, bob.key, Purpose.RESET_PASSWORD)
    verifying = await code_for(services, ada.key, Purpose.VERIFY_EMAIL)
    if is_reset:
        await ada.api.done("resetPassword", code=code, newPassword=NEW_PASSWORD)
        login = {"login": ada.email, "password": NEW_PASSWORD}
        ada.api.token = None
        ada.api.token = (await ada.api.done("logIn", "accessToken", **login))["accessToken"]
    else:
        new = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}
        await ada.api.done("changePassword", **new)
    after = await ada.api.ask(url)
    assert after["viewer"]["calendarUrl"] not in {None, before["viewer"]["calendarUrl"]}
    assert await bob.api.ask(url) == others
    answer = await ada.api.do("resetPassword", code=kept, newPassword=NEW_PASSWORD)
    assert answer["code"] == "CODE_INVALID"
    await ada.api.done("verifyEmail", code=verifying)
    await bob.api.done("resetPassword", code=of_bob, newPassword=NEW_PASSWORD)


async def test_names_are_changed_kept_and_taken_back(people):
    ada = await people.join()
    names = "account { firstName lastName }"
    answer = await ada.api.done("updateAccount", names, firstName=" Ada ", lastName="Lovelace")
    assert answer["account"] == {"firstName": "Ada", "lastName": "Lovelace"}
    answer = await ada.api.done("updateAccount", names, lastName="")
    assert answer["account"] == {"firstName": "Ada", "lastName": None}
    answer = await ada.api.do("updateAccount", firstName="x" * 51, lastName="x" * 51)
    assert [field["path"] for field in answer["fields"]] == ["firstName", "lastName"]


async def test_nobody_reaches_the_account_of_another(api, people):
    ada, bob = await people.join(), await people.join()
    own = (await ada.api.ask("{ viewer { account { id } } }"))["viewer"]["account"]["id"]
    assert own == ids.encode("Account", ada.key)
    for reader, seen in ((ada, {"id": own}), (bob, None)):
        assert (await reader.api.ask("query($id: ID!) { node(id: $id) { id } }", id=own)) == {
            "node": seen
        }
    assert await api.ask("query($id: ID!) { node(id: $id) { id } }", id=own) == {"node": None}


async def test_deleting_an_account_takes_everything_and_lets_the_address_go(api, people, database):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    for person, other in ((ada, bob), (bob, ada)):
        await person.api.done("likeProfile", profileId=other.id)
    matches = await bob.api.ask("{ viewer { matches { nodes { conversation { id } } } } }")
    conversation = matches["viewer"]["matches"]["nodes"][0]["conversation"]["id"]
    retried = {"conversationId": conversation, "clientMutationId": "one"}
    await ada.api.done("sendMessage", **retried, text="Hello")
    wrong = await ada.api.do("deleteAccount", password="wrong")
    assert [field["path"] for field in wrong["fields"]] == ["password"]

    await ada.api.done("deleteAccount", "isDeleted", password=PASSWORD)

    assert (await ada.api.send(ME)).codes == ["UNAUTHENTICATED"]
    assert [row["account_id"] for row in await rows_of(database, models.Account)] == [bob.key]
    for model in (models.Match, models.Message, models.Pair):
        assert await rows_of(database, model) == []
    assert ada.key not in {row["scope"] for row in await rows_of(database, models.Answer)}
    left = await bob.api.ask("{ viewer { matches { totalCount } conversations { totalCount } } }")
    assert left["viewer"] == {"matches": {"totalCount": 0}, "conversations": {"totalCount": 0}}
    told = {fact["kind"] for fact in await rows_of(database, models.Fact)}
    assert {"AccountDeleted", "MatchEnded", "ConversationEnded"} <= told
    assert (await sign_up(api, email=ada.email))["accessToken"]


@pytest.mark.parametrize(
    "leave",
    [f'deleteAccount(input: {{ password: "{PASSWORD}" }})', "logOut(input: {})"],
    ids=["deleteAccount", "logOut"],
)
async def test_who_has_left_does_nothing_more_in_the_same_operation(people, database, leave):
    ada = await people.join("Ada")
    share = 'createPost(input: { content: "Still here" })'
    answer = await ada.api.send(f"mutation {{ {leave} {{ __typename }} {share} {{ __typename }} }}")
    assert answer.codes == ["UNAUTHENTICATED"]
    assert await rows_of(database, models.Post) == []


async def test_whose_account_was_deleted_a_moment_ago_is_signed_in_no_more(people, services):
    ada = await people.join("Ada")
    await ada.api.done("deleteAccount", "isDeleted", password=PASSWORD)
    context = context_of(services, ada)
    for late in (
        update_profile(context, bio="Late"),
        update_account(context, first_name="Late"),
        reset_calendar(context),
        set_handle(context, handle="late"),
        set_meeting_times(context, time_zone="UTC", hours=[]),
        add_place(
            context, name="Late", category="park", location=GeoPoint(latitude=52.5, longitude=13.4)
        ),
    ):
        with pytest.raises(Unauthenticated):
            await late
