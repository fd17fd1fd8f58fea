/** Announces new calls for help by sound, to screen readers, and on the page until acknowledged. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { FeedTallyBody } from "../api";
import { texts } from "../language";
import { Shape } from "../standing";
import { callsIn, newCalls, type Calls } from "./help_calls";
import { isAllowed, isOn, setSound, sound } from "./sound";

const t = texts("board.help_watch");

interface HelpWatchProps {
  readonly tallies: Readonly<Record<string, FeedTallyBody>>;
  readonly nameOf: (division: string) => string;
  readonly division: Signal<string>;
}

export function HelpWatch({ tallies, nameOf, division }: HelpWatchProps): JSX.Element {
  const before = useRef<Calls | null>(null);
  const unseen = useSignal<readonly string[]>([]);
  useEffect(() => {
    const now = callsIn(tallies);
    const fresh = newCalls(before.current, now);
    before.current = now;
    if (!fresh.length) return;
    unseen.value = [...new Set([...unseen.value, ...fresh])];
    sound();
  }, [tallies]);

  function show(): void {
    const place = unseen.value[0];
    if (place !== undefined) division.value = place;
    unseen.value = [];
  }
  // The live region must exist before its text, or screen readers would not announce it.
  return (
    <div class="help-watch" aria-live="assertive">
      {unseen.value.length > 0 && (
        <div class="called is-needs_help">
          <Shape of="needs_help" />
          <b>{t().called({ places: unseen.value.map(nameOf).join(" · ") })}</b>
          <button type="button" onClick={show}>
            {t().show}
          </button>
          <button type="button" onClick={() => (unseen.value = [])}>
            {t().seen}
          </button>
        </div>
      )}
    </div>
  );
}

/** The switch for the sound, with its state. */
export function SoundSwitch(): JSX.Element {
  const words = !isOn.value ? t().off : isAllowed.value ? t().on : t().press;
  return (
    <button
      type="button"
      class="sound"
      aria-pressed={isOn.value}
      onClick={() => setSound(!isOn.value)}
    >
      <Bell isOn={isOn.value} /> {words}
    </button>
  );
}

function Bell({ isOn: rings }: { isOn: boolean }): JSX.Element {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
    >
      <path d="M2.5 12.5h11c-1.6-1.2-1.6-2.6-1.6-5a3.9 3.9 0 0 0-7.8 0c0 2.4 0 3.8-1.6 5zM6.5 14.5h3" />
      {!rings && <path d="M2 2l12 12" />}
    </svg>
  );
}
