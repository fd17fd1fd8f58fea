/** Texts that could not be parsed: an officer reads each as a report or dismisses it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AlertStateBody, ReadingBody, TextBody } from "../../api";
import { OF_TEXTS } from "../event_kinds";
import { get, post } from "../../client";
import type { Feed } from "../../feed";
import { texts, time } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { nameOf, Shape } from "../../standing";
import { sound } from "../sound";
import { CameIn } from "./came_in";
import { useMutation } from "./use_mutation";
import { useQuery } from "./use_query";
import { Panel } from "./panel";
import { covers, placeName, villageOf } from "./places";
import { Rows } from "./rows";
import { words } from "./words";

const t = texts("board.waiting_texts");

const READ_AS = [
  "evacuated",
  "needs_help",
  "staying",
  "elsewhere",
] as const satisfies readonly ReadingBody["report"][];

export interface TextsProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: string;
}

export function WaitingTexts({ alert, feed, session, division }: TextsProps): JSX.Element {
  const query = useQuery<readonly TextBody[]>(
    feed,
    () => get("/api/texts"),
    { kinds: OF_TEXTS, state: ({ total }) => total },
    String(alert.id),
  );
  const found = (query.value.value ?? []).filter((text) => concerns(text, alert.id, division));
  const suspected = found.filter((text) => text.suspected);
  const others = found.filter((text) => !text.suspected);
  useSoundOfNew(query.value.value === null ? null : suspected.map((text) => text.provider_id));
  const mayRead = session.me.role !== "administrator" && session.me.role !== "informant";
  return (
    <Panel
      id="panel-texts"
      title={t().title}
      told={
        query.value.value === null
          ? words().loading
          : suspected.length
            ? t().suspected({ count: suspected.length })
            : found.length
              ? t().told({ count: found.length })
              : t().none
      }
      tone={suspected.length ? "danger" : found.length ? "caution" : "plain"}
      error={query.error.value}
    >
      {/* Screen readers announce words only in a live region that existed before them. */}
      <div aria-live="assertive">
        {suspected.length > 0 && (
          <p class="called is-needs_help">
            <Shape of="needs_help" /> <b>{t().suspected({ count: suspected.length })}</b>
          </p>
        )}
      </div>
      {[suspected, others].map((listed, place) => (
        <Rows
          key={place}
          of={listed}
          row={(text) => (
            <Text
              key={text.provider_id}
              of={text}
              alert={alert.id}
              mayRead={mayRead}
              done={() => void query.refresh()}
            />
          )}
        />
      ))}
      <CameIn alert={alert.id} feed={feed} division={division} />
    </Panel>
  );
}

/** Sounds when a new suspected call for help arrives; `suspected` is null before it is loaded. */
function useSoundOfNew(suspected: readonly string[] | null): void {
  const before = useRef<ReadonlySet<string> | null>(null);
  const ids = suspected?.join(" ");
  useEffect(() => {
    if (suspected === null) return;
    const known = before.current;
    before.current = new Set(suspected);
    if (suspected.some((id) => !known?.has(id))) sound();
  }, [ids]);
}

/** A stranger's text may be about any alert, so it is listed on the board of each. */
function concerns({ alert, household }: TextBody, shown: number, division: string): boolean {
  return (alert ?? shown) === shown && (household === null || covers(division, household));
}

interface TextProps {
  readonly of: TextBody;
  readonly alert: number;
  readonly mayRead: boolean;
  readonly done: () => void;
}

function Text({ of, alert, mayRead, done }: TextProps): JSX.Element {
  const mutation = useMutation();
  const household = useSignal("");
  const from =
    of.household === null
      ? t().stranger
      : `${placeName(villageOf(of.household))} · ${t().from({ code: of.household })}`;

  const settle = (report: (typeof READ_AS)[number] | null): Promise<void> =>
    mutation.run(`${of.provider_id}/${report}`, async (key) => {
      const named = household.value.trim();
      await post("/api/texts/{provider_id}/settle", {
        path: { provider_id: of.provider_id },
        body: {
          report,
          alert: of.alert ?? alert,
          note: "",
          ...(named ? { household: named } : {}),
        },
        key,
      });
      done();
      return report ? t().done({ word: nameOf(report) }) : t().put;
    });

  return (
    <li class="case">
      {of.body && <blockquote>{of.body}</blockquote>}
      {of.reason === "a part of a long text is missing" && <p>{t().incomplete}</p>}
      {of.media.map((link, place) => (
        <a key={link} href={link} target="_blank" rel="noreferrer noopener">
          {t().picture({ place: place + 1 })}
        </a>
      ))}
      <div class="case-owner">
        {time(of.received_at)} · {from} · <a href={`tel:${of.sender}`}>{of.sender}</a>
      </div>
      {mayRead && (
        <div class="case-acts">
          {of.household === null && (
            <label>
              {t().household}
              <input
                inputMode="numeric"
                value={household.value}
                onInput={(e) => (household.value = e.currentTarget.value)}
              />
            </label>
          )}
          <div class="choices" role="group" aria-label={t().read}>
            {READ_AS.map((report) => (
              <button
                type="button"
                key={report}
                disabled={mutation.busy.value || (of.household === null && !household.value.trim())}
                onClick={() => settle(report)}
              >
                {nameOf(report)}
              </button>
            ))}
            <button
              type="button"
              class="plain"
              disabled={mutation.busy.value}
              onClick={() => settle(null)}
            >
              {t().aside}
            </button>
          </div>
          <Failure error={mutation.error.value} />
          <p role="status">{mutation.told.value}</p>
        </div>
      )}
    </li>
  );
}
