"""Questions about accounts and their sessions."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries.visibility import viewer_id
from persistence.statements import Statement, one_of, parameter

_Account, _Session, _Head = models.Account, models.Session, models.TopicHead

own_by_ids = Statement(
    sa.select(_Account).where(
        one_of(_Account.account_id, "ids"), _Account.account_id == viewer_id()
    ),
    _Account,
)
"""Of the accounts with these `ids`, the viewer's own: nobody sees another's."""

by_login = Statement(
    sa.select(_Account).where(
        sa.or_(
            _Account.email == parameter("login", postgresql.CITEXT()),
            _Account.username == parameter("login", postgresql.CITEXT()),
        )
    ),
    _Account,
)
"""The account with this e-mail address or username as `login`, in any case of letters."""

staff = Statement(sa.select(_Account.email).where(_Account.is_staff).order_by(_Account.email))
"""The e-mail addresses of those who are staff."""

is_open = sa.and_(_Session.revoked_at.is_(None), _Session.expires_at > sa.func.now())
"""Say that a session has neither ended nor expired."""

_goes_on = (is_open, _Account.is_active)

caller = Statement(
    sa.select(
        _Session.generation,
        _Account.is_staff,
        _Account.is_verified,
        sa.func.coalesce(_Head.position, 0).label("position"),
    )
    .select_from(_Session)
    .join(_Account, _Account.account_id == _Session.account_id)
    .outerjoin(
        _Head, _Head.topic == sa.func.concat("viewer:", sa.cast(_Account.account_id, sa.Text))
    )
    .where(
        _Session.session_id == parameter("session_id", _Session.session_id),
        _Session.account_id == parameter("account_id", _Session.account_id),
        *_goes_on,
    )
)
"""Who calls by `session_id` of `account_id`, with the session's generation and the head of their
live log; no row when the session has ended or the account is not active."""

_asked = (
    sa.func.unnest(
        sa.bindparam("session_ids", type_=postgresql.ARRAY(sa.Uuid), required=True),
        sa.bindparam("account_ids", type_=postgresql.ARRAY(sa.Uuid), required=True),
    )
    .table_valued(sa.column("session_id", sa.Uuid), sa.column("account_id", sa.Uuid))
    .render_derived(name="asked")
)

listeners = Statement(
    sa.select(_Session.session_id, _Account.is_staff, _Account.is_verified)
    .join_from(_asked, _Session, _Session.session_id == _asked.c.session_id)
    .join(_Account, _Account.account_id == _Session.account_id)
    .where(_Session.account_id == _asked.c.account_id, *_goes_on)
)
"""Who listens by `session_ids` of `account_ids`; no row where the session has ended or the
account is not active."""

_open = sa.select(_Session).where(is_open)

sessions_of = Listing(
    "sessions.of_account",
    _open,
    owner=_Session.account_id,
    order=[_Session.session_id],
    model=_Session,
)
"""An account's open sessions, newest first."""

own_sessions_by_ids = Statement(
    _open.where(one_of(_Session.session_id, "ids"), _Session.account_id == viewer_id()), _Session
)
"""Of the open sessions with these `ids`, the viewer's own."""

rotate = Statement(
    sa.update(_Session)
    .where(
        _Session.session_id == parameter("session_id", _Session.session_id),
        _Session.account_id == parameter("account_id", _Session.account_id),
        _Session.generation == parameter("generation", _Session.generation),
        _Account.account_id == _Session.account_id,
        *_goes_on,
    )
    .values(
        generation=_Session.generation + 1,
        refreshed_at=sa.func.now(),
        expires_at=parameter("expires_at", _Session.expires_at),
    )
    .returning(sa.inspect(_Session).local_table),
    _Session,
)
"""Refresh a session whose present generation this is; no row when it is not, or when the session
has ended or the account is not active."""

