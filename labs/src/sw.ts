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
  await cache.addAll(["./", ...(JSON.parse(LIST) as string[]), "icon.svg", "site.webmanifest"]);
  await self.skipWaiting();
}

async function dropOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith("kmslab-labs-") && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
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
  const kept = await cache.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && fresh.status === 200) await cache.put(request, fresh.clone());
  return fresh;
}

/** A short name of a text. */
function version(text: string): string {
  let hash = 5381;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 33 + text.charCodeAt(at)) % 4294967291;
  return hash.toString(36);
}
