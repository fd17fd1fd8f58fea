"""The process answers one request per line, and ends when its stdin closes."""

import json
import subprocess
import sys

_COMMAND = (sys.executable, "-m", "alerting.work_groups.apprise_process", "5")


def asked(*requests: dict[str, object]) -> subprocess.Popen[str]:
    """Start the process, write requests to its stdin, and return it."""
    process = subprocess.Popen(
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin
    for request in requests:
        process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    return process


def test_requests_are_answered_by_their_ids() -> None:
    known = {"id": 1, "address": "json://127.0.0.1/x", "body": None}
    unknown = {"id": 2, "address": "nosuchservice://token", "body": None}
    with asked(known, unknown) as process:
        assert process.stdout
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, _ = process.communicate()
    assert sorted(answers, key=lambda answer: answer["id"]) == [
        {"id": 1, "verdict": "taken", "code": None},
        {"id": 2, "verdict": "invalid", "code": None},
    ]
    assert (rest, process.returncode) == ("", 0)


def test_process_ends_when_its_input_ends() -> None:
    with asked() as process:
        process.communicate()
    assert process.returncode == 0
