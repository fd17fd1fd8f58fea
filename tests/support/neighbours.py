"""Centre households of the tests' city, which look after other households."""

from collections.abc import Sequence

from sqlalchemy import Executable, update

from contacts.tables import HOUSEHOLDS
from tests.support.city import QIANFO, household_code


def looks_after(centre: int, others: Sequence[int], village: str = QIANFO) -> Executable:
    """Return the statement that makes a household look after others of its village."""
    codes = [household_code(village, number) for number in others]
    looked_after = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code.in_(codes))
    return looked_after.values(centre=household_code(village, centre))
