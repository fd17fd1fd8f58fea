/** The start of a page: the signed-in officer, the service's settings, and rendering. */

import "./theme.css";
import { render, type JSX } from "preact";
import { alertClock, alertTime, type AlertClock } from "./alert_time";
import type { SettingsBody, Status } from "./api";
import { get, Refusal } from "./client";
import type { Part } from "./catalogue";
import { fallback, preferred, speak, texts, timeZone } from "./language";
import { SESSION_KEY } from "./session_key";
import { forget, type Me } from "./me";
import { Failure, Shell } from "./shell";

const t = texts("shared.shell");

/** The context of every page, stored on the device so that a page opens without a network. */
export interface Session {
  readonly me: Me;
  readonly settings: SettingsBody;
  /** The alert clock; in a drill it is requested again every few seconds. */
  clock: AlertClock;
}

const UNAUTHORISED = 401;
/** Longest wait for an answer before the stored session is shown. */
const PATIENCE_MS = 2_000;
/** Interval at which a drill's clock, whose speed changes, is requested again. */
const FOLLOW_MS = 2_000;

/** Render a page for the signed-in officer; anybody else is sent to sign in. */
export async function start(part: Part, page: (session: Session) => JSX.Element): Promise<void> {
  // Browsers offer no service worker on a page that was not loaded over HTTPS.
  void navigator.serviceWorker?.register("/sw.js");
  const kept = remembered();
  const slow = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  // The texts are loaded while the service answers.
  const answer = asked();
  await speak(preferred() ?? fallback(await homeLanguage(kept, answer)), part);
  let shown: Session | null = null;
  function show(session: Session): void {
    // Rendering again discards input, so skip it if the answer equals the stored session.
    if (shown && isSame(shown, session)) return;
    if (shown) draw(null);
    draw(page(begun((shown = session))));
  }
  if (kept && (await Promise.race([answer, slow])) === null) show(kept);
  const { session, error } = await answer;
  if (session) show(session);
  else if (error instanceof Refusal && error.status === UNAUTHORISED) await forget();
  else if (kept) show(kept);
  else draw(<Shell title={t().product}>{<Failure error={error} />}</Shell>);
}

interface Answer {
  readonly session?: Session;
  readonly error?: unknown;
}

/** Ask the service who is signed in. A failure is returned as a value: it may be awaited late. */
function asked(): Promise<Answer> {
  return current().then(
    (session) => ({ session }),
    (error: unknown) => ({ error }),
  );
}

async function homeLanguage(
  kept: Session | null,
  answer: Promise<Answer>,
): Promise<string | undefined> {
  return (kept ?? (await answer).session)?.settings.home_language;
}

/** Render a page that needs no signed-in officer. */
export function draw(page: JSX.Element | null): void {
  const place = document.getElementById("app");
  if (place) render(page, place);
}

/** Return the alert time now. */
export function now(session: Session): Date {
  return alertTime(session.clock, Date.now());
}

/** Return the status of pages that are about no alert: Exercise if the service runs a drill. */
export function statusOf(session: Session): Status {
  return session.settings.is_drill ? "Exercise" : "Actual";
}

async function current(): Promise<Session> {
  const [me, settings] = await Promise.all([get("/api/me"), get("/api/settings")]);
  const session = { me, settings, clock: alertClock(settings, Date.now()) };
  localStorage.setItem(SESSION_KEY, JSON.stringify(session));
  return session;
}

/** Return whether two sessions are equal except for the time. */
function isSame(one: Session, other: Session): boolean {
  const [mine, theirs] = [one, other].map(({ me, settings }) =>
    JSON.stringify([me, { ...settings, clock_speed: null, alert_now: null }]),
  );
  return mine === theirs;
}

function begun(session: Session): Session {
  timeZone.value = session.settings.time_zone;
  clearInterval(following);
  if (session.settings.is_drill) following = setInterval(() => void follow(session), FOLLOW_MS);
  return session;
}

let following: ReturnType<typeof setInterval> | undefined;

/** Set a session's clock by the service's; without an answer it runs on unchanged. */
async function follow(session: Session): Promise<void> {
  const settings = await get("/api/settings").catch(() => null);
  if (settings) session.clock = alertClock(settings, Date.now());
}

/** Return the session stored on this device; null without one. */
export function remembered(): Session | null {
  const kept = localStorage.getItem(SESSION_KEY);
  return kept === null ? null : (JSON.parse(kept) as Session);
}
