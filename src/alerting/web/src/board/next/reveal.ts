/** Unfolds parts of the board and scrolls to them. */

/** Unfold the part with this id, scroll to it and focus it, once it is rendered. */
export function reveal(id: string): void {
  setTimeout(() => {
    const part = document.getElementById(id);
    if (!part) return;
    unfold(id);
    part.scrollIntoView({ block: "start" });
    part.querySelector<HTMLElement>("summary, button")?.focus({ preventScroll: true });
  });
}

/** Unfold the part with this id. */
export function unfold(id: string): void {
  const part = document.getElementById(id);
  if (part instanceof HTMLDetailsElement) part.open = true;
}
