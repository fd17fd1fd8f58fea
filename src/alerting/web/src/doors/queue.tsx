/** Reports that are unsent or refused; always in sight. */

import type { JSX } from "preact";
import { number, texts } from "../language";
import { isUnsent } from "./entry";
import { EntryLine } from "./entry_line";
import type { DoorsStore } from "./doors_store";

const t = texts(
  {
    unsent: (count: string) => `${count} 条尚未发送：有网络时自动发送，请保留本页`,
    refused: "服务没有接受以下上报：",
    stranded: (name: string, count: string) =>
      `本机还有 ${name} 的 ${count} 条尚未发送：等本人重新登录后发送`,
  },
  {
    unsent: (count) => `${count} not yet sent: sent by itself once there is a network`,
    refused: "The service did not take these reports:",
    stranded: (name, count) =>
      `${count} by ${name} not yet sent from this phone: they wait until ${name} signs in again`,
  },
);

export function Queue({ store }: { store: DoorsStore }): JSX.Element {
  const { entries, stranded } = store.outbox;
  const unsent = entries.value.filter(isUnsent).length;
  const refused = entries.value.filter(({ state }) => state === "refused");
  return (
    <>
      <div role="status" class="queue">
        {unsent > 0 && (
          <p class="waiting">
            <span aria-hidden="true">↑</span> {t().unsent(number(unsent))}
          </p>
        )}
        {stranded.value.map(({ officerName, count }) => (
          <p key={officerName} class="waiting">
            <span aria-hidden="true">↑</span> {t().stranded(officerName, number(count))}
          </p>
        ))}
      </div>
      {refused.length > 0 && (
        <section class="refused" role="alert">
          <p>{t().refused}</p>
          {refused.map((entry) => (
            <EntryLine key={entry.id} entry={entry} store={store} named />
          ))}
        </section>
      )}
    </>
  );
}
