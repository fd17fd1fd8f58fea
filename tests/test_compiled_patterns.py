"""A pattern that the tests keep is the pattern that the standard library compiles."""

import re
from pathlib import Path

import pytest

from tests.support import compiled_patterns
from tests.support.compiled_patterns import compiled

_WORDS = "|".join(f"word{number}" for number in range(100))
_PATTERN = rf"(?P<first>{_WORDS}) (\d+)(?:\s(?P<last>{_WORDS}))?"


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_kept_pattern_matches_as_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: int
) -> None:
    monkeypatch.setattr(compiled_patterns, "_KEPT", tmp_path)
    written, read = compiled(_PATTERN, flags), compiled(_PATTERN, flags)
    assert len([*tmp_path.iterdir()]) == 1
    new = re.compile(_PATTERN, flags)
    text = "WORD7 1 word8 12 word9"
    for each in (written, read):
        assert (each, each.groupindex, each.groups) == (new, new.groupindex, new.groups)
        assert [one.groupdict() for one in each.finditer(text)] == [
            one.groupdict() for one in new.finditer(text)
        ]
