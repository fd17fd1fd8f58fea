"""A division that does not exist, or is too large for a document, is refused."""

import pytest

from alerting.errors import InvalidError, NotFoundError
from alerting.paper.print import MOST_HOUSEHOLDS, check_division
from tests.paper.conftest import printing
from tests.support.city import QIANFO
from tests.support.running import Workplace


async def test_unknown_and_too_large_divisions_are_refused(work: Workplace) -> None:
    database = work.runtime.database
    with pytest.raises(NotFoundError):
        database.look(lambda db: check_division(db, "511921100299", 1))
    with pytest.raises(InvalidError, match="has 2,001 households"):
        database.look(lambda db: check_division(db, QIANFO, MOST_HOUSEHOLDS + 1))
    database.look(lambda db: check_division(db, QIANFO, MOST_HOUSEHOLDS))


def test_words_are_in_the_language() -> None:
    assert printing("en").word("card") == "Evacuation card"
