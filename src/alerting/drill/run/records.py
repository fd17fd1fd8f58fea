"""The records of which a drill's summary is made."""

from dataclasses import dataclass
from typing import Any

from alerting.drill.gauges.story import GaugeStory
from alerting.drill.run.suspected_story import SuspectedStory
from alerting.drill.service.hosting import Killed


@dataclass(frozen=True)
class Records:
    """The records of the service and the provider at the end of the drill."""

    households: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    stats: dict[str, Any]
    tasks: list[dict[str, Any]]
    help: dict[str, Any]
    """Help cases, and the share resolved."""
    officers: list[dict[str, Any]]
    roll_calls: list[dict[str, Any]]
    asked_of_neighbours: list[dict[str, Any]]
    """The households about which a neighbour was asked, each with its evidence."""
    closed: bool
    all_clear: bool
    ledger_agrees: bool
    killed: list[Killed]
    spared: list[str]
    suspected: SuspectedStory
    gauges: GaugeStory | None
    """None if the scenario has no gauges."""
