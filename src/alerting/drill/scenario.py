"""Drill scenarios: their place, the number of people moved, and the provider's faults."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from alerting.drill.gauges.plans import GAUGES, GaugePlan

FAULT_PROFILES: Final[list[dict[str, Any]]] = [
    {"kind": "dead", "from": 300, "to": 360},
    {"kind": "http_429", "probability": 0.02},
    {"kind": "http_503", "probability": 0.02},
    {"kind": "accept_then_hang_up", "probability": 0.02},
    {"kind": "delay", "probability": 0.02, "seconds": 0.5},
    {"kind": "expired", "probability": 0.005},
    {"kind": "undelivered", "probability": 0.01, "code": 30003},
    {"kind": "undelivered", "probability": 0.003, "code": 30006},
    {"kind": "lost_callback", "probability": 0.03},
    {"kind": "repeated_callback", "probability": 0.03},
    {"kind": "reordered_callback", "probability": 0.03, "seconds": 0.5},
]
"""Fault rules for the gateway; times are story seconds after the informant writes."""

BAD_CARRIER_SECONDS: Final = 180.0
"""Story seconds after the informant writes at which the bad carrier begins to lose all texts."""

BAD_CARRIER: Final[list[dict[str, Any]]] = [
    {"kind": "undelivered", "probability": 0.5, "code": 30034, "from": BAD_CARRIER_SECONDS},
    {"kind": "undelivered", "probability": 0.5, "code": 30002, "from": BAD_CARRIER_SECONDS},
    {"kind": "undelivered", "code": None, "from": BAD_CARRIER_SECONDS},
]
"""Fault rules of a carrier that takes every text and delivers none, for reasons of the route."""

QIANFO: Final = "511921100208"

_NUOJIANG: Final = "511921100"

_TONGJIANG: Final = "511921"


class ScenarioName(StrEnum):
    """Names of the scenarios."""

    TONGJIANG_2022 = "tongjiang-2022"
    QIANFO_2022 = "qianfo-2022"
    RAIN_2022 = "rain-2022"


class Carrier(StrEnum):
    """How the carriers serve the drill."""

    GOOD = "good"
    """One carrier, which works; every phone of the roster is in service."""
    BAD = "bad"
    """Some first phones are dead, and the first of two carriers begins to lose all texts."""


@dataclass(frozen=True)
class Scenario:
    """A drill's setting; all codes are statistical division codes."""

    name: ScenarioName
    village: str
    """The village in which the informant raises the alert."""
    towns: tuple[str, ...]
    """Towns to which the commander widens the alert; empty if it stays in the village."""
    seat: str
    """The division whose officer is the commander and sees the whole area."""
    commander: str
    """The commander's id in the synthetic roster."""
    households: int
    people: int
    answer_within: int
    """Story seconds to answer a roll-call, enough for this machine to process all answers."""
    gauges: tuple[GaugePlan, ...] = ()
    """The gauges with which the story begins; without any an informant begins it."""

    @property
    def area(self) -> tuple[str, ...]:
        """The divisions over which the roster is spread."""
        return self.towns or (self.village,)

    @property
    def leader_title(self) -> str:
        """The commander's title."""
        return "commander" if self.commander.startswith("commander") else "duty officer"

    @property
    def informant(self) -> str:
        """The id of the officer who raises the alert."""
        return f"informant-{self.village}"


_QIANFO_2022: Final = Scenario(
    name=ScenarioName.QIANFO_2022,
    village=QIANFO,
    towns=(),
    seat=_NUOJIANG,
    commander=f"commander-{_NUOJIANG}",
    households=120,
    people=310,
    answer_within=240,
)

SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            name=ScenarioName.TONGJIANG_2022,
            village=QIANFO,
            towns=(
                "511921001",  # 壁州街道, the county's seat
                _NUOJIANG,  # 诺江镇
                "511921101",  # 民胜镇
                "511921102",  # 火炬镇
                "511921103",  # 广纳镇
                "511921114",  # 毛浴镇
                "511921118",  # 新场镇
                "511921121",  # 春在镇
            ),
            seat=_TONGJIANG,
            commander=f"duty-{_TONGJIANG}",
            households=2292,
            people=5898,
            answer_within=420,
        ),
        _QIANFO_2022,
        replace(_QIANFO_2022, name=ScenarioName.RAIN_2022, gauges=GAUGES),
    )
}
