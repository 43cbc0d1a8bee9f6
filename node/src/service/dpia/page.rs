// SPDX-License-Identifier: EUPL-1.2
//! Markdown: a template with places, tables, and text of others that must not become markup.

/// The name of a place in the template, and what goes there.
pub(super) type Fact = (&'static str, String);

/// The template with every place filled.
pub(super) fn fill(template: &str, facts: &[Fact]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    // What is filled in is not looked through again, so a fact cannot name a place.
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((place, after)) = after.split_once("}}") else {
            break;
        };
        text.push_str(before);
        match facts.iter().find(|(name, _)| *name == place) {
            Some((_, fact)) => text.push_str(fact),
            // A place that nothing belongs in stays to be seen.
            None => text.push_str(&format!("{{{{{place}}}}}")),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Text of people and of other organisations, on one line and without a meaning in Markdown.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() => plain.push(' '),
            '|' | '[' | ']' | '*' | '_' | '`' | '<' | '>' | '\\' | '#' | '{' | '}' => {
                plain.push('\\');
                plain.push(c);
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// A code of our own, such as the name of a role.
pub(super) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Several of them, or a dash.
pub(super) fn codes<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    or_dash(items.into_iter().map(|item| code(&item.to_string())))
}

/// Several words, or a dash.
pub(super) fn or_dash(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(", ")
    }
}

/// A table; without rows the sentence that says so.
pub(super) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    none: &str,
) -> String {
    let rows: Vec<String> = rows.into_iter().map(|row| line(row.as_slice())).collect();
    if rows.is_empty() {
        return none.to_owned();
    }
    let rule = "---|".repeat(N);
    format!("{}\n|{rule}\n{}", line(&headings), rows.join("\n"))
}

/// A table of two columns that says what is what.
pub(super) fn pairs(rows: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let rows = rows.into_iter().map(|(what, is)| [what.to_owned(), is]);
    table(["feit", "waarde"], rows, "")
}

fn line<S: AsRef<str>>(cells: &[S]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_looked_through_again() {
        let facts = [("A", "{{B}}".to_owned()), ("B", "nee".to_owned())];
        assert_eq!(fill("a {{A}} b {{B}} c", &facts), "a {{B}} b nee c");
        assert_eq!(fill("{{A {{C}}", &facts), "{{A {{C}}");
    }

    #[test]
    fn a_name_cannot_break_a_table_or_become_markup() {
        assert_eq!(plain("a|b\n[c](d) <e>"), "a\\|b \\[c\\](d) \\<e\\>");
        let made = table(["een", "twee"], [["1".to_owned(), plain("x|y")]], "niets");
        assert_eq!(made, "| een | twee |\n|---|---|\n| 1 | x\\|y |");
        assert_eq!(table(["een"], [], "niets"), "niets");
    }
}
