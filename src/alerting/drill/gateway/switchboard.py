"""Simulate phone calls, which are answered by a person, by voicemail or not at all."""

import asyncio
import math
from typing import Final
from urllib.parse import urljoin
from xml.etree import ElementTree

from alerting.drill.city.handsets import Handsets
from alerting.drill.gateway.callbacks import Callbacks
from alerting.drill.gateway.calls import EVENT_OF_STATUS, FINAL_STATUSES, Call, Script
from alerting.drill.gateway.poster import Poster
from alerting.drill.gateway.twiml import Gather, Hangup, Redirect, Wait, parse_verbs
from alerting.drill.story_time import seeded
from alerting.drill.timers import StoryClock, utc_now

_SET_UP_SECONDS: Final = 1.0  # story time until the phone rings

_RING_SECONDS: Final = (3.0, 15.0)

_VOICEMAIL_AFTER: Final = 20.0

_KEY_SECONDS: Final = 2.0

_DETECTION_SECONDS: Final = 3.0

_PATIENCE_SECONDS: Final = 300.0  # story time after which the person hangs up

_FETCH_SECONDS: Final = 15.0  # real time to fetch a script; then the call fails

_NOT_RUNG: Final = {"busy": "busy", "dead": "failed"}
"""Final status of a call to a phone that does not ring."""


class Switchboard:
    """All calls; each call runs in story time, in a task of its own."""

    def __init__(
        self, clock: StoryClock, poster: Poster, callbacks: Callbacks, handsets: Handsets, seed: int
    ) -> None:
        self._clock = clock
        self._poster = poster
        self._callbacks = callbacks
        self._handsets = handsets
        self._random = seeded(seed, "calls")
        self.calls: dict[str, Call] = {}

    def place(self, call: Call) -> None:
        """Start a call."""
        self.calls[call.sid] = call
        call.task = asyncio.create_task(self._run(call))

    def newest(self, to: str | None, from_: str | None) -> list[Call]:
        """Return the calls with these numbers, newest first; None matches any number."""
        return [
            call
            for call in reversed(self.calls.values())
            if to in {None, call.to} and from_ in {None, call.from_}
        ]

    def hang_up(self, call: Call, status: str) -> None:
        """End a call at the service's request, as 'completed' or 'canceled'."""
        if call.task is not None:
            call.task.cancel()
        self._end(call, status)

    def redirect(self, call: Call, script: Script) -> None:
        """Continue a call with another script."""
        call.script = script
        if call.conversation is not None:
            call.conversation.cancel()

    def close(self) -> None:
        """End the tasks of all calls."""
        for call in self.calls.values():
            if call.task is not None:
                call.task.cancel()

    async def _run(self, call: Call) -> None:
        self._report(call, "initiated")
        await self._clock.sleep(_SET_UP_SECONDS)
        self._move(call, "ringing")
        answer = self._handsets.pick_up(call.to)
        if answer in _NOT_RUNG:
            self._end(call, _NOT_RUNG[answer])
            return
        rings = _VOICEMAIL_AFTER if answer == "voicemail" else self._random.uniform(*_RING_SECONDS)
        if answer == "rings" or rings > call.timeout:
            await self._clock.sleep(call.timeout)
            self._end(call, "no-answer")
            return
        await self._clock.sleep(rings)
        await self._talk(call, "human" if answer == "answers" else "machine_start")

    async def _talk(self, call: Call, answered_by: str) -> None:
        call.started_at = utc_now()
        call.answered_story = self._clock.now()
        self._move(call, "in-progress")
        detecting = asyncio.create_task(self._detect(call, answered_by))
        try:
            if not call.detection.is_async:
                await asyncio.wait({detecting})
            await self._talk_on(call)
        finally:
            detecting.cancel()
        self._end(call, "completed")

    async def _detect(self, call: Call, answered_by: str) -> None:
        """Detect who answered; the script waits for the result unless detection is asynchronous."""
        if not call.detection.is_on:
            return
        await self._clock.sleep(_DETECTION_SECONDS)
        call.answered_by = answered_by
        if call.detection.is_async:
            form = call.detection_form(round(_DETECTION_SECONDS * 1000))
            self._callbacks.report(call.detection.callback, form)

    async def _talk_on(self, call: Call) -> None:
        redirected = True
        while redirected:
            call.conversation = asyncio.create_task(self._converse(call))
            try:
                await asyncio.wait({call.conversation})
            finally:
                redirected = call.conversation.cancelled()
                call.conversation.cancel()

    async def _converse(self, call: Call) -> None:
        try:
            async with self._clock.timeout(_PATIENCE_SECONDS):
                script: Script | None = call.script
                while script is not None:
                    script = await self._play(call, script)
        except TimeoutError:
            return

    async def _play(self, call: Call, script: Script) -> Script | None:
        """Play one script; return the next script, or None if the call ends."""
        for verb in await self._open(call, script):
            match verb:
                case Wait(seconds):
                    await self._clock.sleep(seconds)
                case Gather():
                    digits = await self._gather(call, verb)
                    if digits or verb.report_silence:
                        target = urljoin(script.url, verb.action)
                        return await self._fetch(call, target, {"Digits": digits})
                case Redirect(url):
                    return Script(urljoin(script.url, url))
                case Hangup():
                    return None
        return None

    async def _open(self, call: Call, script: Script) -> list[Wait | Gather | Redirect | Hangup]:
        """Return the verbs of a script; none if it cannot be fetched or parsed."""
        if script.twiml is None:
            script = await self._fetch(call, script.url, {})
        try:
            return parse_verbs(script.twiml or "")
        except ElementTree.ParseError:
            return []

    async def _fetch(self, call: Call, url: str, extra: dict[str, str]) -> Script:
        form = call.form(call.status) | extra
        return Script(url, await self._poster.post(url, form, _FETCH_SECONDS) or "")

    async def _gather(self, call: Call, verb: Gather) -> str:
        await self._clock.sleep(verb.prompt)
        key = self._handsets.press_key(call.to)
        if key is None:
            await self._clock.sleep(verb.timeout)
            return ""
        await self._clock.sleep(_KEY_SECONDS)
        return key if verb.digits is None else key[: verb.digits]

    def _end(self, call: Call, status: str) -> None:
        call.ended_at = utc_now()
        if status == "completed" and call.answered_story is not None:
            call.seconds = max(1, math.ceil(self._clock.now() - call.answered_story))
        elif status in FINAL_STATUSES:
            call.seconds = 0
        self._move(call, status)

    def _move(self, call: Call, status: str) -> None:
        call.status = status
        call.updated_at = utc_now()
        self._report(call, status)

    def _report(self, call: Call, status: str) -> None:
        if EVENT_OF_STATUS[status] in call.events:
            self._callbacks.report(call.status_callback, call.progress_form(status))
