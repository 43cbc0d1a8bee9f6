// SPDX-License-Identifier: EUPL-1.2
//! How deep a rule text goes, found without parsing it: the parser and the checker go as deep as the text does, and a
//! text that goes deep enough would take the whole program down with it.

/// Brackets within brackets.
const BRACKETS: usize = 32;
/// Of one rule: `if`, `.`, and everything that joins or turns, such as `&&` and `!`.
const BRANCHES: usize = 32;
const STEPS: usize = 256;
const OPERATORS: usize = 256;

/// Where a text goes too deep, and in which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep {
    /// The byte at which it is too much.
    pub(super) at: usize,
    /// Of what there is too much, in Dutch.
    pub(super) of: &'static str,
}

/// What was counted of one rule.
#[derive(Default)]
struct Counted {
    open: usize,
    branches: usize,
    steps: usize,
    operators: usize,
}

/// The first place at which a text goes too deep; none when it is to be parsed.
pub(super) fn too_deep(text: &str) -> Option<TooDeep> {
    let mut counted = Counted::default();
    let mut rest = text.char_indices().peekable();
    let mut word = String::new();
    while let Some((at, letter)) = rest.next() {
        match letter {
            '"' => skip_text(&mut rest),
            '/' if rest.peek().is_some_and(|(_, next)| *next == '/') => {
                while rest.next_if(|(_, next)| *next != '\n').is_some() {}
            }
            _ if letter.is_alphanumeric() || letter == '_' => {
                word.push(letter);
                let ends = |next: &char| !next.is_alphanumeric() && *next != '_';
                if rest.peek().is_none_or(|(_, next)| ends(next)) {
                    counted.branches += usize::from(word == "if");
                    word.clear();
                }
            }
            _ => counted.count(letter),
        }
        if let Some(of) = counted.too_much() {
            return Some(TooDeep { at, of });
        }
    }
    None
}

fn skip_text(rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>) {
    while let Some((_, letter)) = rest.next() {
        match letter {
            '\\' => drop(rest.next()),
            '"' => return,
            _ => {}
        }
    }
}

impl Counted {
    fn count(&mut self, letter: char) {
        match letter {
            '(' | '[' | '{' => self.open += 1,
            ')' | ']' | '}' => self.open = self.open.saturating_sub(1),
            '.' => self.steps += 1,
            '!' | '-' | '+' | '*' | '&' | '|' | '<' | '>' | '=' => self.operators += 1,
            ';' => *self = Self::default(),
            _ => {}
        }
    }

