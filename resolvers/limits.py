"""Limits: how those that the viewer can run into stand."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dataloaders import accounts, profiles
from domain import check_ins, invitations
from domain import limits as rules
from domain.accounts import mailbox_of
from domain.companions import MOST_COMPANIONS
from domain.limits import MAILS_PER_HOUR, Allowance
from domain.media import MOST_LOOSE
from domain.passwords import MOST_OF_ADDRESS, MOST_WAITING
from domain.reactions import MOST_KINDS, MOST_OF_ONE
from domain.viewer import Viewer
from persistence.queries import companions, conversation_requests, decisions, media, photos
from resolvers.context import Context

Standing = Callable[[Context], Awaitable[Allowance]]
"""Says how a limit stands for the viewer."""


def counted_as(name: str) -> str:
    """Give the key under which somebody is counted, so that Redis holds no addresses.

    Args:
        name: the key of an account, or what was given as a log-in or an address.
    """
    return hashlib.sha256(name.encode()).hexdigest()


def session_key(viewer: Viewer) -> str:
    """What the wrong passwords of somebody who is signed in count against."""
    return f"session:{viewer.session_id}"


async def limits(context: Context) -> list[Allowance]:
    """Tell how every limit stands for the viewer, without counting against any."""
    return [await _STANDING[rule.name](context) for rule in rules.ALL]


async def _requests(context: Context) -> Allowance:
    services = context.services
    most = services.settings.requests_per_minute_per_account
    left, wait = services.request_rates.left(f"account:{context.signed_in.account_id}", most)
    return Allowance(rules.REQUESTS, most, left, _after(wait))


async def _messages(context: Context) -> Allowance:
    most = context.services.settings.messages_per_minute
    key = f"messages:{context.signed_in.account_id}"
    left, wait = context.services.request_rates.left(key, most)
    return Allowance(rules.MESSAGES, most, left, _after(wait))


async def _requests_of_address(context: Context) -> Allowance:
    # What is left would tell of others at the same address.
    most = context.services.settings.requests_per_minute_per_address
    return Allowance(rules.REQUESTS_OF_ADDRESS, most, None)


async def _connections(context: Context) -> Allowance:
    most = context.services.settings.connections_per_account
    left = context.services.places.left(f"account:{context.signed_in.account_id}", most)
    return Allowance(rules.CONNECTIONS, most, left)


async def _sockets_of_address(context: Context) -> Allowance:
    most = context.services.settings.sockets_per_address
    return Allowance(rules.SOCKETS_OF_ADDRESS, most, None)


async def _wrong_passwords(context: Context) -> Allowance:
    settings = context.services.settings
    window = settings.wrong_passwords_window_minutes * 60
    most = settings.wrong_passwords_limit
    # To log in is counted by account, to confirm what one does by session.
    keys = [str(context.signed_in.account_id), session_key(context.signed_in)]
    return await _counted(context, rules.WRONG_PASSWORDS, keys, most, window)


async def _wrong_passwords_of_address(context: Context) -> Allowance:
    most = context.services.settings.wrong_passwords_limit_per_address
    return Allowance(rules.WRONG_PASSWORDS_OF_ADDRESS, most, None)


async def _passwords_of_process(_context: Context) -> Allowance:
    # What is left would tell of others.
    return Allowance(rules.PASSWORDS_OF_PROCESS, MOST_WAITING, None)


async def _passwords_of_address(_context: Context) -> Allowance:
    return Allowance(rules.PASSWORDS_OF_ADDRESS, MOST_OF_ADDRESS, None)


async def _sign_ups_of_address(context: Context) -> Allowance:
    most = context.services.settings.sign_ups_per_hour_per_address
    return Allowance(rules.SIGN_UPS_OF_ADDRESS, most, None)


async def _mails(context: Context) -> Allowance:
    account = await context.load(accounts.by_ids, context.signed_in.account_id)
    keys = [mailbox_of(account.email)] if account else []
    return await _counted(context, rules.MAILS, keys, MAILS_PER_HOUR, 3600)


async def _super_likes(context: Context) -> Allowance:
    most = context.services.settings.super_likes_per_day
    used = await context.database.fetch(
        decisions.super_likes, viewer_id=context.viewer_id, limit=most
    )
    return rules.of_super_likes(most, [row.decided_at for row in used])


def _regained(rule: rules.Limit, most: Callable[[Context], int]) -> Standing:
    """Tell of a limit that is regained evenly over a day."""

    async def stands(context: Context) -> Allowance:
        mine = await context.load(profiles.by_ids, context.viewer_id)
        regained_at = mine[rules.REGAINED_IN[rule.name]] if mine else None
        return rules.of_regained(rule, most(context), regained_at, datetime.now(UTC))

    return stands


async def _companions(context: Context) -> Allowance:
    number = await context.database.value(companions.count, profile_id=context.viewer_id)
    return Allowance(rules.COMPANIONS, MOST_COMPANIONS, max(0, MOST_COMPANIONS - number))


async def _conversation_requests(context: Context) -> Allowance:
    most = context.services.settings.conversation_requests_per_day
    used = await context.database.fetch(
        conversation_requests.asked_today, viewer_id=context.viewer_id, limit=most
    )
    return rules.of_conversation_requests(most, [row["requested_at"] for row in used])


async def _group_members(context: Context) -> Allowance:
    # Each group has its own.
    return Allowance(rules.GROUP_MEMBERS, context.services.settings.members_per_group, None)


async def _photos(context: Context) -> Allowance:
    most = context.services.settings.photos_max
    used = await context.database.fetch(photos.own, profile_id=context.viewer_id)
    return Allowance(rules.PHOTOS, most, max(0, most - len(used)))


async def _uploads(context: Context) -> Allowance:
    number = await context.database.value(media.count_loose, uploader_id=context.viewer_id)
    return Allowance(rules.UPLOADS, MOST_LOOSE, max(0, MOST_LOOSE - number))


async def _check_ins(context: Context) -> Allowance:
    key = str(context.signed_in.account_id)
    return await _counted(
        context, rules.CHECK_INS, [key], check_ins.MOST_TRIES, check_ins.TRIES_WINDOW_SECONDS
    )


async def _reactions(_context: Context) -> Allowance:
    # Each message, post and comment has its own.
    return Allowance(rules.REACTIONS, MOST_KINDS, None)


async def _own_reactions(_context: Context) -> Allowance:
    # Each message, post and comment has its own.
    return Allowance(rules.OWN_REACTIONS, MOST_OF_ONE, None)


async def _invited(_context: Context) -> Allowance:
    # Each event has its own.
    return Allowance(rules.INVITED, invitations.MOST_INVITED, None)


async def _co_hosts(_context: Context) -> Allowance:
    # Each event has its own.
    return Allowance(rules.CO_HOSTS, invitations.MOST_CO_HOSTS, None)


_STANDING: dict[str, Standing] = {
    rules.REQUESTS.name: _requests,
    rules.REQUESTS_OF_ADDRESS.name: _requests_of_address,
    rules.CONNECTIONS.name: _connections,
    rules.SOCKETS_OF_ADDRESS.name: _sockets_of_address,
    rules.WRONG_PASSWORDS.name: _wrong_passwords,
    rules.WRONG_PASSWORDS_OF_ADDRESS.name: _wrong_passwords_of_address,
    rules.PASSWORDS_OF_PROCESS.name: _passwords_of_process,
    rules.PASSWORDS_OF_ADDRESS.name: _passwords_of_address,
    rules.SIGN_UPS_OF_ADDRESS.name: _sign_ups_of_address,
    rules.MAILS.name: _mails,
    rules.SUPER_LIKES.name: _super_likes,
    rules.MOVES.name: _regained(rules.MOVES, lambda _: rules.MOVES_PER_DAY),
    rules.MESSAGES.name: _messages,
    rules.COMPANIONS.name: _companions,
    rules.CONVERSATION_REQUESTS.name: _conversation_requests,
    rules.GROUP_MEMBERS.name: _group_members,
    rules.PHOTOS.name: _photos,
    rules.UPLOADS.name: _uploads,
    rules.REACTIONS.name: _reactions,
    rules.OWN_REACTIONS.name: _own_reactions,
    rules.PLACES.name: _regained(rules.PLACES, lambda _: rules.PLACES_PER_DAY),
    rules.EVENTS.name: _regained(
        rules.EVENTS, lambda context: context.services.settings.events_per_day
    ),
    rules.MEETING_TIMES.name: _regained(rules.MEETING_TIMES, lambda _: rules.MEETING_TIMES_PER_DAY),
    rules.CHECK_INS.name: _check_ins,
    rules.INVITED.name: _invited,
    rules.CO_HOSTS.name: _co_hosts,
}


async def _counted(
    context: Context, rule: rules.Limit, keys: list[str], most: int, window_seconds: int
) -> Allowance:
    """Tell of the key of which the least is left; of unknown counts nothing."""
    rates = context.services.rate_limits
    told: list[Any] = [
        await rates.left(rule.name, counted_as(key), most, window_seconds) for key in keys
    ]
    known = [each for each in told if each is not None]
    left, resets_at = min(known, key=lambda each: each[0], default=(None, None))
    return Allowance(rule, most, left, resets_at)


def _after(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
