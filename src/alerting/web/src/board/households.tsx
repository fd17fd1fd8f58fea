/** Households sorted by danger; one opens to its evidence and its actions. */

import { useSignal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Feed } from "../feed";
import { duration, number, texts } from "../language";
import type { Session } from "../session";
import { StandingBadge } from "../standing";
import { secondsSince, timeShown } from "./alert_clock";
import type { Home } from "./homes";
import { isOpen } from "./homes";
import { Household } from "./household";
import { whyVulnerable } from "../vulnerable";
import { rowsAtFirst } from "./wide";

const t = texts("board.households");

const AT_ONCE = 40;

export interface HouseholdsProps {
  readonly alert: number;
  readonly feed: Feed;
  readonly session: Session;
  readonly homes: ReadonlySignal<readonly Home[]>;
  /** Whether `homes` holds every household of the division. */
  readonly isWhole: boolean;
  /** Whether `homes` is loaded yet. */
  readonly isKnown: boolean;
  /** Number of households whose names are needed. */
  readonly wanted: Signal<number>;
  /** Code of the opened household. */
  readonly opened: Signal<string | null>;
}

export function Households(props: HouseholdsProps): JSX.Element {
  const { homes, isWhole, isKnown, wanted, opened } = props;
  const showsAll = useSignal(false);
  const most = useSignal(rowsAtFirst(AT_ONCE));
  const chosen = homes.value.filter(
    (home) => showsAll.value || isOpen(home) || home.code === opened.value,
  );
  const shown = chosen.filter(({ code }, place) => place < most.value || code === opened.value);

  function readOn(): void {
    most.value += AT_ONCE;
    wanted.value = Math.max(wanted.value, most.value + AT_ONCE);
  }
  return (
    <>
      <div class="choose" role="group">
        {[false, true].map((all) => (
          <button
            key={String(all)}
            type="button"
            aria-pressed={showsAll.value === all}
            onClick={() => (showsAll.value = all)}
          >
            {all ? t().all : t().open}
          </button>
        ))}
      </div>
      {!isWhole && <p class="why">{t().first}</p>}
      {!isKnown && <p>{t().loading}</p>}
      {isKnown && shown.length === 0 && <p>{t().nobody}</p>}
      <ul class="households">
        {shown.map((home) => (
          <Row key={home.code} {...props} home={home} />
        ))}
      </ul>
      {chosen.length > most.value && (
        <button type="button" onClick={readOn}>
          {t().more} ({number(chosen.length - most.value)})
        </button>
      )}
    </>
  );
}

function Row(props: HouseholdsProps & { home: Home }): JSX.Element {
  const { home, opened, alert, feed, session } = props;
  const isOpened = opened.value === home.code;
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isOpened) return;
    line.current?.scrollIntoView({ block: "nearest" });
    line.current?.querySelector("button")?.focus();
  }, [isOpened]);
  const { code, standing, known, headcount, people, vulnerable } = home;
  return (
    <li ref={line} class={isOpened ? "opened" : ""}>
      <button
        type="button"
        class="row"
        aria-expanded={isOpened}
        onClick={() => (opened.value = isOpened ? null : code)}
      >
        <StandingBadge of={standing} />
        <span class="who">
          <b>{known?.head ?? t().unnamed({ code: code.slice(-4) })}</b> {known?.address}
        </span>
        <span class="count">{t().people({ missing: inDanger(people), all: headcount })}</span>
        <span class="why">
          {vulnerable && <b class="vulnerable">{whyVulnerable(vulnerable)}</b>}
          {isOpen(home) && known && (
            <LastWord at={known.last_word_at} shown={timeShown(session, feed)} />
          )}
        </span>
      </button>
      {isOpened && <Household alert={alert} feed={feed} home={home} />}
    </li>
  );
}

function LastWord({ at, shown }: { at: string | null; shown: Date }): JSX.Element {
  if (at === null) return <span>{t().silent}</span>;
  return <span>{t().heard({ ago: duration(secondsSince(at, shown)) })}</span>;
}

function inDanger(people: Readonly<Record<string, number>>): number {
  return (people["unaccounted"] ?? 0) + (people["needs_help"] ?? 0) + (people["staying"] ?? 0);
}
