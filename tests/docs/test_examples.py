"""The deployment examples can be parsed, and use only metrics and settings that exist."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from alerting.config import Loops, Settings
from tests.support.running import Running

EXAMPLES: Final = Path(__file__).parents[2] / "docs/examples"


def exported(told: str) -> set[str]:
    """Return the names of all time series in a scrape, including those without a sample."""
    ends = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
    return {
        f"{family.name}{end}"
        for family in text_string_to_metric_families(told)
        for end in ends.get(family.type, [""])
    }


def expressions_of_rules() -> list[str]:
    told = yaml.safe_load((EXAMPLES / "prometheus_rules.yaml").read_text("utf-8"))
    return [rule["expr"] for group in told["groups"] for rule in group["rules"]]


def expressions_of_board() -> list[str]:
    told = json.loads((EXAMPLES / "grafana_board.json").read_text("utf-8"))
    return [target["expr"] for panel in told["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_running_service_has_the_metrics_of_rules_and_board(service: Running) -> None:
    status, told = await service.get("/metrics", "commander")
    assert status == 200
    for expressions in (expressions_of_rules(), expressions_of_board()):
        named = {name for each in expressions for name in re.findall(r"alerting_\w+", each)}
        assert len(named) >= 6
        assert named - exported(told) == set()


def test_settings_of_the_compose_file_exist() -> None:
    text = (EXAMPLES / "compose.yaml").read_text("utf-8")
    named = set(re.findall(r"ALERTING_(\w+)", text))
    assert {"DATABASE_URL", "NATS_URL"} <= named
    assert {name.lower() for name in named} - Settings.model_fields.keys() == set()


def test_processes_of_the_compose_file_share_out_all_loops() -> None:
    told: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose.yaml").read_text("utf-8"))
    commands = [each.get("command", "") for each in told["services"].values()]
    roles = [command.rpartition("--loops ")[2] for command in commands if "--loops" in command]
    assert sorted(roles) == [Loops.API, Loops.API, Loops.DELIVER, Loops.ESCALATE]
