"""Prompts: questions that people answer on their profiles, in the order that they choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain import profiles, texts
from domain.profiles import ProfileChanged
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import prompts as queries
from persistence.rows import Row
from persistence.transaction import Transaction

MOST_PROMPTS = 10
QUESTION_LENGTH = 150
ANSWER_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of 1 to 150 characters and its answer of 1 to 500."""

    question: str
    answer: str


def cleaned(prompts: Sequence[Answered]) -> list[Answered]:
    """Normalise and check prompts, keeping their order.

    Raises:
        InvalidInput: more than 10, an empty or too long text, or a question asked twice.
    """
    prompts = [
        Answered(texts.clean(p.question), texts.clean(p.answer, lines=True)) for p in prompts
    ]
    problems: list[InvalidField] = []
    if len(prompts) > MOST_PROMPTS:
        problems.append(
            InvalidField(
                "prompts",
                f"prompts has more than {MOST_PROMPTS} entries.",
                InvalidFieldCode.TOO_MANY,
            )
        )
    asked: set[str] = set()
    for n, prompt in enumerate(prompts):
        for name, text, most in (
            ("question", prompt.question, QUESTION_LENGTH),
            ("answer", prompt.answer, ANSWER_LENGTH),
        ):
            problems += texts.length_problems(f"prompts.{n}.{name}", text, least=1, most=most)
        if prompt.question.casefold() in asked:
            path = f"prompts.{n}.question"
            problems.append(
                InvalidField(path, f"{path} is asked twice.", InvalidFieldCode.DUPLICATE)
            )
        asked.add(prompt.question.casefold())
    if problems:
        raise InvalidInput(problems)
    return prompts


async def set_prompts(tx: Transaction, viewer: Viewer, *, prompts: Sequence[Answered]) -> list[Row]:
    """Replace all of one's prompts; they are shown in the order given.

    Returns:
        The prompts, in their order.

    Raises:
        InvalidInput: more than 10, an empty or too long text, or a question asked twice.
    """
    prompts = cleaned(prompts)
    profile = await profiles.own(tx, viewer)
    before = await tx.fetch(queries.own, profile_id=profile.profile_id)
    if [(row.question, row.answer) for row in before] == [(p.question, p.answer) for p in prompts]:
        return before
    await tx.remove(models.Prompt, profile_id=profile.profile_id)
    added = await tx.fetch(
        queries.add_in_order,
        profile_id=profile.profile_id,
        questions=[p.question for p in prompts],
        answers=[p.answer for p in prompts],
    )
    tx.record(ProfileChanged(profile_id=profile.profile_id, parts=("prompts",)))
    return sorted(added, key=lambda row: row.position)


async def reorder_prompts(
    tx: Transaction, viewer: Viewer, *, prompt_ids: Sequence[UUID]
) -> list[Row]:
    """Show one's prompts in another order.

    Args:
        tx: the transaction.
        viewer: whose prompts they are.
        prompt_ids: each of the viewer's prompts once.

    Returns:
        The prompts, in their new order.

    Raises:
        NotFound: one is not the viewer's.
        InvalidInput: one is missing or named twice.
    """
    profile = await profiles.own(tx, viewer)
    by_id = {
        row.prompt_id: row for row in await tx.fetch(queries.own, profile_id=profile.profile_id)
    }
    if not by_id.keys() >= set(prompt_ids):
        raise NotFound("Prompt")
    if sorted(prompt_ids) != sorted(by_id):
        twice = len(set(prompt_ids)) < len(prompt_ids)
        code = InvalidFieldCode.DUPLICATE if twice else InvalidFieldCode.MISSING
        raise InvalidInput.of("promptIds", "promptIds must name each of your prompts once.", code)
    if list(prompt_ids) == list(by_id):
        return list(by_id.values())
    moved = await tx.fetch(queries.put_in_order, prompt_ids=list(prompt_ids))
    tx.record(ProfileChanged(profile_id=profile.profile_id, parts=("prompts",)))
    return sorted(moved, key=lambda row: row.position)
