/** The frame of every page: officer, language, age of the data, and real alert or exercise. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Status } from "./api";
import { LANGUAGES } from "./catalogue";
import { confirmAction, ConfirmDialog } from "./confirm_dialog";
import { mayTryAgain, reachable, Refusal, Unreachable } from "./client";
import { unsentBy } from "./doors/sign_out_cleanup";
import { duration, language, setLanguage, texts } from "./language";
import { signOut, type Me } from "./me";

const t = texts("shared.shell");
const refusals = texts("shared.refusals");
/** The language of the service's own sentences. */
const SERVICE_LANGUAGE = "en";

export interface ShellProps {
  readonly title: string;
  readonly me?: Me;
  /** Status of the page's alert; anything but Actual is framed and named. */
  readonly status?: Status;
  /** The signal `stale` of the page's feed. */
  readonly stale?: ReadonlySignal<number | null>;
  /** Reports that are only in the page's memory, and are lost by signing out. */
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
          <LanguageChoice />
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
  if (!(error instanceof Refusal))
    return (
      <div class="refused" role="alert">
        <p>{mayTryAgain(error) ? t().away : String(error)}</p>
      </div>
    );
  const own = worded(error);
  const inChinese = language.value === "zh" && error.chinese !== "";
  return (
    <div class="refused" role="alert">
      <p>{own ?? error.message}</p>
      {inChinese ? <p>{error.chinese}</p> : <Details error={error} isTold={own === null} />}
    </div>
  );
}

/** The service's sentences, each once: the detail of a malformed request repeats its reasons. */
function Details({ error, isTold }: { error: Refusal; isTold: boolean }): JSX.Element {
  const { message, reasons } = error;
  const isReasons = message === reasons.join("; ");
  return (
    <>
      {!isTold && !isReasons && (
        <p class="details" lang={SERVICE_LANGUAGE}>
          {message}
        </p>
      )}
      {reasons.length > 0 && !(isTold && isReasons) && (
        <ul lang={SERVICE_LANGUAGE}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Return the reader's words for a refusal's code; null to show only the service's sentence. */
function worded({ code }: Refusal): string | null {
  if (language.value === SERVICE_LANGUAGE) return null;
  const words: Readonly<Record<string, string>> = refusals();
  return words[code] ?? null;
}

interface PersonalProps {
  readonly me: Me;
  readonly unkept: ShellProps["unkept"] | undefined;
}

/** The officer, the links to the other pages, and signing out. */
function Personal({ me, unkept }: PersonalProps): JSX.Element {
  async function leave(): Promise<void> {
    const unsent = await unsentBy(me.id);
    // Read this last: a report that was stored in the meantime already counts as unsent.
    const lost = unkept?.value.length ?? 0;
    const warnings = [
      lost && t().unkept({ reports: lost }),
      unsent && t().unsent({ reports: unsent }),
    ].filter(Boolean);
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
      <a href="/passkeys">{t().passkeys}</a>
      {me.role === "administrator" && <a href="/security">{t().security}</a>}
      {me.role === "administrator" && <a href="/admin/roster">{t().office}</a>}
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
  // The age changes each second: announce once that the board is stale, not each second.
  return (
    <div role="status">
      {age !== null && (
        <div class="told stale">
          <span aria-hidden="true">⚠</span> {t().stale({ age: duration(age) })}
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

/** The choice of language, each by its own name; nothing if there is only one. */
function LanguageChoice(): JSX.Element | null {
  const failure = useSignal<unknown>(null);
  async function choose(code: string): Promise<void> {
    failure.value = null;
    // A catalogue is fetched, which may fail without a network.
    await setLanguage(code).catch(() => (failure.value = new Unreachable(code)));
  }
  if (LANGUAGES.size < 2) return null;
  return (
    <>
      <select
        class="language"
        aria-label={t().language}
        value={language.value}
        onChange={(event) => void choose(event.currentTarget.value)}
      >
        {[...LANGUAGES].map(([code, { name, locale }]) => (
          <option key={code} value={code} lang={locale}>
            {name}
          </option>
        ))}
      </select>
      <Failure error={failure.value} />
    </>
  );
}
