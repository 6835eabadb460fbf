"""Passwords: hashed so that nobody reads them back."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from passlib.hash import bcrypt

from domain import accounts, passwords
from domain.passwords import Passwords
from domain.refusals import RateLimited

PASSWORDS = Passwords()
ADDRESS = "192.0.2.7"
typed = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=64)


@settings(max_examples=15, deadline=None)
@given(password=typed, other=typed)
def test_a_hash_gives_nothing_away_and_only_its_password_verifies(password, other):
    async def hashed():
        first, second = (
            await PASSWORDS.hash(password, of=ADDRESS),
            await PASSWORDS.hash(password, of=ADDRESS),
        )
        assert first != second
        assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert len(password) < 4 or password not in first
        assert await PASSWORDS.verify(password, first, of=ADDRESS) == (True, None)
        if other != password:
            assert await PASSWORDS.verify(other, first, of=ADDRESS) == (False, None)

    asyncio.run(hashed())


async def test_nobodys_password_is_wrong_after_the_same_kind_of_work():
    assert await PASSWORDS.verify("anything", None, of=ADDRESS) == (False, None)
    assert await PASSWORDS.verify("nobody's password", None, of=ADDRESS) == (False, None)


async def test_a_bcrypt_hash_brought_from_elsewhere_verifies_and_is_replaced():
    brought = bcrypt.using(rounds=4).hash("correct horse")
    is_right, better = await PASSWORDS.verify("correct horse", brought, of=ADDRESS)
    assert is_right
    assert better is not None
    assert better.startswith("$argon2id$")
    assert await PASSWORDS.verify("correct house", brought, of=ADDRESS) == (False, None)


async def test_bcrypt_does_not_take_a_password_for_another_with_the_same_beginning():
    beginning = "é" * 36
    brought = bcrypt.using(rounds=4).hash(beginning)
    assert await PASSWORDS.verify(beginning + "x", brought, of=ADDRESS) == (False, None)
    assert (await PASSWORDS.verify(beginning, brought, of=ADDRESS))[0]


async def test_hashing_leaves_the_event_loop_free():
    loop = asyncio.get_running_loop()
    beats = []
    hashing = asyncio.gather(
        *(PASSWORDS.hash("correct horse battery", of=ADDRESS) for _ in range(6))
    )
    while not hashing.done():
        beats.append(loop.time())
        await asyncio.sleep(0)
    await hashing
    assert len(beats) > 6


@pytest.mark.parametrize("broken", ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$nothing"])
async def test_what_is_no_hash_is_never_right(broken):
    with pytest.raises((ValueError, TypeError)):
        await PASSWORDS.verify("anything", broken, of=ADDRESS)


def test_what_is_too_long_for_a_password_is_not_normalised_which_could_take_long():
    assert accounts.normalised("e\u0301" * 64) == "\u00e9" * 64
    typed = "\ufdfa" * 1_000
    assert accounts.normalised(typed) == typed
    assert accounts.password_problems("password", accounts.normalised(typed))


async def test_one_address_does_not_take_the_places_of_all():
    asked = [PASSWORDS.hash("a", of="2001:db8::") for _ in range(passwords.MOST_OF_ADDRESS + 2)]
    asked.append(PASSWORDS.hash("b", of="192.0.2.1"))
    *many, other = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(each, RateLimited) for each in many[-3:]] == [False, True, True]
    assert other.startswith("$argon2id$")
    assert (await PASSWORDS.hash("a", of="2001:db8::")).startswith("$argon2id$")


async def test_those_whose_address_is_unknown_share_the_places_of_all():
    asked = [PASSWORDS.hash("a", of="") for _ in range(passwords.MOST_OF_ADDRESS + 2)]
    assert all(found.startswith("$argon2id$") for found in await asyncio.gather(*asked))
