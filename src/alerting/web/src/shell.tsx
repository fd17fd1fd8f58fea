/** The frame of every page: officer, language, age of the data, and whether it is real. */

import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Status } from "./api";
import { confirmAction, ConfirmDialog } from "./confirm_dialog";
import { mayTryAgain, reachable, Refusal } from "./client";
import { unsentBy } from "./doors/sign_out_cleanup";
import { duration, language, number, setLanguage, texts } from "./language";
import { signOut, type Me } from "./me";

const t = texts(
  {
    alerts: "预警",
    offline: "没有网络：看到的是之前的内容",
    stale: (age: string) => `内容已过时 ${age}：正在重新连接`,
    exercise: "演练 EXERCISE · 不是真实预警",
    test: "测试 TEST · 不是真实预警",
    away: "没有连上服务。请再试一次。",
    doors: "入户",
    leave: "退出",
    leaving: "再次登录需要新的链接。",
    unsent: (reports: number) =>
      `还有 ${number(reports)} 条报告没有发出。退出后留在本机，等您在本机再次登录才发出。`,
    unkept: (reports: number) =>
      `还有 ${number(reports)} 条报告没有存下，也没有发出。退出就会丢失：请先打电话上报。`,
    leaveAnyway: "仍然退出",
    other: "English",
  },
  {
    alerts: "Alerts",
    offline: "No network: what you see is from before",
    stale: (age) => `Out of date by ${age}: connecting again`,
    exercise: "演练 EXERCISE · not a real alert",
    test: "测试 TEST · not a real alert",
    away: "The service could not be reached. Try again.",
    doors: "Doors",
    leave: "Sign out",
    leaving: "Signing in again takes a new link.",
    unsent: (reports) =>
      `Reports not sent yet: ${number(reports)}. They stay on this device, and are sent only after you have signed in here again.`,
    unkept: (reports) =>
      `Reports neither kept nor sent: ${number(reports)}. Signing out loses them: report by telephone first.`,
    leaveAnyway: "Sign out all the same",
    other: "中文",
  },
);

export interface ShellProps {
  readonly title: string;
  readonly me?: Me;
  /** Status of the page's alert; anything but Actual is framed and named. */
  readonly status?: Status;
  /** A feed's `stale`. */
  readonly stale?: ReadonlySignal<number | null>;
  /** Reports in the page's memory only; signing out loses them. */
  readonly unkept?: ReadonlySignal<readonly unknown[]>;
  readonly children: ComponentChildren;
}

/** A page inside its frame. */
export function Shell({
  title,
  me,
  status = "Actual",
  stale,
  unkept,
  children,
}: ShellProps): JSX.Element {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    document.body.dataset["status"] = status;
  }, [status]);
  return (
    <div class="frame">
      <header class="bar">
        <Practice status={status} />
        <div class="head">
          <h1>{title}</h1>
          <LanguageSwitch />
        </div>
        <Freshness stale={stale} />
      </header>
      {me && <Personal me={me} unkept={unkept} />}
      <main>{children}</main>
      <ConfirmDialog />
    </div>
  );
}

/** An error in words; empty without one. */
export function Failure({ error }: { error: unknown }): JSX.Element | null {
  if (error === null || error === undefined) return null;
  const reasons = error instanceof Refusal ? error.reasons : [];
  const told =
    error instanceof Refusal ? error.message : mayTryAgain(error) ? t().away : String(error);
  return (
    <div class="refused" role="alert">
      <p>{told}</p>
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface PersonalProps {
  readonly me: Me;
  readonly unkept: ShellProps["unkept"] | undefined;
}

/** The officer, the link to the alerts, and signing out. */
function Personal({ me, unkept }: PersonalProps): JSX.Element {
  async function leave(): Promise<void> {
    const unsent = await unsentBy(me.id);
    // Read last: a report that the storage took meanwhile is among the unsent.
    const lost = unkept?.value.length ?? 0;
    const warnings = [lost && t().unkept(lost), unsent && t().unsent(unsent)].filter(Boolean);
    const text = [...warnings, t().leaving].join(" ");
    const question = warnings.length
      ? { text, action: t().leaveAnyway, danger: true }
      : { text, action: t().leave };
    if (await confirmAction({ title: t().leave, ...question })) await signOut();
  }
  return (
    <nav class="personal">
      <span class="who">{me.name}</span>
      <a href="/">{t().alerts}</a>
      <a href="/doors">{t().doors}</a>
      <button type="button" class="plain" onClick={leave}>
        {t().leave}
      </button>
    </nav>
  );
}

function Practice({ status }: { status: Status }): JSX.Element | null {
  if (status === "Actual") return null;
  return <div class="exercise">{status === "Test" ? t().test : t().exercise}</div>;
}

function Freshness({ stale }: { stale: ReadonlySignal<number | null> | undefined }): JSX.Element {
  const age = stale?.value ?? null;
  // The age changes each second: announce that the board is stale, not every second of it.
  return (
    <div role="status">
      {age !== null && (
        <div class="told stale">
          <span aria-hidden="true">⚠</span> {t().stale(duration(age))}
        </div>
      )}
      {age === null && !reachable.value && (
        <div class="told offline">
          <span aria-hidden="true">⚠</span> {t().offline}
        </div>
      )}
    </div>
  );
}

function LanguageSwitch(): JSX.Element {
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <button type="button" lang={other} onClick={() => setLanguage(other)}>
      {t().other}
    </button>
  );
}
