"""The name of division codes on the wire."""

from alerting.cap.geocode import VALUE_NAME


def test_value_name_is_an_acronym_in_capital_letters() -> None:
    assert VALUE_NAME.upper() == VALUE_NAME
    assert "." not in VALUE_NAME
