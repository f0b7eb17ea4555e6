// The examples: small stories, each a file of `examples/`, in the order of their names. A test asks the engine whether each
// has the decision that it tells.
import { paper, pretty, type PaperKind, type Scene } from "./scene";

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  readonly question: string;
  readonly answer: string;
  /** The reason's code. */
  readonly expected: string;
  readonly scene: () => Scene;
}

interface Written {
  readonly title: string;
  readonly story: string;
  readonly question: string;
  readonly answer: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly policies: readonly { readonly kind: PaperKind; readonly name?: string; readonly content: unknown }[];
  readonly expected: string;
}

const files = import.meta.glob<Written>("./examples/*.json", { eager: true, import: "default" });

export const EXAMPLES: readonly Example[] = Object.entries(files).sort(([a], [b]) => a.localeCompare(b)).map(([path, written]) => {
  const { title, story, question, answer, expected } = written;
  const id = path.replace(/^.*\/\d+-|\.json$/g, "");
  return { id, title, story, question, answer, expected, scene: () => sceneOf(written) };
});

function sceneOf({ principal, action, resource, context, policies }: Written): Scene {
  return {
    principal, action, resource,
    context: Object.entries(context).flatMap(([key, values]) => [values].flat().map((value) => ({ key, value }))),
    papers: policies.map(({ kind, name, content }) => paper(kind, pretty(content), name)),
  };
}
