/** The import of hazard points from a GeoJSON file, after a preview of exactly the same changes. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { HazardPointPreviewBody } from "../../api";
import { upload } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { Changes } from "../changes";
import { Faults } from "../roster/faults";

const t = texts("office.points");

/** The import form; `done` is called after a file was imported. */
export function PointImport({ done }: { done: () => void }): JSX.Element {
  const file = useSignal<File | null>(null);
  const preview = useSignal<HazardPointPreviewBody | null>(null);
  const isDone = useSignal(false);
  const isBusy = useSignal(false);
  const failure = useSignal<unknown>(null);
  async function attempt(work: (file: File) => Promise<void>): Promise<void> {
    if (file.value === null || isBusy.value) return;
    isBusy.value = true;
    isDone.value = false;
    failure.value = null;
    try {
      await work(file.value);
    } catch (error) {
      failure.value = error;
    }
    isBusy.value = false;
  }
  async function look(chosen: File): Promise<void> {
    preview.value = await upload("/api/office/hazard-points/preview", { file: chosen });
  }
  async function store(chosen: File): Promise<void> {
    const query = { token: preview.value?.changes?.token ?? "" };
    await upload("/api/office/hazard-points/imports", { query, file: chosen });
    preview.value = null;
    isDone.value = true;
    done();
  }
  const found = preview.value;
  return (
    <details class="columns">
      <summary>{t().import}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(look);
        }}
      >
        <p class="hint">{t().importHint}</p>
        <label for="points-file">{t().file}</label>
        <input
          id="points-file"
          type="file"
          required
          accept=".geojson,.json"
          onChange={(event) => {
            file.value = event.currentTarget.files?.[0] ?? null;
            preview.value = failure.value = null;
            isDone.value = false;
          }}
        />
        <button type="submit" class="primary" disabled={isBusy.value}>
          {t().lookFirst}
        </button>
      </form>
      <Failure error={failure.value} />
      {found && found.faults.length > 0 && (
        <Faults faults={found.faults} at={({ line }) => t().feature({ number: line })} />
      )}
      {found?.changes && (
        <section aria-label={t().import}>
          <p>{t().unchanged({ count: found.changes.unchanged })}</p>
          <Changes changes={found.changes.changes} />
          <button
            type="button"
            class="primary"
            disabled={isBusy.value}
            onClick={() => void attempt(store)}
          >
            {t().store}
          </button>
        </section>
      )}
      <p role="status">{isDone.value && t().imported}</p>
    </details>
  );
}
