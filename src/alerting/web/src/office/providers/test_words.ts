/** The state of a test text in words. */

import type { PhoneTestBody } from "../../api";
import { texts, time } from "../../language";

const t = texts("office.test_states");
const page = texts("office.providers");
const failures = texts("office.failures");
/** Time after which an unsent test text is no longer sent, in milliseconds. */
const LASTS_MS = 300_000;
const LOST: readonly string[] = ["undelivered", "failed", "cancelled"];

/** Return the reason in words why a provider did not accept a message. */
export function reason(failure: keyof ReturnType<typeof failures>, code: number | null): string {
  return failures()[failure] + (code === null ? "" : page().code({ code: String(code) }));
}

/** Return the state of a test text in words. */
export function stateOf(test: PhoneTestBody): string {
  const at = time(test.reported_at ?? test.asked_at);
  const code = test.error_code === null ? "" : page().code({ code: String(test.error_code) });
  if (test.reported === "delivered") return t().delivered({ time: at });
  if (LOST.includes(test.reported ?? "")) return t().lost({ time: at, code });
  if (test.reported === "sent") return t().sent;
  if (test.outcome === "accepted") return t().accepted;
  if (test.outcome === "unknown") return t().unknown;
  if (test.outcome === "refused")
    return t().refused({ reason: reason(test.failure ?? "unlisted", test.error_code) });
  if (test.started_at !== null) return t().sending;
  return Date.now() - Date.parse(test.asked_at) > LASTS_MS ? t().late : t().waiting;
}
