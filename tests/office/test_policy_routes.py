"""The policy over HTTP: read with its ladders; a policy file is tried without using it."""

from typing import Any

from tests.support.running import Json, Running


async def tried(service: Running, text: str) -> Json:
    status, told = await service.post("/api/office/policy/try", "administrator", {"text": text})
    assert status == 200, told
    result: Json = told
    return result


def steps(ladder: list[dict[str, Any]], action: str) -> list[float]:
    return [each["after"] for each in ladder if each["do"] == action]


async def test_values_in_force_and_ladders_are_shown(service: Running) -> None:
    status, told = await service.get("/api/office/policy", "administrator")
    assert status == 200
    values = {each["key"]: each for each in told["values"]}
    assert values["household.voice.tries"] == {
        "key": "household.voice.tries",
        "value": "3",
        "is_default": True,
    }
    assert (values["cap.sender"]["value"], values["cap.sender"]["is_default"]) == (
        "127.0.0.1",
        False,
    )
    ladders = told["ladders"]
    assert steps(ladders["household"], "voice") == [300, 400, 500]
    assert steps(ladders["vulnerable"], "voice") == [150, 200, 250]
    assert steps(ladders["officer"], "deputy") == [480]


async def test_trying_a_file_changes_nothing(service: Running) -> None:
    text = "[household.voice]\nspacing = 50\n"
    told = await tried(service, text)
    assert told["changes"] == [{"key": "household.voice.spacing", "before": "100", "after": "50"}]
    assert steps(told["ladders"]["household"], "voice") == [300, 350, 400]
    _, kept = await service.get("/api/office/policy", "administrator")
    assert steps(kept["ladders"]["household"], "voice") == [300, 400, 500]


async def test_problems_name_key_and_remedy(service: Running) -> None:
    told = await tried(service, "[household]\nvulnerable_factr = 1\n[alert]\nvalidity = -1\n")
    assert told["problems"] == [
        "alert.validity: write a number of seconds, from 0 to one year",
        "household.vulnerable_factr: there is no such key; did you mean vulnerable_factor?",
    ]
    assert (told["changes"], told["ladders"]) == ([], None)
    assert (await tried(service, "[alert"))["problems"][0].startswith("the policy is not TOML")


async def test_only_administrators_read_the_policy(service: Running) -> None:
    assert (await service.get("/api/office/policy", "commander"))[0] == 403
    told = await service.post("/api/office/policy/try", "commander", {"text": ""})
    assert told[0] == 403
