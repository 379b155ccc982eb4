//! What pages have in common.

/// Text as HTML; what can't be shown is left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\t' | '\n' => html.push(' '),
            c if c.is_control() => {}
            c => html.push(c),
        }
    }
    html
}

// Writing to a string can't fail: the result is dropped here, once for all.
macro_rules! add {
    ($text:expr, $($arg:tt)*) => {{
        use std::fmt::Write as _;
        let _ = write!($text, $($arg)*);
    }};
}
pub(crate) use add;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_can_break_a_page() {
        let title = "<script>alert('1')</script> \"&\u{7}\n";
        let html = escaped(title);
        assert_eq!(html, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &quot;&amp; ");
    }
}
