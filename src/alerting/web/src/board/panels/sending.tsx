/** Progress of sending: how much is done, when the last text leaves, and each provider's health. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertStateBody, Condition, ProgressBody, SendingBody } from "../../api";
import { OF_ALERT, OF_SENDING } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { texts, time } from "../../language";
import { Cell } from "./cell";
import { useQuery } from "./use_query";
import { Panel, type Tone } from "./panel";
import { atStage, linesOf, STAGES, type Deliveries, type Line } from "./sending_sums";
import { tierName, words } from "./words";

const t = texts("board.sending");

const CONDITIONS: Record<
  Condition,
  readonly [sign: string, tone: Tone, word: "up" | "slowly" | "out"]
> = {
  up: ["✓", "well", "up"],
  slow: ["◆", "caution", "slowly"],
  down: ["▲", "danger", "out"],
};

export function Sending({ alert, feed }: { alert: AlertStateBody; feed: Feed }): JSX.Element {
  const query = useQuery<SendingBody>(
    feed,
    () => get("/api/alerts/{alert_id}/sending", { path: { alert_id: alert.id } }),
    {
      kinds: [...OF_SENDING, ...OF_ALERT],
      state: ({ deliveries }) => deliveries,
    },
    String(alert.id),
  );
  const found = query.value.value;
  const told = useComputed(() => feed.state.value?.deliveries ?? null).value;
  const lines = linesOf(told ?? nested(alert.deliveries));
  const isDown = found?.providers.some(({ condition }) => condition === "down") ?? false;
  return (
    <Panel
      id="panel-sending"
      title={t().title}
      told={found === null ? words().loading : summary(found, isDown)}
      tone={found?.finishes_late || isDown ? "danger" : found?.segments ? "caution" : "well"}
      error={query.error.value}
    >
      {found !== null && found.segments > 0 && (
        <p>{t().finish({ segments: found.segments, at: time(found.predicted_finish) })}</p>
      )}
      {found?.finishes_late && <p class="refused">{t().tooLate}</p>}
      {found && <Providers of={found} />}
      {told === null && <p class="panel-rate">{t().beyond}</p>}
      <Progress lines={lines} />
    </Panel>
  );
}

function summary(found: SendingBody, isDown: boolean): string {
  const said = found.segments
    ? t().waiting({ segments: found.segments, at: time(found.predicted_finish) })
    : t().done;
  return [said, found.finishes_late && t().late, isDown && t().down].filter(Boolean).join(" · ");
}

function Providers({ of }: { of: SendingBody }): JSX.Element | null {
  if (!of.providers.length) return null;
  return (
    <section>
      <h3>{t().providers}</h3>
      <ul class="panel-list">
        {of.providers.map(({ name, condition, since }) => {
          const [sign, tone, word] = CONDITIONS[condition];
          return (
            <li key={name} class="provider">
              <span class={`mark mark-${tone}`}>
                <span aria-hidden="true">{sign}</span> {t()[word]}
              </span>
              <strong>{name}</strong>
              <small>{t().since({ at: time(since) })}</small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Progress({ lines }: { lines: readonly Line[] }): JSX.Element {
  const stages = STAGES.filter((stage) => atStage(lines, stage) > 0 || stage === "arrived");
  const names = { ...t(), waiting: t().stillWaiting };
  return (
    <div class="panel-scroll" tabIndex={0}>
      <table class="panel-table">
        <thead>
          <tr>
            <th scope="col">{t().who}</th>
            {stages.map((stage) => (
              <th key={stage} scope="col">
                {names[stage]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.tier}/${line.channel}`}>
              <th scope="row">
                {tierName(line.tier)} · {channelName(line.channel)}
              </th>
              {stages.map((stage) => (
                <Cell key={stage} of={line.stages[stage]} isBad={stage === "lost"} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function channelName(channel: string): string {
  const known: Readonly<Record<string, string>> = {
    sms: t().sms,
    voice: t().voice,
    websocket: t().websocket,
    group: t().group,
  };
  return known[channel] ?? channel;
}

function nested(deliveries: readonly ProgressBody[]): Deliveries {
  const found: Record<string, Record<string, Record<string, number>>> = {};
  for (const { tier, channel, state, count } of deliveries)
    ((found[tier] ??= {})[channel] ??= {})[state] = count;
  return found;
}
