"""Drill scenarios: the place, the number of people to move, and the provider's faults."""

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
"""Fault rules for the gateway; times are story seconds after the informant raises the alert."""

BAD_CARRIER_SECONDS: Final = 180.0
"""Story seconds after the alert at which the bad carrier begins to lose all texts."""

BAD_CARRIER: Final[list[dict[str, Any]]] = [
    {"kind": "undelivered", "probability": 0.5, "code": 30034, "from": BAD_CARRIER_SECONDS},
    {"kind": "undelivered", "probability": 0.5, "code": 30002, "from": BAD_CARRIER_SECONDS},
    {"kind": "undelivered", "code": None, "from": BAD_CARRIER_SECONDS},
]
"""Fault rules of a carrier that takes every text and delivers none, as a bad route does."""

QIANFO: Final = "511921100208"

_NUOJIANG: Final = "511921100"

_TONGJIANG: Final = "511921"


class ScenarioName(StrEnum):
    """Names of the scenarios."""

    TONGJIANG_2022 = "tongjiang-2022"
    QIANFO_2022 = "qianfo-2022"
    RAIN_2022 = "rain-2022"


class Carrier(StrEnum):
    """How well the carriers work in a drill."""

    GOOD = "good"
    """One carrier, which works; all phones in the roster are in service."""
    BAD = "bad"
    """Two carriers, of which the first begins to lose all texts; some first phones are dead."""


@dataclass(frozen=True)
class Scenario:
    """The setting of a drill; places are given by division codes."""

    name: ScenarioName
    village: str
    """The village in which the informant raises the alert."""
    towns: tuple[str, ...]
    """Towns to which the commander widens the alert; empty if it is not widened."""
    seat: str
    """The division of the commander, which contains the whole area."""
    commander: str
    """The commander's id in the synthetic roster."""
    households: int
    people: int
    answer_within: int
    """Story seconds for answers to a roll-call, so that this machine can process all of them."""
    gauges: tuple[GaugePlan, ...] = ()
    """Gauges whose readings lead to the alert; without gauges, an informant raises it."""

    @property
    def area(self) -> tuple[str, ...]:
        """The divisions in which the roster's households live."""
        return self.towns or (self.village,)

    @property
    def leader_title(self) -> str:
        """The commander's title in the drill's output."""
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
