// The AWS SDK for JavaScript v3 on a lab: an `HttpHandler` of @smithy/types, of which nothing is needed at run time.
import { KmslabError } from "./errors.js";

/** An HTTP answer. A refusal of AWS's is an answer like any other. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
}

/** What can answer a signed HTTP request. */
export interface Answering {
  handle(method: string, url: string, headers: Readonly<Record<string, string>>, body?: Uint8Array | string): HttpAnswer;
}

/** A request of the SDK's: the members of `HttpRequest` of @smithy/types that are looked at. */
export interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  query?: Record<string, string | string[] | null> | undefined;
  headers: Record<string, string>;
  body?: unknown;
}

/** How the SDK hands over a request. */
export interface HandlerOptions {
  abortSignal?: unknown;
}

/** An answer as the SDK takes it: `HttpResponse` of @smithy/types. */
export interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: ReadableStream<Uint8Array> | null;
}

/** A handler for every client of the SDK: `new KMSClient({ requestHandler: lab.requestHandler(), … })`. */
export class RequestHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #lab: Answering;

  constructor(lab: Answering) {
    this.#lab = lab;
  }

  async handle(request: SdkRequest, { abortSignal }: HandlerOptions = {}): Promise<{ response: SdkResponse }> {
    if (isAborted(abortSignal)) throw Object.assign(new Error("Request aborted"), { name: "AbortError" });
    const { status, headers, body } =
      this.#lab.handle(request.method, urlOf(request), request.headers, await bytesOf(request.body));
    // A stream suits the SDK everywhere; a `Response` with a status of its own could not have every one.
    return { response: { statusCode: status, headers, body: new Response(body as BufferSource).body } };
  }

  /** There is no connection to configure. */
  updateHttpClientConfig(_key: PropertyKey, _value: unknown): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  /** There is no connection to close; the lab lives on. */
  destroy(): void {}
}

function isAborted(signal: unknown): boolean {
  return typeof signal === "object" && signal !== null && "aborted" in signal && signal.aborted === true;
}

/** The request's path is encoded already, its query is not. */
function urlOf({ protocol, hostname, port, path, query }: SdkRequest): string {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => (one === null ? strict(key) : `${strict(key)}=${strict(one)}`)));
  const place = port === undefined ? hostname : `${hostname}:${port}`;
  return `${protocol}//${place}${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

/** RFC 3986, as AWS's signers encode. */
function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What the SDK has for a body: nothing, text, bytes, a Blob or a stream of either world. */
async function bytesOf(body: unknown): Promise<Uint8Array | string> {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body;
  // A plain view: the SDK's own subclass of Uint8Array warns when it is used as text.
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer());
  const parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  for await (const part of streamed(body)) parts.push(typeof part === "string" ? part : Uint8Array.from(part));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

type Part = string | Uint8Array;

async function* streamed(body: unknown): AsyncGenerator<Part> {
  if (isReadable(body)) {
    // Not every browser can iterate over a ReadableStream.
    const reader = body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } else if (isIterable(body)) {
    yield* body;
  } else {
    throw new KmslabError("a body is text, bytes, a Blob or a stream");
  }
}

function isReadable(body: unknown): body is ReadableStream<Part> {
  return typeof body === "object" && body !== null && "getReader" in body;
}

function isIterable(body: unknown): body is AsyncIterable<Part> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}
