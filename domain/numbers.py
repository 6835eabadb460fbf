"""How many people may ask for: from 1 to some bound."""

from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput


def count_problems(path: str, count: int, most: int) -> list[InvalidField]:
    """Say what is wrong with how many are wanted: none, or more than there may be.

    Args:
        path: the field, in the schema's names.
        count: how many.
        most: how many at most.
    """
    if 1 <= count <= most:
        return []
    sentence = f"{path} must be between 1 and {most}."
    return [InvalidField(path, sentence, InvalidFieldCode.OUT_OF_RANGE)]


def check_count(path: str, count: int, most: int) -> None:
    """Refuse what `count_problems` finds wrong.

    Raises:
        InvalidInput: it is not between 1 and the most.
    """
    if problems := count_problems(path, count, most):
        raise InvalidInput(problems)
