// A scene in a link. It is in the fragment, which browsers do not send; it may come from anybody, so that nothing in it is
// believed: not its size, not its form. What comes out is texts, which the page shows as texts.
import { KINDS, kindRow, paper, type PaperKind, type Scene } from "./scene";

const MARK = "#s=";
/** In characters of the link, and in bytes when unpacked. */
const LONGEST = 100_000;
const LARGEST = 500_000;
const MOST_PAPERS = 20;
const MOST_ROWS = 60;

/** As it is written: short names, for links are long enough. */
interface Written {
  v: 1;
  p: string;
  a: string;
  r: string;
  c: [key: string, value: string][];
  d: [kind: PaperKind, name: string, text: string][];
}

export class BadLink extends Error {}

/** The fragment that holds the scene, or `null` when no link can: what is written here has to be read again. */
export async function fragmentOf({ principal, action, resource, context, papers }: Scene): Promise<string | null> {
  if (context.length > MOST_ROWS || papers.length > MOST_PAPERS) return null;
  const written: Written = {
    v: 1, p: principal, a: action, r: resource,
    c: context.map(({ key, value }) => [key, value]),
    d: papers.map(({ kind, name, text }) => [kind, name, text]),
  };
  const plain = new Blob([JSON.stringify(written)]);
  if (plain.size > LARGEST) return null;
  const packed = plain.stream().pipeThrough(new CompressionStream("deflate-raw"));
  const text = toBase64(new Uint8Array(await new Response(packed).arrayBuffer()));
  return text.length > LONGEST ? null : MARK + text;
}

/** Whether a link holds a scene. */
export const isShared = (fragment: string): boolean => fragment.startsWith(MARK);

/**
 * The scene that a fragment holds.
 * @throws {BadLink} It holds none.
 */
export async function sceneOf(fragment: string): Promise<Scene> {
  const text = fragment.slice(MARK.length);
  if (text.length > LONGEST) throw new BadLink("The link is too long.");
  let value: unknown;
  try {
    value = JSON.parse(await unpacked(fromBase64(text)));
  } catch (error) {
    throw error instanceof BadLink ? error : new BadLink("The link is damaged: a part of it may be missing.");
  }
  return scene(value);
}

/** Never more than it may be, whatever it claims: a few bytes unpack to gigabytes. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "", size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > LARGEST) {
      await reader.cancel();
      throw new BadLink("The link holds more than the page takes.");
    }
    text += decoder.decode(value, { stream: true });
  }
}

function scene(value: unknown): Scene {
  const { v, p, a, r, c, d } = (typeof value === "object" && value !== null ? value : {}) as Partial<Record<keyof Written, unknown>>;
  const wrong = new BadLink("The link does not hold what this page writes.");
  if (v !== 1 || !isText(p) || !isText(a) || !isText(r) || !Array.isArray(c) || !Array.isArray(d)) throw wrong;
  if (c.length > MOST_ROWS || d.length > MOST_PAPERS) throw wrong;
  const context = c.map((row: unknown) => {
    if (!Array.isArray(row) || !isText(row[0]) || !isText(row[1])) throw wrong;
    return { key: row[0], value: row[1] };
  });
  const papers = d.map((row: unknown) => {
    if (!Array.isArray(row) || !isKind(row[0]) || !isText(row[1]) || !isText(row[2])) throw wrong;
    return paper(row[0], row[2], row[1]);
  });
  for (const { kind } of papers) {
    if (!kindRow(kind).several && papers.filter((each) => each.kind === kind).length > 1) throw wrong;
  }
  return { principal: p, action: a, resource: r, context, papers };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isKind = (value: unknown): value is PaperKind => KINDS.some((row) => row.kind === value);

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
