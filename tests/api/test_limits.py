"""Limits through the API: every rule that can refuse people is told before it does."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain import limits
from tests.support.people import PASSWORD

ROOT = Path(__file__).parents[2]
LIMITS = "{ viewer { limits { name limit remaining resetsAt why code } } }"
# The seats of an event are not the viewer's: `Event.attendeeCount` and `capacity` tell them.
OF_OTHERS = {"EVENT_FULL", "PARTY_TOO_LARGE"}
FOLDERS = ("domain", "resolvers", "web", "workers")


async def told(person):
    answer = await person.api.ask(LIMITS)
    return {limit["name"]: limit for limit in answer["viewer"]["limits"]}


def calls(*names):
    """Every call in the code of one of these functions, methods or classes."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    called = getattr(node.func, "attr", getattr(node.func, "id", None))
                    if called in names:
                        yield path, node


def codes_of_refusals():
    """The codes of all refusals and errors that say that something is used up."""
    yield from (limit.code for limit in limits.ALL if limit.name in limits.REGAINED_IN)
    for path, call in calls("LimitReached", "RateLimited"):
        if path.name == "profiles.py":  # where all that is regained is spent
            continue
        assert isinstance(call.args[0], ast.Constant), ast.dump(call)
        yield call.args[0].value
    for _, call in calls("RequestRefused"):
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        if 429 in texts:
            yield texts[1]


def test_every_refusal_for_too_much_belongs_to_a_limit_that_is_told():
    codes = set(codes_of_refusals())
    assert codes - OF_OTHERS == {limit.code for limit in limits.ALL}
    assert codes >= OF_OTHERS


def test_every_counter_belongs_to_a_limit_that_is_told():
    counters = {
        (path.relative_to(ROOT).as_posix(), ast.unparse(call.func.value))
        for path, call in calls("hit", "take")
        if isinstance(call.func, ast.Attribute)
    }
    # Who counts something more gives it a limit, and then a line here.
    assert counters == {
        ("resolvers/accounts.py", "rates"),
        ("resolvers/accounts.py", "context.services.rate_limits"),
        ("resolvers/check_ins.py", "context.services.rate_limits"),
        ("resolvers/messages.py", "context.services.request_rates"),
        # Dropped beyond it, never refused.
        ("resolvers/typing_indicators.py", "context.services.request_rates"),
        ("web/gate.py", "self._services.request_rates"),
        ("web/gate.py", "places"),
        # One file is sent once at a time: no limit that anybody runs into by what they do.
        ("web/media.py", "services.places"),
    }


async def test_every_limit_is_told_with_what_is_left(people, services):
    ada = await people.join()
    found = await told(ada)
    assert list(found) == [limit.name for limit in limits.ALL]
    settings = services.settings
    expected = {
        "requests_per_minute": settings.requests_per_minute_per_account,
        "requests_per_minute_of_address": settings.requests_per_minute_per_address,
        "open_connections": settings.connections_per_account,
        "open_sockets_of_address": settings.sockets_per_address,
        "wrong_passwords": settings.wrong_passwords_limit,
        "wrong_passwords_of_address": settings.wrong_passwords_limit_per_address,
        "passwords_of_process": 100,
        "passwords_of_address": 25,
        "sign_ups_per_hour_of_address": settings.sign_ups_per_hour_per_address,
        "mails_per_hour": 5,
        "super_likes_per_day": settings.super_likes_per_day,
        "moves_per_day": 20,
        "messages_per_minute": settings.messages_per_minute,
        "companions": 10,
        "conversation_requests_per_day": settings.conversation_requests_per_day,
        "members_of_group": settings.members_per_group,
        "photos": settings.photos_max,
        "uploads_not_used": 50,
        "emoji_of_subject": 20,
        "places_per_day": 20,
        "events_per_day": settings.events_per_day,
        "meeting_times_per_day": 5,
        "own_emoji_of_subject": 5,
        "check_in_codes": 10,
        "invited_of_event": 1_000,
        "co_hosts_of_event": 10,
    }
    assert {name: found[name]["limit"] for name in expected} == expected
    assert found["requests_per_minute"]["remaining"] == expected["requests_per_minute"] - 1
    # What is left of these would tell of other people, or is not the same everywhere.
    untold = [name for name in expected if "_of_" in name]
    assert [found[name]["remaining"] for name in untold] == [None] * 11
    for name in [name for name in expected if name not in {"requests_per_minute", *untold}]:
        assert found[name]["remaining"] == expected[name], name
        assert found[name]["resetsAt"] is None, name
    assert all(limit["why"].endswith(".") for limit in found.values())


async def test_who_is_signed_out_is_told_of_no_limit(api):
    assert await api.ask(LIMITS) == {"viewer": None}


async def test_to_look_at_limits_counts_against_none_but_requests(people):
    ada = await people.join()
    first, second = await told(ada), await told(ada)
    for name, limit in first.items():
        used = 1 if name == "requests_per_minute" else 0
        if limit["remaining"] is not None:
            assert second[name]["remaining"] == limit["remaining"] - used, name


@pytest.mark.parametrize("key", ["requestPasswordReset", "requestEmailVerification"])
async def test_what_is_used_is_not_left_and_comes_back(people, key):
    ada, bob = await people.join(), await people.join()
    now = datetime.now(UTC)
    await ada.api.done(key, **({"email": ada.email} if "Password" in key else {}))
    await ada.api.do("changePassword", currentPassword="wrong", newPassword=PASSWORD)
    await ada.api.done("addCompanion", kind="dog", name="Rex")
    await ada.api.done("updateLocation", location={"latitude": 48.1, "longitude": 11.6})
    await ada.api.done("decide", profileId=bob.id, decision="SUPER_LIKE")
    found = await told(ada)
    for name, window in (
        ("wrong_passwords", timedelta(minutes=15)),
        ("mails_per_hour", timedelta(hours=1)),
        ("super_likes_per_day", timedelta(hours=24)),
        ("moves_per_day", timedelta(minutes=72)),
    ):
        assert found[name]["remaining"] == found[name]["limit"] - 1, name
        resets_at = datetime.fromisoformat(found[name]["resetsAt"])
        assert now <= resets_at <= datetime.now(UTC) + window + timedelta(seconds=1), name
    assert (found["companions"]["remaining"], found["companions"]["resetsAt"]) == (9, None)
    others = await told(bob)
    assert others["super_likes_per_day"]["remaining"] == others["super_likes_per_day"]["limit"]
    await ada.api.done("undoDecision")
    left = (await told(ada))["super_likes_per_day"]
    assert (left["remaining"], left["resetsAt"]) == (left["limit"], None)


async def test_without_redis_what_it_counts_is_not_told_and_the_rest_is(
    people, services, monkeypatch
):
    ada = await people.join()
    monkeypatch.setattr(services.rate_limits, "_paused_until", float("inf"))
    found = await told(ada)
    assert found["wrong_passwords"]["remaining"] is None
    assert found["mails_per_hour"]["remaining"] is None
    assert found["super_likes_per_day"]["remaining"] == found["super_likes_per_day"]["limit"]
