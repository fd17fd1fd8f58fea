"""The tables of the page on replies are measured by its script, and stand in their places."""

import pytest

from alerting.policy.policy import default_policy
from alerting.replies.corpus import LabelledReply
from scripts.replies_page import PAGE, danger_table, out_table, set_table, with_tables

CHOSEN = default_policy().second_reader


def reply(id_: str, text: str, intent: str) -> LabelledReply:
    return LabelledReply(id_, "zh", 3, text, intent, None, frozenset({"evacuated"}), ())


ROWS = [reply("zh-1", "救命", "help"), reply("x1-2", "谢谢", "received")]


def test_each_threshold_is_a_row_and_the_chosen_one_stands_out() -> None:
    lines = danger_table(ROWS, CHOSEN).splitlines()
    assert len(lines) == 2 + 7
    (chosen,) = [line for line in lines if "**" in line]
    assert chosen.startswith(f"| **{CHOSEN.danger:g}** | 100.0 % | 0.0 % |")
    assert f"| **{CHOSEN.out:g}** | 0 | 100.0 % |" in out_table(ROWS, CHOSEN)


def test_a_part_of_the_measuring_set_without_rows_is_left_out() -> None:
    rows = set_table(ROWS, CHOSEN).splitlines()[2:]
    assert [row.split(" | ")[:2] for row in rows] == [["| Chinese and English", "2"]]


def test_tables_are_written_between_their_comments() -> None:
    page = "a\n<!-- out -->\nold\n<!-- /out -->\nb\n"
    assert with_tables(page, {"out": "new"}) == page.replace("old", "new")
    with pytest.raises(ValueError, match=r"replies\.md has 0 places for the table sets"):
        with_tables(page, {"sets": "new"})


def test_page_has_a_place_for_each_table() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- {name} -->\n| " in written for name in ("danger", "out", "sets"))
