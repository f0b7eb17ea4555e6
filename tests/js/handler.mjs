// The AWS SDK for JavaScript v3 on a lab in this process: a `requestHandler` is any object with `handle`.

/** RFC 3986, as AWS's signers encode. */
const strict = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The request's path, which is encoded already, and its query, which is not. */
function targetOf({ path, query }) {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one == null ? strict(key) : `${strict(key)}=${strict(one)}`));
  return pairs.length ? `${path}?${pairs.join("&")}` : path;
}

/** A plain view: the SDK's own subclass of Uint8Array warns when it is used as text. */
function bytesOf(body) {
  if (body == null) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
}

/** A handler that hands every request of an SDK client to `lab`. */
export function handlerOf(lab) {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request) {
      const { method, headers, body } = request;
      const answer = lab.handle({ method, target: targetOf(request), headers, body: bytesOf(body) });
      return { response: { statusCode: answer.status, headers: answer.headers, body: answer.body } };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
}
