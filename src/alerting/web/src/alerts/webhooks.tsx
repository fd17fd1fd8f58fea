/** The state of each webhook, for administrators, with the button that resends dead letters. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { DeadLetterBody, WebhookBody } from "../api";
import { get, post } from "../client";
import { dayAndTime, number, texts } from "../language";
import { Failure } from "../shell";

const t = texts("alerts.webhooks");

const EVERY_MS = 10_000;

/** The webhooks of the caller's division; nothing if the policy has none. */
export function Webhooks(): JSX.Element | null {
  const hooks = useSignal<readonly WebhookBody[]>([]);
  const failure = useSignal<unknown>(null);
  async function refresh(): Promise<void> {
    try {
      hooks.value = await get("/api/webhooks");
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => {
    void refresh();
    const polling = setInterval(() => void refresh(), EVERY_MS);
    return () => clearInterval(polling);
  }, []);
  if (hooks.value.length === 0 && failure.value === null) return null;
  return (
    <section aria-labelledby="webhooks">
      <h2 id="webhooks">{t().title}</h2>
      <Failure error={failure.value} />
      <ul>
        {hooks.value.map((hook) => (
          <Hook key={hook.name} hook={hook} changed={refresh} />
        ))}
      </ul>
    </section>
  );
}

interface HookProps {
  readonly hook: WebhookBody;
  readonly changed: () => Promise<void>;
}

function Hook({ hook, changed }: HookProps): JSX.Element {
  const isFailing = hook.failures > 0;
  const facts = [
    [t().waiting, number(hook.waiting)],
    [t().delivered, hook.delivered_at ? dayAndTime(hook.delivered_at) : t().never],
    isFailing && [t().failures, number(hook.failures)],
    isFailing && hook.failing_since && [t().since, dayAndTime(hook.failing_since)],
    isFailing && hook.next_try_at && [t().next, dayAndTime(hook.next_try_at)],
  ].filter((fact): fact is [string, string] => Boolean(fact));
  return (
    <li class="alert note">
      <span class="what">
        <span class={`severity${isFailing ? " red" : ""}`}>
          {isFailing ? t().failing : t().well}
        </span>
        <strong class="event">{hook.name}</strong>
      </span>
      <span class="address">{hook.url}</span>
      <dl class="facts">
        {facts.map(([label, value]) => [<dt key={label}>{label}</dt>, <dd>{value}</dd>])}
      </dl>
      {hook.problem && <span class="address">{hook.problem}</span>}
      {hook.dead_letters > 0 && <Letters hook={hook} changed={changed} />}
    </li>
  );
}

/** The dead letters; they are fetched when somebody unfolds them. */
function Letters({ hook, changed }: HookProps): JSX.Element {
  const letters = useSignal<readonly DeadLetterBody[]>([]);
  const failure = useSignal<unknown>(null);
  const told = useSignal("");
  const path = { name: hook.name };
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }
  const show = (): Promise<void> =>
    attempt(async () => {
      const found = await get("/api/webhooks/{name}/dead-letters", { path });
      letters.value = found.dead_letters;
    });
  const again = (): Promise<void> =>
    attempt(async () => {
      await post("/api/webhooks/{name}/dead-letters/send-again", { path });
      told.value = t().asked;
      await Promise.all([changed(), show()]);
    });
  return (
    <>
      <details onToggle={(event) => event.currentTarget.open && void show()}>
        <summary>{t().dead({ count: hook.dead_letters })}</summary>
        <ul class="letters">
          {letters.value.map(({ alert, seq, at, problem }) => (
            <li key={`${alert} ${seq}`}>
              <a href={`/board/${alert}`}>{t().entry({ alert, seq })}</a> · {dayAndTime(at)} ·{" "}
              {problem}
            </li>
          ))}
        </ul>
      </details>
      <button type="button" onClick={again}>
        {t().again}
      </button>
      <Failure error={failure.value} />
      <p role="status">{told.value}</p>
    </>
  );
}
