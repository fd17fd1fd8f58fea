"""The summary of a drill's gauges: what they reported, and what the service told officers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerting.drill.agents.gauge import Gauge
from alerting.drill.gauges.news import Counts, News
from alerting.drill.gauges.plans import Trouble


@dataclass(frozen=True)
class GaugeStory:
    """The gauges' part of the drill's summary."""

    readings: int
    """Number of readings that the service accepted."""
    yellow_tellings: int
    """How often officers were told that a gauge is yellow."""
    proposals: int
    """Number of alerts that gauges proposed."""
    crossings: int
    """How often the flapping gauge reached its yellow threshold."""
    flapping_suppressed: int
    """How often the flapping gauge turned yellow again and nobody was told."""
    silent_noticed: int
    """Number of notifications that the dead gauge is silent, minus those that it is back."""
    clock_wrong_noticed: int
    """How often officers were told that a gauge's clock is wrong."""
    seconds_red_to_alert: float | None
    """Story seconds from the first red value to the alert; None if the alert came first."""

    @property
    def shortcomings(self) -> dict[str, bool]:
        """Possible faults of the warning chain by description; True for a fault that occurred."""
        return {
            "no reading of a gauge was taken": not self.readings,
            "nobody was told that a gauge is yellow": not self.yellow_tellings,
            f"the gauges proposed {self.proposals} alerts instead of one": self.proposals != 1,
            "officers were told each time that a gauge flapped": not self.flapping_suppressed,
            f"the silence of a gauge was told {self.silent_noticed} times instead of once": (
                self.silent_noticed != 1
            ),
            f"a gauge's wrong clock was told {self.clock_wrong_noticed} times instead of once": (
                self.clock_wrong_noticed != 1
            ),
            "no gauge was red before the alert": self.seconds_red_to_alert is None,
        }


def story_of_gauges(
    gauges: Sequence[Gauge], counts: Counts, proposals: int, began: datetime | None
) -> GaugeStory:
    """Return the gauges' summary; `began` is the instant of the alert."""

    def told(news: News, trouble: Trouble) -> int:
        return sum(counts[each.plan.name, news] for each in gauges if each.plan.trouble is trouble)

    return GaugeStory(
        readings=sum(len(gauge.values) for gauge in gauges),
        yellow_tellings=sum(counts[gauge.plan.name, News.YELLOW] for gauge in gauges),
        proposals=proposals,
        crossings=sum(g.crossings for g in gauges if g.plan.trouble is Trouble.FLAPS),
        flapping_suppressed=told(News.SUPPRESSED, Trouble.FLAPS),
        silent_noticed=told(News.SILENT, Trouble.DIES) - told(News.BACK, Trouble.DIES),
        clock_wrong_noticed=told(News.CLOCK_WRONG, Trouble.LIES),
        seconds_red_to_alert=_seconds(gauges, began),
    )


def _seconds(gauges: Iterable[Gauge], began: datetime | None) -> float | None:
    if began is None:
        return None
    red = [gauge.red_at for gauge in gauges if gauge.red_at and gauge.red_at <= began]
    return round((began - min(red)).total_seconds(), 1) if red else None
