// What the editors look like. Only variables of the site: they reach into the shadow root, and change with light and dark.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-literal)" },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: "var(--muted)" },
]);

const tint = (colour: string): Record<string, string> => ({ backgroundColor: `var(--${colour}-soft)` });
const wave = (colour: string): Record<string, string> => ({
  // CodeMirror draws these with pictures in `data:`, for which the page's policy has no place.
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline wavy var(--${colour}) 1px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto", maxHeight: "72rem" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)",
  },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none", paddingLeft: "4px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "24px", padding: "0 4px 0 2px", fontSize: "11px", lineHeight: "20.8px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-signs": { width: "20px" },
  ".cm-signs .cm-gutterElement": { textAlign: "center" },
  ".sign": { fontWeight: "700" },
  ".sign.allows, .words.allows": { color: "var(--allow)" },
  ".sign.denies, .words.denies": { color: "var(--deny)" },
  ".sign.near, .words.near": { color: "var(--near)" },
  ".sign.none, .words.none": { color: "var(--muted)" },
  ".words": { marginLeft: "14px", fontFamily: "var(--sans)", fontSize: "12px", userSelect: "none" },
  ".words.decided": { fontWeight: "600" },
  ".cm-statement.allows": tint("allow"),
  ".cm-statement.denies": tint("deny"),
  ".cm-statement.near": tint("near"),
  ".cm-statement.decided.allows": { boxShadow: "inset 3px 0 0 var(--allow)" },
  ".cm-statement.decided.denies": { boxShadow: "inset 3px 0 0 var(--deny)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--line-strong)", borderRadius: "2px" },
  ".cm-lintRange-error": wave("deny"),
  ".cm-lintRange-warning": wave("near"),
  ".cm-lintRange-info": wave("line-strong"),
  ".cm-lintRange-active": { backgroundColor: "transparent" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--deny)" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "8px",
    boxShadow: "var(--shadow)", overflow: "hidden", maxWidth: "min(30rem, 90vw)", fontFamily: "var(--sans)", fontSize: "13px",
  },
  ".cm-diagnostic": { padding: "6px 10px", whiteSpace: "pre-line" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--deny)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--near)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--line-strong)" },
  ".cm-diagnosticSource": { fontSize: "11px", opacity: "1", color: "var(--muted)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft) !important", color: "var(--text) !important" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", marginLeft: "1em" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--text)" },
});

export const look: Extension = [theme, syntaxHighlighting(colours)];
