"""Check that an exercise says whom it reaches."""

from alerting.cap.alert import AlertRequest, Status
from alerting.errors import InvalidError


def check_size(request: AlertRequest) -> None:
    """Refuse an exercise without a size: one that reaches everybody is never held by default.

    Exercises that other systems send by CAP have no size, and reach everybody.

    Raises:
        InvalidError: naming the field and the sizes.
    """
    if request.status is Status.EXERCISE and request.exercise is None:
        raise InvalidError(
            "exercise",
            "say whom it reaches: give the size one_phone, officers or everybody",
            "请写明演练规模：一部手机、只叫责任人，或全体",
        )
