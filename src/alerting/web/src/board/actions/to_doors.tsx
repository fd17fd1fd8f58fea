/** Switches a village to doors: officers knock at once, without waiting for texts and calls. */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { confirmAction } from "../../confirm_dialog";
import { get, post } from "../../client";
import type { DarkBody } from "../../api";
import { number, texts } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { useQuery } from "../panels/use_query";
import { placeName } from "../panels/places";
import { Drawer, type ActionProps } from "./action";
import { villagesOf } from "./villages";

const t = texts("board.to_doors");

export function ToDoors({ alert, feed, division, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const chosen = useSignal("");
  const path = { alert_id: alert.id };
  const dark = useQuery<readonly DarkBody[]>(
    feed,
    () => get("/api/alerts/{alert_id}/dark-villages", { path }),
    { kinds: ["village.dark"] },
    String(alert.id),
  );
  const villages = useComputed(() => villagesOf(feed.state.value?.tallies ?? {}, division)).value;
  const isDark = (code: string): boolean =>
    dark.value.value?.some((each) => each.division === code) ?? false;
  const village = villages.find(({ code }) => code === chosen.value);

  const press = (): Promise<void> =>
    mutation.run(chosen.value, async (key) => {
      if (!village) return null;
      const name = placeName(village.code);
      const counts = [
        [t().households, number(village.households)],
        [t().people, number(village.people)],
      ] as const;
      if (!(await confirmAction({ title: t().title({ name }), counts, action: t().act })))
        return null;
      const body = { division: village.code };
      await post("/api/alerts/{alert_id}/doors", { path, body, key });
      done();
      return t().done({ name });
    });

  return (
    <Drawer
      mutation={mutation}
      label={t().act}
      press={press}
      disabled={!village || isDark(village.code)}
    >
      <p>{t().what}</p>
      <label>
        {t().village}
        <select value={chosen.value} onChange={(e) => (chosen.value = e.currentTarget.value)}>
          <option value="">{t().choose}</option>
          {villages.map(({ code, people }) => (
            <option key={code} value={code} disabled={isDark(code)}>
              {t().option({ name: placeName(code), people })}
              {isDark(code) && t().dark}
            </option>
          ))}
        </select>
      </label>
    </Drawer>
  );
}
