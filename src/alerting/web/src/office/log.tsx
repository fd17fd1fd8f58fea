/** The log of administration: who changed what, with old and new values, newest first. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AdministrationBody } from "../api";
import { get } from "../client";
import { dayAndTime, texts } from "../language";
import { Failure } from "../shell";
import { Changes } from "./changes";

const t = texts("office.log");
/** The number of entries that the service gives at a time. */
const PAGE = 50;

export function Log(): JSX.Element {
  const entries = useSignal<readonly AdministrationBody[] | null>(null);
  const isAll = useSignal(false);
  const failure = useSignal<unknown>(null);
  async function more(): Promise<void> {
    const before = entries.value?.at(-1)?.id;
    try {
      const query = before === undefined ? {} : { before };
      const found = await get("/api/administration", { query });
      entries.value = [...(entries.value ?? []), ...found];
      isAll.value = found.length < PAGE;
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => void more(), []);
  return (
    <>
      <Failure error={failure.value} />
      {entries.value?.length === 0 && <p>{t().none}</p>}
      <ol class="log">
        {entries.value?.map((entry) => (
          <li key={entry.id}>
            <p>
              <time dateTime={entry.at}>{dayAndTime(entry.at)}</time>{" "}
              <strong>{t()[entry.act]}</strong> {entry.name || entry.officer}{" "}
              <span class="code">{entry.division}</span>
            </p>
            {entry.reason && <p>{t().reason({ reason: entry.reason })}</p>}
            <Changes changes={entry.details} />
          </li>
        ))}
      </ol>
      {entries.value !== null && !isAll.value && (
        <button type="button" onClick={() => void more()}>
          {t().more}
        </button>
      )}
    </>
  );
}
