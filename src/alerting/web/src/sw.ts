/**
 * The service worker: caches the officer's page on the device, so that it opens without a network.
 *
 * Only files are cached here; the page handles its own requests. A file's name contains a hash of
 * its content, so a cached file is never outdated. Pages are fetched from the network first.
 */

/** The addresses to cache, filled in by the build; a changed one makes this a new worker. */
declare const __KEPT__: readonly string[];
const KEPT = __KEPT__;

const worker = self as unknown as ServiceWorkerGlobalScope;

const STORE = "pages-1";
const PATIENCE_MS = 4_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(discardOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  if (!KEPT.includes(pathname)) return;
  const isPage = event.request.mode === "navigate";
  event.respondWith(isPage ? newest(event.request, pathname) : kept(event.request));
});

async function keep(): Promise<void> {
  const store = await caches.open(STORE);
  await store.addAll(KEPT.map((address) => new Request(address, { cache: "no-cache" })));
}

async function discardOld(): Promise<void> {
  const store = await caches.open(STORE);
  const old = (await store.keys()).filter(({ url }) => !KEPT.includes(new URL(url).pathname));
  await Promise.all(old.map((request) => store.delete(request)));
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** Return the page from the network, or from the cache if the network is slow or away. */
async function newest(request: Request, address: string): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return response;
  } catch {
    // Fall back to the cached page.
  }
  return (await caches.match(address)) ?? Response.error();
}
