/** The choice of the officer who watches a hazard point. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { WatcherBody } from "../../api";
import { get } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import type { PointDraft } from "./point_draft";

const t = texts("office.points");

export function Watcher({ draft }: { draft: PointDraft }): JSX.Element {
  const { division, watcher } = draft.fields.value;
  const officers = useSignal<readonly WatcherBody[]>([]);
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    get("/api/office/hazard-points/watchers", { query: { division } }).then(
      (found) => (officers.value = found),
      (error: unknown) => (failure.value = error),
    );
  }, [division]);
  const isListed = officers.value.some(({ id }) => id === watcher);
  return (
    <>
      <label for="point-watcher">{t().watcher}</label>
      <select
        id="point-watcher"
        value={watcher}
        onChange={(event) => draft.change({ watcher: event.currentTarget.value })}
      >
        <option value="">–</option>
        {watcher && !isListed && <option value={watcher}>{watcher}</option>}
        {officers.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <Failure error={failure.value} />
    </>
  );
}
