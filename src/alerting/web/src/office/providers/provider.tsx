/** One provider: its condition, latest attempts and waiting messages, and a test text by it. */

import type { JSX } from "preact";
import type { OfficeProviderBody } from "../../api";
import { dayAndTime, duration, number, share, texts } from "../../language";
import type { ProviderStore } from "./provider_store";
import { reason, stateOf } from "./test_words";

const t = texts("office.providers");

interface Props {
  readonly store: ProviderStore;
  readonly shown: OfficeProviderBody;
  /** The phone for test texts, with its middle masked; null if there is none. */
  readonly phone: string | null;
}

export function Provider({ store, shown, phone }: Props): JSX.Element {
  const { name, channel, condition, since, loses, test } = shown;
  return (
    <li>
      <p class={condition === "up" ? "" : "lack"}>
        <strong>{name}</strong> {t()[channel]} · {t()[condition]}{" "}
        {condition !== "up" && t().since({ time: dayAndTime(since) })}
      </p>
      {loses && <p class="lack">{t().loses}</p>}
      <Record shown={shown} />
      {channel === "sms" && phone !== null && (
        <button
          type="button"
          disabled={store.attempts.busy.value}
          aria-label={`${t().test({ phone })} ${name}`}
          onClick={() => void store.test(name)}
        >
          {t().test({ phone })}
        </button>
      )}
      <p role="status">{test && stateOf(test)}</p>
    </li>
  );
}

function Record({ shown }: { shown: OfficeProviderBody }): JSX.Element {
  const { accepted_at: accepted, failed, tried_lately: tried, failed_lately: lost } = shown;
  const { waiting: count, waits_for: waits } = shown;
  return (
    <>
      <p>{accepted ? t().accepted({ time: dayAndTime(accepted) }) : t().neverAccepted}</p>
      <p>
        {failed
          ? t().failed({
              time: dayAndTime(failed.at),
              reason: reason(failed.failure, failed.error_code),
            })
          : t().neverFailed}
      </p>
      <p>
        {tried > 0 ? t().lately({ tried: number(tried), share: share(lost / tried) }) : t().quiet}
      </p>
      <p>{waits !== null ? t().waiting({ count, time: duration(waits) }) : t().noneWaits}</p>
    </>
  );
}
