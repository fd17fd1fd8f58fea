/** The phone's storage fails: which reports would be lost, and what the officer can do. */

import type { JSX } from "preact";
import { alertTime } from "../alert_time";
import { texts, time } from "../language";
import type { DoorsStore } from "./doors_store";
import { deedName } from "./words";

const t = texts(
  {
    unkept:
      "以下上报没有存下，也没有发出！请不要关闭本页：点“再存一次”；仍不行，请马上打电话上报。",
    failing:
      "手机存不下数据（空间已满，或浏览器不允许）：刚才的操作可能没有存下。请腾出空间，再点一次。",
    again: "再存一次",
  },
  {
    unkept:
      "These reports are neither kept nor sent! Leave this page open: press 'Keep them'. If that fails, report by telephone at once.",
    failing:
      "The phone cannot keep data (no space, or not allowed): your last step may not be kept. Free some space and press again.",
    again: "Keep them",
  },
);

export function StorageTrouble({ store }: { store: DoorsStore }): JSX.Element | null {
  const { deeds, isFailing } = store.unkept;
  if (deeds.value.length === 0 && !isFailing.value) return null;
  if (deeds.value.length === 0)
    return (
      <p class="refused storage-trouble" role="alert">
        {t().failing}
      </p>
    );
  return (
    <section class="refused storage-trouble" role="alert">
      <p>{t().unkept}</p>
      <ul>
        {deeds.value.map(({ draft, pressedAt }) => (
          <li key={`${pressedAt} ${draft.about}`}>
            {draft.about} · <strong>{deedName(draft.deed)}</strong>{" "}
            {time(alertTime(store.clock, pressedAt))}
          </li>
        ))}
      </ul>
      <button type="button" class="primary" onClick={() => void store.keepAgain()}>
        {t().again}
      </button>
    </section>
  );
}
