/** An HTTP server for tests on a real socket: it records requests and can be made to fail. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Fault injected into the next POST; later requests are served normally. */
export type Mishap =
  "no answer" | "answer lost" | { readonly status: number; readonly detail: string };

interface Told {
  readonly path: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export class LedgerServer {
  /** Requests received, in order, without repetitions. */
  readonly told: Told[] = [];
  readonly mishaps: Mishap[] = [];
  /** Requests on which the service always fails, by their bodies; null: none. */
  broken: RegExp | null = null;
  asked = 0;
  /** Responses to GET requests, by path. */
  readonly there = new Map<string, unknown>();
  who = "grid";
  signedIn = true;
  readonly #server: Server;

  static async start(): Promise<LedgerServer> {
    const ledger = new LedgerServer();
    ledger.#server.listen(0, "127.0.0.1");
    await once(ledger.#server, "listening");
    const { port } = ledger.#server.address() as AddressInfo;
    const page = window as unknown as { happyDOM: { setURL(url: string): void } };
    page.happyDOM.setURL(`http://127.0.0.1:${port}/doors`);
    return ledger;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const say = (status: number, body: unknown): void => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (!this.signedIn) return say(401, { detail: "sign in" });
    if (request.method === "GET") return say(200, this.#look(request.url ?? ""));
    this.asked += 1;
    const mishap = this.mishaps.shift();
    if (mishap === "no answer") return void request.socket.destroy();
    if (typeof mishap === "object") return say(mishap.status, { detail: mishap.detail });
    const text = Buffer.concat(chunks).toString();
    if (this.broken?.test(text)) return say(500, { detail: "a bug" });
    this.#record(request.url ?? "", text);
    if (mishap === "answer lost") return void request.socket.destroy();
    say(200, {});
  }

  #look(url: string): unknown {
    const path = url.replace(/\?.*/, "");
    return path === "/api/me" ? { id: this.who } : this.there.get(path);
  }

  #record(path: string, text: string): void {
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const key = String(body["key"] ?? path);
    if (!this.told.some((one) => one.key === key)) this.told.push({ path, key, body });
  }
}
