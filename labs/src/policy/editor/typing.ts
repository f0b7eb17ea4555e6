// Typing over a selection. Left to itself, Chromium keeps the look of what was replaced by an inline style, which the page's
// Content-Security-Policy refuses, with a complaint in the console.
import { EditorView } from "@codemirror/view";

export const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data } = event, { main, ranges } = view.state.selection;
    if (inputType !== "insertText" || data === null || main.empty || ranges.length > 1 || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, main.from, main.to, data, insert));
    if (!handled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
