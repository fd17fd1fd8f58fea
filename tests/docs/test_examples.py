"""The examples of a deployment parse, and name what the service has."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client import Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase

from alerting import metrics
from alerting.config import Loops

EXAMPLES: Final = Path(__file__).parents[2] / "docs/examples"


def exported() -> set[str]:
    """Return the names of all time series."""
    names: set[str] = set()
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (said,) = metric.describe()
            ends = ("",)
            if isinstance(metric, Counter):
                ends = ("_total",)
            elif isinstance(metric, Histogram):
                ends = ("_bucket", "_count", "_sum")
            names |= {f"{said.name}{end}" for end in ends}
    return names


def expressions_of_rules() -> list[str]:
    told = yaml.safe_load((EXAMPLES / "prometheus_rules.yaml").read_text("utf-8"))
    return [rule["expr"] for group in told["groups"] for rule in group["rules"]]


def expressions_of_board() -> list[str]:
    told = json.loads((EXAMPLES / "grafana_board.json").read_text("utf-8"))
    return [target["expr"] for panel in told["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("expressions", [expressions_of_rules(), expressions_of_board()])
def test_metrics_of_rules_and_board_exist(expressions: list[str]) -> None:
    named = {name for each in expressions for name in re.findall(r"alerting_\w+", each)}
    assert len(named) >= 6
    assert named - exported() == set()


def test_processes_of_the_compose_file_share_out_all_loops() -> None:
    told: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose.yaml").read_text("utf-8"))
    commands = [each.get("command", "") for each in told["services"].values()]
    roles = [command.rpartition("--loops ")[2] for command in commands if "--loops" in command]
    assert sorted(roles) == [Loops.API, Loops.API, Loops.DELIVER, Loops.ESCALATE]
