/** The requests that send each kind of deed to the service. */

import { get, post } from "../client";
import type { Entry } from "./entry";
import type { Requests } from "./sender";

export const requests: Requests = {
  who: async () => (await get("/api/me")).id,
  send,
};

async function send({ alert, deed, key, givenAt }: Entry): Promise<void> {
  const path = { alert_id: alert };
  const told = { key, given_at: givenAt };
  switch (deed.kind) {
    case "confirm":
      return await post("/api/alerts/{alert_id}/confirm", { path });
    case "report": {
      const { kind: _kind, ...finding } = deed;
      await post("/api/alerts/{alert_id}/evidence", { path, body: { ...finding, ...told } });
      return;
    }
    case "check_in": {
      const { kind: _kind, ...arrival } = deed;
      await post("/api/alerts/{alert_id}/check-ins", { path, body: { ...arrival, ...told } });
      return;
    }
    case "visitors": {
      const { kind: _kind, ...found } = deed;
      await post("/api/alerts/{alert_id}/visitors", { path, body: { ...found, ...told } });
      return;
    }
  }
}