    fn too_much(&self) -> Option<&'static str> {
        [
            (self.open > BRACKETS, "haakjes binnen haakjes"),
            (self.branches > BRANCHES, "`if` in één regel"),
            (self.steps > STEPS, "punten in één regel"),
            (
                self.operators > OPERATORS,
                "tekens zoals `&&`, `==` en `!` in één regel",
            ),
        ]
        .into_iter()
        .find_map(|(too_much, of)| too_much.then_some(of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{LoadError, Rules};

    fn rule(condition: &str) -> String {
        format!(
            r#"@id("L01-diep") @wet("eigen beleid") @uitleg("Dit gaat diep") @nodig("minder")
            forbid (principal, action == Action::"ask", resource) when {{ {condition} }};"#
        )
    }

    fn around(before: &str, within: &str, after: &str, times: usize) -> String {
        rule(&(before.repeat(times) + within + &after.repeat(times)))
    }

    /// What it is called, a rule that does it so many times, and how often it may.
    type Way = (&'static str, fn(usize) -> String, usize);

    /// Each goes as deep as it may, and deeper than any stack holds.
    fn ways() -> Vec<Way> {
        vec![
            (
                "brackets",
                |times| around("(", "context.now < 5", ")", times),
                30,
            ),
            ("sets", |times| around("[", "1", "]", times), 31),
            (
                "nots",
                |times| around("!(", "context.now < 5", ")", times),
                30,
            ),
            ("turns", |times| around("!", "true", "", times), 250),
            (
                "joins",
                |times| around("context.now < 5 && ", "true", "", times),
                80,
            ),
            (
                "branches",
                |times| around("if true then true else ", "true", "", times),
                32,
            ),
            ("steps", |times| around("", "context", ".now", times), 250),
        ]
    }

    #[test]
    fn what_goes_as_deep_as_it_may_is_read_and_what_goes_deeper_is_refused_with_its_place() {
        for (way, text, most) in ways() {
            assert_eq!(too_deep(&text(most)), None, "{way}");
            // Whatever else may be wrong with it, it does not bring the program down.
            let _ = Rules::load(&[("diep.cedar", &text(most))]);
            for times in [300, 50_000] {
                let refused = Rules::load(&[("diep.cedar", &text(times))]).unwrap_err();
                let LoadError::Faults(faults) = refused else {
                    panic!("{way}");
                };
                let told = faults.iter().next().unwrap().to_string();
                assert!(told.starts_with("diep.cedar, regel 2, kolom "), "{told}");
                assert!(told.contains("te diep"), "{told}");
            }
        }
    }

    #[test]
    fn the_rules_of_the_program_stay_far_below() {
        for (file, text) in super::super::TEXTS {
            assert_eq!(too_deep(text), None, "{file}");
        }
    }

    #[test]
    fn each_limit_is_counted_to_the_last_one_and_told_where_it_is_passed() {
        for (sign, limit, of) in [
            ("(", BRACKETS, "haakjes"),
            ("[", BRACKETS, "haakjes"),
            ("{", BRACKETS, "haakjes"),
            ("if ", BRANCHES, "`if`"),
            (".", STEPS, "punten"),
            ("!", OPERATORS, "tekens"),
            ("-", OPERATORS, "tekens"),
            ("+", OPERATORS, "tekens"),
            ("*", OPERATORS, "tekens"),
            ("&", OPERATORS, "tekens"),
            ("|", OPERATORS, "tekens"),
            ("<", OPERATORS, "tekens"),
            (">", OPERATORS, "tekens"),
            ("=", OPERATORS, "tekens"),
        ] {
            assert_eq!(too_deep(&sign.repeat(limit)), None, "{sign}");
            let deep = too_deep(&sign.repeat(limit + 1)).unwrap();
            let last = sign.trim_end().len() - 1;
            assert_eq!(deep.at, sign.len() * limit + last, "{sign}");
            assert!(deep.of.contains(of), "{sign}: {}", deep.of);
        }
    }

    #[test]
    fn what_is_closed_and_what_is_another_rule_does_not_count_together() {
        for closed in ["()", "[]", "{}", ")"] {
            assert_eq!(too_deep(&closed.repeat(100)), None, "{closed}");
        }
        for one in ["if a.b == c;", "((((;", "....;", "&&||;"] {
            assert_eq!(too_deep(&one.repeat(300)), None, "{one}");
        }
        for word in ["iffy ", "gif ", "if_ ", "_if ", "if1 ", "éif ", "IF "] {
            assert_eq!(too_deep(&word.repeat(100)), None, "{word}");
        }
        assert!(too_deep(&"if(a)".repeat(33)).is_some());
    }

    #[test]
    fn after_a_text_a_remark_or_a_single_stroke_it_is_counted_again() {
        let many = "(".repeat(33);
        for before in ["\"a\" ", "\"a\\\\\" ", "\"\"", "// a\n", "/ ", "a / b / "] {
            let deep = too_deep(&format!("{before}{many}")).unwrap();
            assert_eq!(deep.at, before.len() + 32, "{before:?}");
        }
        assert_eq!(too_deep(&format!("// {many}")), None);
        assert_eq!(too_deep(&format!("\"{many}")), None);
    }

    #[test]
    fn what_stands_in_a_text_or_a_remark_does_not_count() {
        let many = "(".repeat(500);
        assert_eq!(
            too_deep(&format!("@uitleg(\"{many}\\\"{many}\") // {many}\n")),
            None
        );
    }
}
