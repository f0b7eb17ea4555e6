// Findings of the engine, as CodeMirror's diagnostics.
import { jsonParseLinter } from "@codemirror/lang-json";
import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Finding } from "kmslab/report/bare";
import type { Looked } from "../judge";

const SEVERITIES = { error: "error", warning: "warning", note: "info" } as const;

/** What is to be shown in the text: at its first line when it belongs nowhere in particular. */
export function diagnosticsOf(looked: Looked, view: EditorView): Diagnostic[] {
  const { doc } = view.state;
  if (looked.error !== null && looked.findings.length === 0) {
    // Grants: the engine tells no place, the parser does where they are no JSON.
    const parsed = jsonParseLinter()(view);
    if (parsed.length > 0) return parsed;
    return [{ from: 0, to: doc.line(1).to, severity: "error", message: looked.error }];
  }
  return looked.findings.map((finding) => ({
    ...rangeOf(finding, doc),
    severity: SEVERITIES[finding.severity],
    source: finding.code,
    message: `${finding.message}\n${finding.fix}`,
  }));
}

function rangeOf({ line, column, end_line, end_column }: Finding, doc: Text): { from: number; to: number } {
  const from = offset(doc, line, column);
  // What is about a whole statement, or the whole policy, is marked at its first line.
  const to = end_line > line ? doc.lineAt(from).to : offset(doc, end_line, end_column);
  return { from, to: Math.max(from, to) };
}

/** Places of the engine count characters; those of the editor, UTF-16's units. */
export function offset(doc: Text, line: number, column: number): number {
  if (line < 1 || line > doc.lines) return doc.length;
  const { from, to, text } = doc.line(line);
  const before = [...text].slice(0, column - 1).join("").length;
  return Math.min(from + before, to);
}
