/** The log of an alert: live from the feed, earlier events from the service. */

import { batch, useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { AlertStateBody } from "../../api";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { texts, time } from "../../language";
import { Query } from "./use_query";
import { isNameless, linesOf, merged, whoOf, type LogEvent, type LogLine } from "./log_lines";
import { saidOf } from "./log_words";
import { Panel } from "./panel";
import { placeName } from "./places";

const t = texts("board.log");

const PAGE = 100;
/** Limit on events held by a board that stays open for days; earlier ones are read again. */
const KEPT = 2000;

export interface LogProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly division: string;
}

export function Log({ alert, feed, division }: LogProps): JSX.Element {
  const { log, error, isWhole, earlier } = useLog(feed, alert.id, division);
  const lines = linesOf(log.value);
  const newest = lines[0];
  return (
    <Panel
      id="panel-log"
      title={t().title}
      told={newest ? t().told({ at: time(newest.last.at), said: saidOf(newest.last) }) : t().empty}
      tone="plain"
      error={error.value}
    >
      <ol class="panel-list log" tabIndex={0}>
        {lines.map((line) => (
          <Line key={line.last.seq} of={line} />
        ))}
      </ol>
      {!isWhole.value && (
        <button type="button" onClick={() => void earlier()}>
          {t().earlier}
        </button>
      )}
    </Panel>
  );
}

function Line({ of }: { of: LogLine }): JSX.Element {
  const { last, count } = of;
  const where = last.division && placeName(last.division);
  return (
    <li>
      <time dateTime={last.at}>{time(last.at)}</time>
      <span>
        {saidOf(last)} {count > 1 && <b>{t().times({ count })}</b>}{" "}
        <small>{[where, ...whoOf(of)].filter(Boolean).join(" · ")}</small>
      </span>
    </li>
  );
}

interface ReadLog {
  readonly log: Signal<readonly LogEvent[]>;
  readonly error: Signal<unknown>;
  readonly isWhole: Signal<boolean>;
  earlier(): Promise<void>;
}

function useLog(feed: Feed, alert_id: number, division: string): ReadLog {
  const log = useSignal<readonly LogEvent[]>([]);
  const error = useSignal<unknown>(null);
  const isWhole = useSignal(false);

  async function read(before: number | undefined): Promise<void> {
    try {
      const query = { division, limit: PAGE, ...(before === undefined ? {} : { before }) };
      const page = await get("/api/alerts/{alert_id}/log", { path: { alert_id }, query });
      batch(() => {
        log.value = merged(log.value, page);
        isWhole.value ||= page.length < PAGE;
        error.value = null;
      });
    } catch (failure) {
      error.value = failure;
    }
  }

  const newest = useMemo(() => new Query(() => read(undefined)), [feed, alert_id, division]);
  useEffect(() => {
    log.value = [];
    isWhole.value = false;
    void newest.refresh();
    const end = feed.listen((events) => {
      const here = events.filter((event) => isOf(event, division));
      if (!here.length) return;
      log.value = merged(log.value, here).slice(0, KEPT);
      // The feed carries ids, so names need a query.
      if (linesOf(log.value).some(isNameless)) newest.hint();
    });
    return () => {
      end();
      newest.close();
    };
  }, [newest]);

  return { log, error, isWhole, earlier: () => read(log.value.at(-1)?.seq) };
}

/** Return whether an event belongs to a division: in it or above it, as the service rules. */
function isOf({ division: place }: { division: string }, division: string): boolean {
  return place.startsWith(division) || division.startsWith(place);
}
