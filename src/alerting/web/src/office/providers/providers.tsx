/** The providers: the health of each, a check of all, and a test text to the user's own phone. */

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { CheckBody } from "../../api";
import { language, texts } from "../../language";
import { Failure } from "../../shell";
import { Provider } from "./provider";
import { ProviderStore } from "./provider_store";

const t = texts("office.providers");

export function ProvidersPage(): JSX.Element {
  const store = useMemo(() => new ProviderStore(), []);
  useEffect(() => {
    void store.look();
    return () => store.close();
  }, [store]);
  const found = store.found.value;
  return (
    <>
      <p class="hint">{t().explain}</p>
      <Failure error={store.attempts.failure.value} />
      {found?.phone === null && (
        <p class="lack">
          {t().noPhone} <a href="/admin/officers">{t().add}</a>
        </p>
      )}
      <div role="status">{found?.providers.length === 0 && <p>{t().none}</p>}</div>
      <ul class="rows">
        {found?.providers.map((each) => (
          <Provider key={each.name} store={store} shown={each} phone={found.phone} />
        ))}
      </ul>
      {found?.phone && <p class="hint">{t().testing}</p>}
      <button type="button" disabled={store.attempts.busy.value} onClick={() => void store.look()}>
        {t().again}
      </button>
      <Checks store={store} />
    </>
  );
}

function Checks({ store }: { store: ProviderStore }): JSX.Element {
  const { checking, checks } = store;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">{t().checked}</h2>
      <button type="button" disabled={checking.busy.value} onClick={() => void store.check()}>
        {t().check}
      </button>
      <Failure error={checking.failure.value} />
      <div role="status">{checking.busy.value && <p>{t().checking}</p>}</div>
      <ul class="rows">
        {checks.value?.map((each, at) => (
          <Check key={at} check={each} />
        ))}
      </ul>
    </section>
  );
}

/** A finding in the words of `alerting doctor`, in Chinese or else in English. */
function Check({ check }: { check: CheckBody }): JSX.Element {
  const { provider, chinese, part, severity, said, remedy } = check;
  const isChinese = language.value === "zh" && chinese !== "";
  return (
    <li>
      <p>
        <strong>{provider}</strong> {t()[severity]}
      </p>
      {isChinese && <p>{chinese}</p>}
      {!isChinese && <p lang="en">{part === "clock" ? `clock: ${said}` : said}</p>}
      {!isChinese && remedy && <p lang="en">→ {remedy}</p>}
    </li>
  );
}
