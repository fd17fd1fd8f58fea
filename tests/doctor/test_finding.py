from alerting.doctor.finding import Part, Severity, as_warnings, failure, good, has_failed, warning

GOOD = good(Part.CLOCK, "agrees")
WARNED = warning(Part.ROSTER, "3 households have no phone", "add them")
FAILED = failure(Part.SCHEMA, "there are no tables", "run 'alerting migrate'")


def test_warnings_without_a_failure_do_not_fail() -> None:
    assert not has_failed([])
    assert not has_failed([GOOD, WARNED])
    assert has_failed([GOOD, FAILED, WARNED])


def test_failure_turned_into_a_warning_keeps_its_words() -> None:
    softened = as_warnings([GOOD, FAILED])
    assert [each.severity for each in softened] == [Severity.GOOD, Severity.WARNING]
    assert (softened[1].said, softened[1].remedy) == (FAILED.said, FAILED.remedy)
