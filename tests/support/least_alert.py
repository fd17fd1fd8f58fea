"""The smallest valid request for an alert, and the problems of a changed one."""

from typing import Any

import pytest
from pydantic import ValidationError

from alerting.cap.alert import AlertRequest
from alerting.cap.explain import explain

LEAST = {
    "status": "Actual",
    "event": "滑坡",
    "description": "雨后山坡开裂",
    "instruction": "立即转移",
    "area": {"divisions": ["511921100208"]},
    "assembly_point": "千佛小学",
}


def problems(**changes: Any) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as refused:
        AlertRequest.model_validate(LEAST | changes)
    return explain(refused.value.errors())
