// The service worker: what makes the page open without a network. It answers from a cache with files of this version,
// asks the page's own server for what it does not have, and keeps that.
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

export {};

/** The build writes the page's files here, as JSON; their names have hashes, so that the list changes with them. */
const LIST = "__FILES__";
const CACHE = `kmslab-labs-${version(LIST)}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === self.location.origin) event.respondWith(answer(request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, where files without a hash may be of an earlier version.
  const own = ["./", "icon.svg", "site.webmanifest"].map((path) => new Request(path, { cache: "reload" }));
  await cache.addAll([...own, ...(JSON.parse(LIST) as string[])]);
  await self.skipWaiting();
}

/** The version before this one stays, for pages that are open: what they load later is no longer on the server. */
async function dropOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith("kmslab-labs-") && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page itself from the network where there is one, so that a new version is seen; files from the cache. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  if (request.mode === "navigate") {
    try {
      return await fetch(request);
    } catch {
      return (await cache.match("./")) ?? Response.error();
    }
  }
  const kept = (await cache.match(request)) ?? (await caches.match(request));
  if (kept) return kept;
  const fresh = await fetch(request);
  // Where there is no room to keep it, it is still an answer.
  if (fresh.ok && fresh.status === 200) await cache.put(request, fresh.clone()).catch(() => {});
  return fresh;
}

/** A short name of a text. */
function version(text: string): string {
  let hash = 5381;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 33 + text.charCodeAt(at)) % 4294967291;
  return hash.toString(36);
}
