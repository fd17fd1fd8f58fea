"""Devices: window size, touch and language."""

from dataclasses import dataclass
from typing import Any, Final

import pytest


@dataclass(frozen=True)
class Device:
    """A browser's window and its language, 'zh' or 'en'."""

    name: str
    width: int
    height: int
    touch: bool
    language: str

    def say(self, zh: str, en: str) -> str:
        """Return the words of this device's language."""
        return {"zh": zh, "en": en}[self.language]

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of a browser's context."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "locale": {"zh": "zh-CN", "en": "en-GB"}[self.language],
            "timezone_id": "Asia/Shanghai",
            "has_touch": self.touch,
            "is_mobile": self.touch,
        }


PHONE: Final = Device("phone", 360, 740, touch=True, language="zh")
DESKTOP: Final = Device("desktop", 1440, 900, touch=False, language="en")
DEVICES: Final = (PHONE, DESKTOP)

ON_BOTH_DEVICES: Final = pytest.mark.parametrize(
    "device", DEVICES, ids=lambda device: device.name, indirect=True
)
"""For tests whose layout differs by device; the default run uses one device for all others."""