revoke = Statement(
    sa.update(_Session)
    .where(
        _Session.account_id == parameter("account_id", _Session.account_id),
        _Session.revoked_at.is_(None),
        sa.or_(
            sa.cast(parameter("session_id", sa.Uuid()), sa.Uuid).is_(None),
            _Session.session_id == parameter("session_id", sa.Uuid()),
        ),
        sa.or_(
            sa.cast(parameter("except_id", sa.Uuid()), sa.Uuid).is_(None),
            _Session.session_id != parameter("except_id", sa.Uuid()),
        ),
    )
    .values(revoked_at=sa.func.now())
    .returning(sa.inspect(_Session).local_table),
    _Session,
)
"""End the session `session_id` of an account, or all when None, but not `except_id`."""

redeem = Statement(
    sa.update(models.OneTimeCode)
    .where(
        models.OneTimeCode.code_hash == parameter("code_hash", models.OneTimeCode.code_hash),
        models.OneTimeCode.purpose == parameter("purpose", models.OneTimeCode.purpose),
        models.OneTimeCode.used_at.is_(None),
        models.OneTimeCode.expires_at > sa.func.now(),
    )
    .values(used_at=sa.func.now())
    .returning(sa.inspect(models.OneTimeCode).local_table),
    models.OneTimeCode,
)
"""Use a one-time code; no row when it is unknown, used or expired."""

register = Statement(
    postgresql.insert(_Account)
    .values(
        {
            name: parameter(name, sa.inspect(_Account).local_table.c[name])
            for name in ("email", "username", "password_hash")
        }
    )
    .on_conflict_do_nothing()
    .returning(sa.inspect(_Account).local_table),
    _Account,
)
"""Create an account; no row when the address or the name is taken."""

_Match = models.Match
_whose = parameter("account_id", _Account.account_id)

open_matches = Statement(
    sa.select(
        _Match.match_id,
        sa.case((_Match.first_id == _whose, _Match.second_id), else_=_Match.first_id).label(
            "partner_id"
        ),
    ).where(
        _Match.ended_at.is_(None), sa.or_(_Match.first_id == _whose, _Match.second_id == _whose)
    )
)
"""The matches of an account that have not ended, each with the other person."""

_Conversation, _Member = models.Conversation, models.ConversationMember

open_conversations = Statement(
    sa.select(_Conversation.conversation_id, _Member.profile_id)
    .join(_Member, _Member.conversation_id == _Conversation.conversation_id)
    .where(
        _Conversation.ended_at.is_(None),
        sa.or_(_Conversation.first_id == _whose, _Conversation.second_id == _whose),
        _Member.profile_id != _whose,
        _Member.status != "declined",
    )
)
"""The direct conversations of an account that have not ended, each with the other person."""

_Pair, _Follow, _Notification = models.Pair, models.Follow, models.Notification


def _holding(model: Any, *where: sa.ColumnElement[bool]) -> Statement:
    key = sa.inspect(model).primary_key
    held = sa.select(*key).where(sa.or_(*where)).order_by(*key).with_for_update()
    return Statement(sa.select(sa.func.count()).select_from(held.subquery()))


_is_direct = sa.or_(_Conversation.first_id == _whose, _Conversation.second_id == _whose)

forget_answers = Statement(
    sa.delete(models.Answer).where(
        models.Answer.scope == parameter("account_id", models.Answer.scope),
        # Its own answer is being given.
        models.Answer.mutation != sa.literal_column("'delete_account'"),
    )
)
"""Forget what `account_id` was answered and retries would get again."""

HOLDING = (
    _holding(_Pair, _Pair.first_id == _whose, _Pair.second_id == _whose),
    _holding(_Conversation, _is_direct),
    _holding(
        _Member,
        _Member.profile_id == _whose,
        _Member.conversation_id.in_(sa.select(_Conversation.conversation_id).where(_is_direct)),
    ),
    _holding(_Follow, _Follow.follower_id == _whose, _Follow.followed_id == _whose),
    _holding(_Notification, _Notification.profile_id == _whose, _Notification.actor_id == _whose),
)
"""Hold what goes with an account and others change, in the order in which they take it.

A deletion that cascades takes rows as it comes to them, and would wait for somebody who has one
of them and waits for another.
"""
