/** Stores values that the service finds unlikely, after the user has confirmed them. */

import { Refusal } from "../client";
import { confirmAction } from "../confirm_dialog";
import { list, texts } from "../language";

const t = texts("office.doubts");

/** Send a request; if the service doubts it, ask the user and send it confirmed. Throws Refusal. */
export async function sendUnlessDoubted(
  send: (confirmed: boolean) => Promise<unknown>,
): Promise<void> {
  try {
    await send(false);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "doubtful") throw error;
    const words: Readonly<Record<string, string>> = t();
    const text = list(error.reasons.map((each) => words[each] ?? each));
    if (!(await confirmAction({ title: t().title, text, action: t().store }))) throw error;
    await send(true);
  }
}
