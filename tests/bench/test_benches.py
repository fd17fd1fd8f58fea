"""Each bench runs end to end at a small size and writes its figures."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    "send": ("--deliveries", "40"),
    "answer": ("--households", "300", "--connections", "8", "--seconds", "0.2"),
    "feed": ("--households", "200", "--boards", "8", "--pace", "200"),
    "plan": ("--households", "200"),
    "growth": (
        *("--households", "200", "--households", "400"),
        *("--answers", "5", "--frames", "1"),
    ),
    "reconnect": ("--clients", "72"),
    "roster": ("--households", "100"),
    "office": ("--households", "100", "--printed", "20"),
    "siege": ("--households", "20", "--seconds", "2"),
    "cluster": (
        *("--households", "300", "--deliveries", "40"),
        *("--connections", "8", "--seconds", "0.2"),
    ),
}
FIGURES = {
    "send": {
        "to_bare_sdk",
        "sends_per_second",
        "bare_sends_per_second",
        "seconds_40",
        "to_arithmetic_limit",
        "sends_per_second_with_callbacks",
        "to_bare_sdk_with_callbacks",
    },
    "answer": {
        "storage_free_per_second",
        "sqlite_single_per_second",
        "sqlite_grouped_per_second",
        "sqlite_single_to_storage_free",
        "sqlite_grouped_to_storage_free",
        "postgres_grouped_per_second",
        "postgres_grouped_to_storage_free",
        "idiomatic_per_second",
        "times_idiomatic",
        "p50_ms",
        "p99_ms",
        "postgres_p50_ms",
        "postgres_p99_ms",
    },
    "feed": {
        "p50_ms",
        "p99_ms",
        "p50_ms_from_response",
        "p99_ms_from_response",
        "answers_per_second",
        "frames_per_second",
        "kilobytes_per_second",
        "service_cpu_seconds",
        "boards_as_fresh",
        "boards_dropped",
        "predictions",
    },
    "plan": {
        "to_insert_select_200",
        "peak_mib",
        *(
            f"{engine}_{what}_200"
            for engine in ("sqlite", "postgresql")
            for what in ("to_insert_select", "seconds", "insert_select_seconds", "peak_mib")
        ),
    },
    "growth": {
        "answer_400_to_200",
        "frame_400_to_200",
        "frame_sending_400_to_200",
        *(
            f"{engine}_{what}{kind}_400_to_200"
            for engine in ("sqlite", "postgresql")
            for what in ("answer", "frame", "frame_sending")
            for kind in ("", "_wait")
        ),
        *(
            f"{engine}_{what}_{kind}_{size}"
            for engine in ("sqlite", "postgresql")
            for what in ("answer", "frame", "frame_sending")
            for kind in ("cpu_ms", "ms")
            for size in (200, 400)
        ),
        *(
            f"{engine}_counting_ms_{size}"
            for engine in ("sqlite", "postgresql")
            for size in (200, 400)
        ),
    },
    "reconnect": {
        "seconds_all_back",
        "seconds_half_back",
        "gaps",
        "resets",
        "connections",
        "failed_attempts",
        "answers",
        "bare_seconds_all_back",
        "to_bare",
    },
    "roster": {
        "households",
        *(f"{what}_{unit}" for what in ("import", "preview") for unit in ("seconds", "mebibytes")),
    },
    "office": {
        *("households", "printed", "sqlite_mebibytes", "postgres_mebibytes"),
        *(f"{what}_{unit}" for what in ("roll", "cards") for unit in ("seconds", "mebibytes")),
        *(
            f"{store}_year_{year}_{step}_seconds"
            for store in ("sqlite", "postgres")
            for year in (1, 2)
            for step in ("preview", "import")
        ),
    },
    "cluster": {
        *(f"{what}_per_second_{n}" for what in ("answers", "texts") for n in (1, 2, 4)),
        *(f"{what}_{n}_to_1" for what in ("answers", "texts") for n in (2, 4)),
    },
}
ATTACKS = (
    *("taps", "long_texts", "junk_texts", "exercises", "keys", "fields", "half_open", "websockets"),
    *("corners", "forgeries"),
)
FIGURES["siege"] = {
    f"{store}{figure}"
    for store in ("", "postgres_")
    for figure in (
        *("answers_lost", "p50_ms", "p99_ms", "sign_in_ms"),
        *(f"attack_{each}" for each in ATTACKS),
        "attack_cpu_seconds",
    )
}
NONE_AT_BEST = {
    *("answers_lost", "postgres_answers_lost"),
    *("boards_dropped", "p50_ms_from_response", "predictions"),
    *("gaps", "resets", "failed_attempts"),
}
"""Figures that may be 0, or even less because a frame may be sent before the response.

Predictions are at least 2 s apart, which is longer than a small load.
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-P", "-m", "scripts.benches", *arguments)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.long
@pytest.mark.parametrize("name", SMALL)
def test_bench_runs_and_writes_its_figures(name: str, tmp_path: Path) -> None:
    done = run(name, *SMALL[name], "--rounds", "1", "--json", "found.json", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert set(found) == {"bench", "commit", "machine", "results"}
    assert found["bench"] == name
    assert set(found["results"]) == FIGURES[name]
    assert all(number > 0 for name, number in found["results"].items() if name not in NONE_AT_BEST)
    assert found["results"].get("boards_dropped", 0) == 0
    assert found["results"].get("gaps", 0) == 0
    assert {"cpu", "cores", "python", "sqlite"} <= set(found["machine"])
    assert all(figure in done.stdout for figure in FIGURES[name])


def test_command_line_imports_benches_only_when_run(tmp_path: Path) -> None:
    loaded = "import sys, scripts.benches.__main__; print('scripts.benches.send' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-P", "-c", loaded)
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.long
def test_unknown_bench_is_refused(tmp_path: Path) -> None:
    done = run("nonesuch", folder=tmp_path)
    assert done.returncode == 2
    assert "nonesuch" in done.stderr
