"""The ledger of `make chaos` notices each kind of loss, double, disorder and gap."""

from dataclasses import replace

import pytest

from benchmarks.chaos.ledger import Heard, Ledger, Message, Send, Verdict

HERE, THERE = "conversation 1", "conversation 2"


def message(text: str, position: int, conversation: str = HERE) -> Message:
    return Message(text, f"id of {text}", conversation, position)


A, B, C = message("a", 1), message("b", 2), message("c", 3)
X, Y = message("x", 1, THERE), message("y", 2, THERE)
ALL = [A, B, X, C, Y]


@pytest.fixture
def ledger() -> Ledger:
    """One sender's five messages in two conversations, all acknowledged."""
    ledger = Ledger()
    for each in ALL:
        ledger.begin(Send(each.text, each.conversation, "sender"))
        ledger.acknowledge(each)
    return ledger


def heard(*messages: Message, **others: object) -> Heard:
    listener = Heard("listener", "kind", "inbox", {HERE, THERE}, list(messages))
    for name, value in others.items():
        setattr(listener, name, value)
    return listener


def wrong(verdict: Verdict) -> dict[str, int]:
    names = ("lost", "twice", "disorder", "gaps", "strange")
    return {name: getattr(verdict, name) for name in names if getattr(verdict, name)}


def test_nothing_is_wrong_when_everything_is_told_once_and_in_order(ledger: Ledger) -> None:
    verdict = ledger.verdict(heard(*ALL, resumptions=3))
    assert verdict.is_right
    assert (verdict.due, verdict.heard, verdict.resumptions) == (5, 5, 3)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([B, X, C, Y], {"lost": 1, "gaps": 1}),
        ([A, X, C, Y], {"lost": 1, "gaps": 1}),
        ([A, B, X, C], {"lost": 1, "gaps": 1}),
        ([], {"lost": 5, "gaps": 5}),
        ([A, A, B, X, C, Y], {"twice": 1}),
        ([A, B, X, C, Y, A, B], {"twice": 2}),
        ([A, X, C, B, Y], {"disorder": 2}),
        ([A, B, C, X, Y], {"disorder": 1}),
    ],
    ids=[
        "first lost", "middle lost", "last lost", "all lost", "twice at once", "twice at the end",
        "disorder in a conversation", "disorder between conversations",
    ],
)  # fmt: skip
def test_the_ledger_notices(ledger: Ledger, told: list[Message], expected: dict[str, int]) -> None:
    verdict = ledger.verdict(heard(*told))
    assert wrong(verdict) == expected
    assert not verdict.is_right


def test_an_unacknowledged_send_may_appear_or_not(ledger: Ledger) -> None:
    ledger.begin(Send("d", HERE, "sender"))
    assert ledger.verdict(heard(*ALL)).is_right
    assert ledger.verdict(heard(*ALL, message("d", 4))).is_right


def test_an_unacknowledged_send_may_not_have_two_effects(ledger: Ledger) -> None:
    ledger.begin(Send("d", HERE, "sender"))
    again = replace(message("d", 5), message_id="another id")
    assert wrong(ledger.verdict(heard(*ALL, message("d", 4), again))) == {"twice": 1}


def test_an_unacknowledged_send_that_others_followed_leaves_a_gap(ledger: Ledger) -> None:
    ledger.begin(Send("d", HERE, "sender"))
    ledger.begin(Send("e", HERE, "other sender"))
    ledger.acknowledge(message("e", 5))
    assert wrong(ledger.verdict(heard(*ALL, message("e", 5)))) == {"gaps": 1}


def test_gaps_that_the_server_tells_count(ledger: Ledger) -> None:
    assert wrong(ledger.verdict(heard(*ALL, gaps=2))) == {"gaps": 2}


def test_one_position_cannot_have_two_messages(ledger: Ledger) -> None:
    ledger.begin(Send("d", HERE, "sender"))
    assert wrong(ledger.verdict(heard(*ALL, message("d", 3)))) == {"disorder": 1}


@pytest.mark.parametrize(
    "changed",
    [{"message_id": "other"}, {"conversation": THERE}, {"text": "never sent"}],
    ids=["another id", "another conversation", "another text"],
)
def test_what_was_not_sent_so_is_strange(ledger: Ledger, changed: dict[str, str]) -> None:
    verdict = ledger.verdict(heard(A, B, X, replace(C, **changed), Y))
    assert verdict.strange == 1
    assert not verdict.is_right


def test_what_others_told_each_other_is_strange(ledger: Ledger) -> None:
    ledger.begin(Send("secret", "conversation 3", "stranger"))
    secret = message("secret", 1, "conversation 3")
    ledger.acknowledge(secret)
    assert ledger.verdict(heard(*ALL)).is_right
    assert wrong(ledger.verdict(heard(*ALL, secret))) == {"strange": 1}


def test_listeners_of_one_inbox_are_told_in_one_order() -> None:
    ledger = Ledger()
    for each, sender in ((A, "one"), (X, "two")):
        ledger.begin(Send(each.text, each.conversation, sender))
        ledger.acknowledge(each)
    one, other = heard(A, X), heard(X, A, name="other")
    elsewhere = heard(X, A, name="elsewhere", inbox="inbox of somebody else")
    verdicts = ledger.verdicts([one, other, elsewhere])
    assert {name: found.disorder for name, found in verdicts.items()} == {
        "listener": 0,
        "other": 1,
        "elsewhere": 0,
    }


def test_verdicts_add_up(ledger: Ledger) -> None:
    both = ledger.verdict(heard(A, B, X, C)) + ledger.verdict(heard(*ALL, Y))
    assert (both.due, both.heard) == (10, 10)
    assert wrong(both) == {"lost": 1, "gaps": 1, "twice": 1}


def test_what_is_missing_is_counted_while_the_listener_goes_on(ledger: Ledger) -> None:
    assert ledger.missing(heard(A, B)) == 3
