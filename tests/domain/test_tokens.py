"""Tokens: what was signed is read, what was changed is refused, and time is exact."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jose import jwt
from pydantic import SecretStr

from domain.tokens import Claims, ExpiredToken, InvalidToken, Tokens, TokenType

SECRET = "a secret of the tests that is long enough"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def tokens(**changes):
    return Tokens(
        **{
            "algorithm": "HS256",
            "signing_key": SECRET,
            "verifying_key": SECRET,
            "issuer": "kith",
            "audience": "kith",
            "access_lifetime": timedelta(minutes=15),
        }
        | changes
    )


def session(*, generation=0, refreshed_at=NOW, account_id=None, session_id=None):
    return SimpleNamespace(
        account_id=account_id or uuid4(),
        session_id=session_id or uuid4(),
        generation=generation,
        refreshed_at=refreshed_at,
        expires_at=(refreshed_at + timedelta(days=30)).replace(microsecond=0),
    )


@settings(deadline=None)
@given(account=st.uuids(), key=st.uuids(), generation=st.integers(0, 10_000))
def test_a_token_says_whose_it_is(account, key, generation):
    row = session(account_id=account, session_id=key, generation=generation)
    claims = Claims(account, key, generation)
    assert tokens().read(tokens().access_token(row), TokenType.ACCESS, NOW) == claims
    assert tokens().read(tokens().refresh_token(row), TokenType.REFRESH, NOW) == claims


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_changed_character_is_refused(data):
    token = tokens().access_token(session())
    place = data.draw(st.integers(0, len(token) - 1))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n"
    letter = data.draw(st.sampled_from(letters).filter(lambda letter: letter != token[place]))
    with pytest.raises(InvalidToken):
        tokens().read(token[:place] + letter + token[place + 1 :], TokenType.ACCESS, NOW)


@settings(deadline=None)
@given(
    offset=st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=30)),
    micros=st.integers(0, 999_999),
)
def test_a_token_is_good_strictly_before_its_expiry_and_never_after(offset, micros):
    row = session(refreshed_at=NOW + timedelta(microseconds=micros))
    token, expires_at = tokens().access_token(row), tokens().access_expires_at(row)
    moment = NOW + offset
    if moment < expires_at:
        assert tokens().read(token, TokenType.ACCESS, moment).session_id == row.session_id
    else:
        with pytest.raises(ExpiredToken):
            tokens().read(token, TokenType.ACCESS, moment)
    with pytest.raises(ExpiredToken):
        tokens().read(token, TokenType.ACCESS, expires_at)
    last = expires_at - timedelta(microseconds=1)
    assert tokens().read(token, TokenType.ACCESS, last).session_id == row.session_id


def test_a_session_row_always_gives_the_same_tokens():
    row = session()
    assert tokens().access_token(row) == tokens().access_token(row)
    assert tokens().refresh_token(row) == tokens().refresh_token(row)


def test_a_token_is_good_for_one_thing_only():
    row = session()
    with pytest.raises(InvalidToken):
        tokens().read(tokens().access_token(row), TokenType.REFRESH, NOW)
    with pytest.raises(InvalidToken):
        tokens().read(tokens().refresh_token(row), TokenType.ACCESS, NOW)


@pytest.mark.parametrize(
    "other",
    [
        tokens(signing_key="another secret that is long enough too"),
        tokens(issuer="somebody"),
        tokens(audience="somebody"),
        tokens(algorithm="HS384"),
    ],
)
def test_tokens_of_others_are_refused(other):
    with pytest.raises(InvalidToken):
        tokens().read(other.access_token(session()), TokenType.ACCESS, NOW)


def test_claims_that_are_missing_or_of_other_types_are_refused():
    whole = {
        "iss": "kith", "aud": "kith", "sub": str(uuid4()), "sid": str(uuid4()), "gen": 0,
        "typ": "access", "exp": int((NOW + timedelta(minutes=1)).timestamp()),
    }  # fmt: skip
    good = jwt.encode(whole, SECRET, algorithm="HS256")
    assert str(tokens().read(good, TokenType.ACCESS, NOW).session_id) == whole["sid"]
    for claim in whole:
        for value in (None, "x", []):
            changed = {**whole, claim: value}
            if value is None:
                del changed[claim]
            with pytest.raises(InvalidToken):
                tokens().read(jwt.encode(changed, SECRET, "HS256"), TokenType.ACCESS, NOW)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "x" * 10_000, "{}", "null"])
def test_what_is_no_token_is_refused(text):
    with pytest.raises(InvalidToken):
        tokens().read(text, TokenType.ACCESS, NOW)


def of_settings(data_dir, **changes):
    return SimpleNamespace(
        **{
            "jwt_algorithm": "RS256",
            "secret_key": SecretStr(SECRET),
            "data_dir": data_dir,
            "rsa_private_key_path": None,
            "rsa_public_key_path": None,
            "token_issuer": "kith",
            "token_audience": "kith",
            "access_token_minutes": 15,
        }
        | changes
    )


def test_rsa_keys_are_made_once_kept_private_and_shown_by_their_public_half(tmp_path):
    first = Tokens.from_settings(of_settings(tmp_path))
    second = Tokens.from_settings(of_settings(tmp_path))
    row = session()
    read = second.read(first.access_token(row), TokenType.ACCESS, NOW)
    assert read.session_id == row.session_id
    assert (tmp_path / "token_key.pem").stat().st_mode & 0o777 == 0o600
    (key,) = first.public_keys()
    assert {"kty": "RSA", "alg": "RS256", "use": "sig"}.items() <= key.items()
    assert "d" not in key
    claims = jwt.decode(first.access_token(row), key, "RS256", audience="kith",
                        options={"verify_exp": False})  # fmt: skip
    assert claims["sid"] == str(row.session_id)


def test_a_public_key_is_no_secret_to_sign_with(tmp_path):
    rsa = Tokens.from_settings(of_settings(tmp_path))
    public = (tmp_path / "token_key.pub").read_text()
    with pytest.raises(Exception, match="asymmetric key"):
        tokens(signing_key=public).access_token(session())
    with pytest.raises(InvalidToken):
        rsa.read(tokens().access_token(session()), TokenType.ACCESS, NOW)


def test_a_secret_has_no_public_keys():
    assert tokens().public_keys() == []
