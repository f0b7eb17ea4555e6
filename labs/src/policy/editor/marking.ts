// How statements fared, shown at their lines: a sign in the gutter, a tint, and words after the first line.
import { RangeSet, RangeSetBuilder, StateEffect, StateField, type EditorState, type Extension, type Text } from "@codemirror/state";
import { Decoration, EditorView, gutter, GutterMarker, WidgetType, type DecorationSet } from "@codemirror/view";
import { MOST_LISTED, type Fate, type Mark, type Marks } from "../marks";
import { statementsIn } from "./statements";

const SIGNS: Readonly<Record<Fate, string>> = { allows: "✓", denies: "✕", near: "≈", none: "·" };
const NAMES: Readonly<Record<Fate, string>> = {
  allows: "this statement matches", denies: "this statement denies", near: "this statement nearly matches", none: "this statement does not match",
};

class Sign extends GutterMarker {
  constructor(readonly fate: Fate) {
    super();
  }

  override eq(other: Sign): boolean {
    return other.fate === this.fate;
  }

  override toDOM(): HTMLElement {
    const sign = document.createElement("span");
    sign.className = `sign ${this.fate}`;
    sign.textContent = SIGNS[this.fate];
    sign.title = NAMES[this.fate];
    return sign;
  }
}

class Words extends WidgetType {
  constructor(readonly mark: Mark) {
    super();
  }

  override eq({ mark }: Words): boolean {
    return mark.fate === this.mark.fate && mark.text === this.mark.text && mark.decided === this.mark.decided;
  }

  override toDOM(): HTMLElement {
    const words = document.createElement("span");
    words.className = `words ${this.mark.fate}${this.mark.decided ? " decided" : ""}`;
    words.textContent = this.mark.decided ? `${this.mark.text} and decides` : this.mark.text;
    return words;
  }
}

interface Shown {
  readonly lines: DecorationSet;
  readonly signs: RangeSet<GutterMarker>;
}

const NOTHING: Shown = { lines: Decoration.none, signs: RangeSet.empty };
const tell = StateEffect.define<Marks>();

/** Until the next decision, marks move with the text they stand at. */
const shown = StateField.define<Shown>({
  create: () => NOTHING,
  update(before, transaction) {
    let now = before;
    if (transaction.docChanged) {
      now = { lines: now.lines.map(transaction.changes), signs: now.signs.map(transaction.changes) };
    }
    for (const effect of transaction.effects) {
      if (effect.is(tell)) now = drawn(effect.value, transaction.state);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.lines),
});

export const marking: Extension = [
  shown,
  gutter({ class: "cm-signs", markers: (view) => view.state.field(shown).signs, initialSpacer: () => new Sign("none") }),
];

/** Shows how the statements fared; `null` shows nothing. */
export const mark = (marks: Marks): StateEffect<Marks> => tell.of(marks);

function drawn(marks: Marks, state: EditorState): Shown {
  if (!marks) return NOTHING;
  const lines = new RangeSetBuilder<Decoration>(), signs = new RangeSetBuilder<GutterMarker>();
  let at = 0;
  for (const { from, to } of statementsIn(state)) {
    at += 1;
    // What is not listed does not match, as long as the list is whole.
    if (!marks.has(at) && marks.size >= MOST_LISTED) continue;
    const found = marks.get(at) ?? { fate: "none" as const, decided: false, text: "does not match" };
    const first = state.doc.lineAt(from);
    signs.add(first.from, first.from, new Sign(found.fate));
    for (const line of linesOf(state.doc, first.number, state.doc.lineAt(to).number)) {
      lines.add(line, line, Decoration.line({ class: `cm-statement ${found.fate}${found.decided ? " decided" : ""}` }));
      if (line === first.from) lines.add(first.to, first.to, Decoration.widget({ widget: new Words(found), side: 1 }));
    }
  }
  return { lines: lines.finish(), signs: signs.finish() };
}

function* linesOf(text: Text, first: number, last: number): Generator<number> {
  for (let number = first; number <= last; number += 1) yield text.line(number).from;
}
