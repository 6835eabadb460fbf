"""Accounts, their sessions and one-time codes: who may sign in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now


class Account(Model):
    """A person's account: private, never shown to others."""

    __tablename__ = "accounts"
    __table_args__ = (
        sa.CheckConstraint("char_length(username) BETWEEN 3 AND 50", name="username_length"),
        sa.CheckConstraint("char_length(email) <= 255", name="email_length"),
    )

    account_id: Mapped[Key]
    email: Mapped[str] = mapped_column(postgresql.CITEXT, unique=True)
    username: Mapped[str] = mapped_column(postgresql.CITEXT, unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    first_name: Mapped[str | None] = mapped_column(sa.String(50))
    last_name: Mapped[str | None] = mapped_column(sa.String(50))
    is_active: Mapped[bool] = mapped_column(server_default=sa.true())
    is_verified: Mapped[bool] = mapped_column(server_default=sa.false())
    is_staff: Mapped[bool] = mapped_column(server_default=sa.false())
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    last_login_at: Mapped[Moment | None]


class Session(Model):
    """One signed-in device: a family of refresh tokens, of which only the newest is good."""

    __tablename__ = "sessions"

    session_id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("accounts.account_id", ondelete="CASCADE"), index=True
    )
    generation: Mapped[int] = mapped_column(server_default=sa.text("0"))
    device_name: Mapped[str] = mapped_column(sa.String(200), server_default=sa.text("''"))
    created_at: Mapped[Now]
    refreshed_at: Mapped[Now]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class OneTimeCode(Model):
    """A code sent by e-mail that works once: to verify an address or reset a password."""

    __tablename__ = "one_time_codes"

    one_time_code_id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("accounts.account_id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(sa.String(20))
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[Now]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
