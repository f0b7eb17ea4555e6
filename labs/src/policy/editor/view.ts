// The editor itself: CodeMirror with what a policy needs. Loaded by itself, for it is most of the page's scripts, and a
// decision can be read without it.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import type { Looked } from "../judge";
import type { Marks } from "../marks";
import type { Words } from "../messages";
import { completing } from "./completing";
import { diagnosticsOf } from "./findings";
import { look } from "./look";
import { mark, marking } from "./marking";
import { typingOver } from "./typing";

export interface Options {
  readonly text: string;
  /** What screen readers call it. */
  readonly label: string;
  /** The tables to complete from, once they are there. */
  readonly words: () => Words | null;
  readonly changed: (text: string) => void;
}

/**
 * Makes an editor in the shadow root of `host`: there CodeMirror's styles are adopted sheets, which the page's
 * Content-Security-Policy allows; elsewhere they would be inline.
 */
export function editorIn(host: HTMLElement, { text, label, words, changed }: Options): Editing {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  return new Editing(new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), marking, history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), json(),
        completing(words), look, typingOver, EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
        // Tab moves on to the next control, as everywhere on the page.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  }));
}

export class Editing {
  readonly #view: EditorView;

  constructor(view: EditorView) {
    this.#view = view;
  }

  /** Takes over a text that came from elsewhere: a change that is tried. */
  write(text: string): void {
    const { doc } = this.#view.state;
    if (text !== doc.toString()) this.#view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }

  mark(marks: Marks): void {
    this.#view.dispatch({ effects: mark(marks) });
  }

  find(looked: Looked): void {
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnosticsOf(looked, this.#view)));
  }

  /** Puts the cursor at a line, and the line into sight. */
  reveal(line: number): void {
    const { doc } = this.#view.state;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines)).from;
    this.#view.focus();
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  }

  close(): void {
    this.#view.destroy();
  }
}
