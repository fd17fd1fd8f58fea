/** Brings a part of the board before the reader. */

/** Unfold the part with this id, scroll to it and focus it, once it is rendered. */
export function reveal(id: string): void {
  setTimeout(() => {
    const part = document.getElementById(id);
    if (!part) return;
    if (part instanceof HTMLDetailsElement) part.open = true;
    part.scrollIntoView({ block: "start" });
    part.querySelector<HTMLElement>("summary, button")?.focus({ preventScroll: true });
  });
}
