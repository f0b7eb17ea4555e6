// Completion in policies: actions where actions stand, condition keys where they do, from the engine's tables.
import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { Words } from "../messages";
import { pathTo } from "./statements";

/** @param words The tables, once they are there. */
export function completing(words: () => Words | null): Extension {
  return autocompletion({
    icons: false,
    override: [(context) => complete(context, words())],
  });
}

function complete(context: CompletionContext, words: Words | null): CompletionResult | null {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  if (!words || (node.name !== "String" && node.name !== "PropertyName")) return null;
  if (!context.explicit && context.pos === node.from + 1) return null;
  const closed = node.to > node.from + 1 && context.state.sliceDoc(node.to - 1, node.to) === '"';
  const options = optionsAt(node, context.state, words);
  return options.length === 0 ? null : { from: node.from + 1, to: closed ? node.to - 1 : node.to, options, validFor: /^[\w:*/-]*$/ };
}

function optionsAt(node: SyntaxNode, state: EditorState, { actions, keys }: Words): Completion[] {
  const path = pathTo(node, state), last = path.at(-1);
  if (node.name === "PropertyName") {
    // Within an operator within `Condition`; the last of the path is the name itself.
    return path.at(-3) === "Condition"
      ? keys.map(({ name, type }) => ({ label: name.replace(/\*$/, ""), detail: type, boost: name.startsWith("kms:") ? 1 : 0 }))
      : [];
  }
  if (last === "Action" || last === "NotAction") {
    return [{ label: "kms:*" }, ...actions.map(({ name }) => ({ label: name, boost: name.startsWith("kms:") ? 1 : 0 }))];
  }
  if (last === "Operations") {
    return actions.filter(({ grant, name }) => grant && name.startsWith("kms:")).map(({ name }) => ({ label: name.slice(4) }));
  }
  return last === "Effect" ? [{ label: "Allow" }, { label: "Deny" }] : [];
}
