/** The report of the alert, and its bulletin: plain text to paste into a work group. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { get } from "../client";
import { language, texts } from "../language";
import { Failure } from "../shell";
import { useMutation } from "./panels/use_mutation";

const t = texts("board.report_links");

interface ReportLinksProps {
  readonly alert: number;
  /** The division that the board shows. */
  readonly division: string;
}

export function ReportLinks({ alert, division }: ReportLinksProps): JSX.Element {
  const mutation = useMutation();
  const bulletin = useSignal<string | null>(null);
  const query = { division, lang: language.value };
  const copy = (): Promise<void> =>
    mutation.run("bulletin", async () => {
      const { text } = await get("/api/alerts/{alert_id}/bulletin", {
        path: { alert_id: alert },
        query,
      });
      bulletin.value = text;
      return (await isCopied(text)) ? t().copied : t().select;
    });
  return (
    <section class="report-links">
      <a href={`/alerts/${alert}/report?${new URLSearchParams(query)}`}>{t().report}</a>
      <a href={`/api/alerts/${alert}/roll.pdf?${new URLSearchParams(query)}`}>{t().roll}</a>
      <button type="button" disabled={mutation.busy.value} onClick={copy}>
        {t().copy}
      </button>
      <span role="status">{mutation.told.value}</span>
      <Failure error={mutation.error.value} />
      {bulletin.value !== null && (
        <textarea readOnly rows={10} aria-label={t().bulletin} value={bulletin.value} />
      )}
    </section>
  );
}

/** Copy a text; browsers allow it only on secure pages, and some only without a wait. */
async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
