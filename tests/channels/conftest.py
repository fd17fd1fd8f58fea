"""An SMS centre for the channel that speaks to one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.smsc.centre import Centre, NotInstalledError, install, running_centre


@pytest.fixture(scope="session")
def smsc_packages() -> Path:
    """The packages that the SMS centre is made of."""
    try:
        return install()
    except NotInstalledError as failure:
        pytest.skip(f"npm cannot install the SMS centre: {failure}")


@pytest.fixture
async def centre(smsc_packages: Path) -> AsyncIterator[Centre]:
    """An SMS centre that nobody has bound to yet."""
    async with running_centre(smsc_packages) as centre:
        yield centre
