"""The process that posts to work groups: it reads requests from stdin, writes verdicts to stdout.

`alerting.work_groups.poster` starts it. It ends when stdin closes, as when its parent ends.
"""

import contextlib
import json
import re
import sys
import threading
from typing import Any, Final, TextIO

import apprise

from alerting.work_groups.poster import Posted, Verdict

_STATUS: Final = re.compile(r"\berror=(\d{3})\b")

_ASSET: Final = apprise.AppriseAsset(
    app_id="evacuation-alerting",
    app_desc="Emergency evacuation alerting",
    app_url="",
    # No time limit, because the parent has one. With a limit, apprise would use a small thread
    # pool, which slow groups fill up.
    service_timeout=0,
)


def main(seconds: float, requests: TextIO, answers: TextIO) -> None:
    """Answer request lines concurrently. Answers may come after `seconds`, or never.

    A request has an id, an address and a body. Without a body, only the address is checked.
    """
    writing = threading.Lock()

    def answer(request: dict[str, Any]) -> None:
        posted = _answered(request["address"], request["body"], seconds)
        said = {"id": request["id"], "verdict": posted.verdict, "code": posted.code}
        with writing:
            answers.write(json.dumps(said) + "\n")
            answers.flush()

    for line in requests:
        # A daemon thread, so that a service that never answers does not keep the process alive.
        threading.Thread(target=answer, args=(json.loads(line),), daemon=True).start()


def _answered(address: str, body: str | None, seconds: float) -> Posted:
    service = apprise.Apprise.instantiate(address, asset=_ASSET)
    if service is None:
        return Posted(Verdict.INVALID)
    if body is None:
        return Posted(Verdict.TAKEN)
    # Longer than the parent waits, so that a timeout is never reported as a refusal.
    service.socket_read_timeout = 2 * seconds
    groups = apprise.Apprise(asset=_ASSET)
    groups.add(service)
    result = groups.notify(body=body, body_format=apprise.NotifyFormat.TEXT)
    if result:
        return Posted(Verdict.TAKEN)
    found = [_STATUS.search(entry.message) for entry in result.logs()]
    codes = [int(one.group(1)) for one in found if one]
    return Posted(Verdict.REFUSED, codes[-1] if codes else None)


if __name__ == "__main__":
    # Plugins may print, and their output must not be mistaken for answers.
    with contextlib.redirect_stdout(sys.stderr):
        main(float(sys.argv[1]), sys.stdin, sys.__stdout__ or sys.stdout)
