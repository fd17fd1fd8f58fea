/** Shown until the phone's storage is open, or if it cannot be opened. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "../language";
import { statusOf, type Session } from "../session";
import { Failure, Shell } from "../shell";
import { Doors } from "./doors";
import { DoorsStore } from "./doors_store";

const t = texts(
  { title: "入户核查", opening: "正在打开…", closed: "浏览器不让本页保存数据：请关闭无痕模式。" },
  {
    title: "Doors",
    opening: "Opening…",
    closed: "The browser does not let this page keep anything: leave private browsing.",
  },
);

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
  return (
    <Shell title={t().title} me={session.me} status={statusOf(session)}>
      <p>{failure.value === null ? t().opening : t().closed}</p>
      <Failure error={failure.value} />
    </Shell>
  );
}
