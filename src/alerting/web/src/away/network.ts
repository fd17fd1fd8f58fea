/** Waits until the service answers again. */

const PAUSE_MS = 5_000;

/** Call `back` when the service answers; it is asked every few seconds while there is a network. */
export function whenBack(back: () => void): void {
  async function ask(): Promise<void> {
    const answer = navigator.onLine ? await fetch("/healthz").catch(() => null) : null;
    if (answer?.ok) back();
    else setTimeout(() => void ask(), PAUSE_MS * (0.75 + Math.random() / 2));
  }
  void ask();
  addEventListener("online", back, { once: true });
}
