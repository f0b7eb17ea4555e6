// Where the statements of a policy are in its text, and the grants in theirs.
import { ensureSyntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** In their order. Empty while there is no list of them to be found. */
export function statementsIn(state: EditorState): Range[] {
  const top = ensureSyntaxTree(state, state.doc.length, 40)?.topNode.firstChild;
  if (!top) return [];
  if (top.name === "Array") return objectsOf(top);
  const property = top.getChildren("Property").find((each) => nameOf(each, state) === "Statement");
  const value = property?.lastChild;
  if (!value) return [];
  return value.name === "Array" ? objectsOf(value) : value.name === "Object" ? [value] : [];
}

/** The names of the properties around a place, from the outside in. */
export function pathTo(node: SyntaxNode, state: EditorState): string[] {
  const path: string[] = [];
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === "Property") path.unshift(nameOf(at, state));
  }
  return path;
}

function nameOf(property: SyntaxNode, state: EditorState): string {
  const name = property.getChild("PropertyName");
  return name ? state.sliceDoc(name.from + 1, name.to - 1) : "";
}

const objectsOf = (list: SyntaxNode): Range[] => list.getChildren("Object").map(({ from, to }) => ({ from, to }));
