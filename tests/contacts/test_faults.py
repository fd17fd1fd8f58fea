"""A refusal is said in both languages."""

from contacts.faults import CellError, quoted


def test_refusal_has_both_texts() -> None:
    fault = CellError("is empty: fill it in", "是空的：请填写")
    assert isinstance(fault, ValueError)
    assert (str(fault), fault.chinese) == ("is empty: fill it in", "是空的：请填写")


def test_quoted_text_shows_control_characters() -> None:
    assert quoted("通江\n县") == "“通江\\n县”"
