/** Shown for a page that cannot be fetched: the data stored on this device, with a link to it. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { dayAndTime, texts } from "../language";
import { statusOf, type Session } from "../session";
import { Shell } from "../shell";
import { keptHere, type KeptHere } from "./kept_here";
import "./away.css";

const t = texts("away.page");

export function Away({ session }: { session: Session | null }): JSX.Element {
  return (
    <Shell title={t().title} status={session ? statusOf(session) : "Actual"}>
      <div class="away">
        <p role="status">{t().told}</p>
        {session ? <Kept officer={session.me.id} /> : <p>{t().nothing}</p>}
        <button type="button" onClick={() => location.reload()}>
          {t().again}
        </button>
      </div>
    </Shell>
  );
}

function Kept({ officer }: { officer: string }): JSX.Element {
  const kept = useSignal<KeptHere | null>(null);
  useEffect(() => {
    void keptHere(officer).then((found) => (kept.value = found));
  }, [officer]);
  const { unsent = 0, doors = 0, askedAt = 0 } = kept.value ?? {};
  return (
    <section>
      <h2>{t().kept}</h2>
      <ul>
        {askedAt > 0 && <li>{t().doors({ count: doors, at: dayAndTime(new Date(askedAt)) })}</li>}
        <li>{t().unsent({ count: unsent })}</li>
      </ul>
      <p class="away-links">
        <a class="button primary" href="/doors">
          {t().toDoors}
        </a>
        <a class="button" href="/raise">
          {t().toRaise}
        </a>
      </p>
    </section>
  );
}
