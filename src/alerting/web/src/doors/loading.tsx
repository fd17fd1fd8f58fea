/** Shown until the phone's storage is open, or if it cannot be opened. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "../language";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { StorageFailure } from "./device";
import { Doors } from "./doors";
import { DoorsStore } from "./doors_store";

const t = texts("doors.loading");

export function Loading({ session }: { session: Session }): JSX.Element {
  const store = useSignal<DoorsStore | null>(null);
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    DoorsStore.open(session).then(
      (opened) => (store.value = opened),
      (error: unknown) => (failure.value = error),
    );
  }, [session]);
  if (store.value) return <Doors store={store.value} />;
  const isClosed = failure.value instanceof StorageFailure;
  return (
    <Shell title={t().title} me={session.me} status={statusOf(session)}>
      {isClosed ? (
        <p class="refused" role="alert">
          {t().closed}
        </p>
      ) : (
        <p>{t().opening}</p>
      )}
      <Failure error={isClosed ? null : failure.value} />
    </Shell>
  );
}
