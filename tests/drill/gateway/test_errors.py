import pytest

from alerting.drill.gateway.errors import PROBLEMS, ApiError


@pytest.mark.parametrize("code", PROBLEMS)
def test_error_has_the_providers_json_fields(code: int) -> None:
    shown = ApiError(code, "+86123").as_json()
    assert set(shown) == {"code", "message", "more_info", "status"}
    assert (shown["code"], shown["status"]) == (code, PROBLEMS[code][0])
    assert shown["more_info"].endswith(f"/{code}")
    assert "{" not in shown["message"]


def test_error_names_the_wrong_value() -> None:
    assert ApiError(21211, "+86123").message == "Invalid 'To' Phone Number: +86123"
