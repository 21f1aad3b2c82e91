//! Macros: `${name:a;b}`, `${name;a;b}` and `$name(a,b)` are replaced by the macro's text before the filter
//! is read. What `$` introduces otherwise, a reference to the selected packet, is left alone.

use std::ops::Range;

use super::error::{FilterError, Span};

/// A named piece of filter text with `$1`, `$2` … for its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Macro {
    pub name: String,
    pub text: String,
}

/// The macros known to a run of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Macros(Vec<Macro>);

/// Expansion within expansion ends here, and so does its length.
const MAX_DEPTH: u32 = 16;
const MAX_LENGTH: usize = 64 << 10;

impl Default for Macros {
    /// Those that everybody has.
    fn default() -> Macros {
        let shipped = [
            ("private_ipv4", "($1 == 10.0.0.0/8 or $1 == 172.16.0.0/12 or $1 == 192.168.0.0/16)"),
            ("private_ethernet", "({$1[0] & 0f} == 02)"),
            ("private_ipv6", "(ipv6 and $1 == fc00::/7)"),
        ];
        Macros(shipped.iter().map(|(n, t)| Macro { name: (*n).into(), text: (*t).into() }).collect())
    }
}

impl Macros {
    /// Adds a macro, or replaces the one of that name.
    pub fn set(&mut self, name: &str, text: &str) {
        self.0.retain(|m| m.name != name);
        self.0.push(Macro { name: name.to_owned(), text: text.to_owned() });
    }

    pub fn iter(&self) -> impl Iterator<Item = &Macro> {
        self.0.iter()
    }

    /// Adds the macros of a `dfilter_macros` file: `"name","text"` a line, `#` before remarks. Lines that are
    /// neither are skipped.
    pub fn read(&mut self, file: &str) {
        for line in file.lines() {
            let quoted = line.trim().strip_prefix('"').and_then(|l| l.strip_suffix('"'));
            if let Some((name, text)) = quoted.and_then(|q| q.split_once("\",\"")) {
                self.set(name, &text.replace("\\\"", "\"").replace("\\x5c", "\\"));
            }
        }
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|m| m.name == name).map(|m| m.text.as_str())
    }
}

/// A text after expansion, and where its parts came from.
pub struct Expanded {
    pub text: String,
    /// (where in the new text, where in the old); parts of different length are macros.
    parts: Vec<(Range<usize>, Range<usize>)>,
}

impl Expanded {
    /// Where a range of the new text stood in the old one: macros are marked as a whole.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize, end: bool| {
            let found = self.parts.iter().find(|(new, _)| {
                new.contains(&at) || end && at == new.end || at == new.end && at == self.text.len()
            });
            match found {
                Some((new, old)) if new.len() == old.len() => old.start + (at - new.start),
                Some((_, old)) if end => old.end,
                Some((_, old)) => old.start,
                None => at,
            }
        };
        let start = place(range.start, false);
        let end = if range.is_empty() { start } else { place(range.end, true) };
        start..end.max(start)
    }
}

/// Replaces all macros; `is_field` tells the names that are references.
pub fn expand(text: &str, macros: &Macros, is_field: &dyn Fn(&str) -> bool) -> Result<Expanded, FilterError> {
    let mut out = String::with_capacity(text.len() * 2);
    let mut parts = Vec::new();
    let mut at = 0;
    for call in calls(text, macros, is_field) {
        let call = call?;
        copy(text, at..call.span.start, &mut out, &mut parts);
        let start = out.len();
        let value = substitute(&call, macros, is_field, 1)?;
        out.push_str(&value);
        parts.push((start..out.len(), call.span.range()));
        at = call.span.end;
    }
    copy(text, at..text.len(), &mut out, &mut parts);
    Ok(Expanded { text: out, parts })
}

fn copy(text: &str, range: Range<usize>, out: &mut String, parts: &mut Vec<(Range<usize>, Range<usize>)>) {
    let start = out.len();
    out.push_str(&text[range.clone()]);
    parts.push((start..out.len(), range));
}

/// A macro where it is used.
struct Call<'t> {
    span: Span,
    text: &'t str,
    arguments: Vec<String>,
}

/// The text of a macro with its arguments in place, macros within it expanded.
fn substitute(
    call: &Call,
    macros: &Macros,
    is_field: &dyn Fn(&str) -> bool,
    depth: u32,
) -> Result<String, FilterError> {
    let mut out = String::new();
    let mut rest = call.text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            out.push('$');
            rest = &rest[at + 1..];
            continue;
        }
        let number = rest[at + 1..at + 1 + digits].parse::<usize>().unwrap_or(0);
        let Some(argument) = number.checked_sub(1).and_then(|n| call.arguments.get(n)) else {
            return Err(FilterError::new(call.span, format!("The macro needs an argument {number}.")));
        };
        out.push_str(argument);
        rest = &rest[at + 1 + digits..];
    }
    out.push_str(rest);
    if out.len() > MAX_LENGTH || depth > MAX_DEPTH {
        return Err(FilterError::new(call.span, "The macro expands without end."));
    }
    let mut whole = String::new();
    let mut at = 0;
    for inner in calls(&out, macros, is_field) {
        let inner = inner.map_err(|e| FilterError::new(call.span, e.message))?;
        whole.push_str(&out[at..inner.span.start]);
        let nested = Call { span: call.span, ..inner };
        whole.push_str(&substitute(&nested, macros, is_field, depth + 1)?);
        at = inner.span.end;
        if whole.len() > MAX_LENGTH {
            return Err(FilterError::new(call.span, "The macro expands without end."));
        }
    }
    whole.push_str(&out[at..]);
    Ok(whole)
}

/// The macros used in a text, in order; quoted strings hold none.
fn calls<'t>(
    text: &str,
    macros: &'t Macros,
    is_field: &dyn Fn(&str) -> bool,
) -> Vec<Result<Call<'t>, FilterError>> {
    let bytes = text.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at),
            b'$' => match call(text, at, macros, is_field) {
                Some(Ok(c)) => {
                    at = c.span.end;
                    found.push(Ok(c));
                }
                Some(Err(e)) => {
                    found.push(Err(e));
                    return found;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    found
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(b) = bytes.get(at) {
        match b {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn name_len(text: &str) -> usize {
    text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')).count()
}

/// The macro that the `$` at `at` begins, if it begins one.
fn call<'t>(
    text: &str,
    at: usize,
    macros: &'t Macros,
    is_field: &dyn Fn(&str) -> bool,
) -> Option<Result<Call<'t>, FilterError>> {
    let rest = &text[at + 1..];
    let (open, rest) = match rest.strip_prefix('{') {
        Some(r) => (true, r),
        None => (false, rest),
    };
    let len = name_len(rest);
    let (name, tail) = rest.split_at(len);
    if name.is_empty() {
        return None;
    }
    let begin = at + 1 + usize::from(open);
    let close = if open { '}' } else { ')' };
    let (separator, body_at) = match tail.chars().next() {
        Some(':' | ';') if open => (';', begin + len + 1),
        Some('}') if open && !is_field(name) => (';', begin + len),
        Some('(') if !open => (',', begin + len + 1),
        _ => return None,
    };
    let Some(text_of_macro) = macros.find(name) else {
        let span = Span::new(begin, begin + len);
        return Some(Err(FilterError::new(span, format!("The macro '{name}' does not exist."))));
    };
    let body = &text[body_at..];
    let Some(end) = body_end(body, close) else {
        let span = Span::new(at, text.len());
        return Some(Err(FilterError::new(span, format!("The macro isn't closed: \"{close}\" is missing."))));
    };
    let arguments = split(&body[..end], separator);
    Some(Ok(Call { span: Span::new(at, body_at + end + 1), text: text_of_macro, arguments }))
}

/// Where the bracket closes that has been opened.
fn body_end(body: &str, close: char) -> Option<usize> {
    let open = if close == '}' { '{' } else { '(' };
    let mut depth = 0;
    for (i, c) in body.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            if depth == 0 {
                return Some(i);
            }
            depth -= 1;
        }
    }
    None
}

/// The arguments, split where no bracket is open.
fn split(body: &str, separator: char) -> Vec<String> {
    if body.trim().is_empty() {
        return Vec::new();
    }
    let (mut depth, mut start, mut out) = (0i32, 0, Vec::new());
    for (i, c) in body.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            c if c == separator && depth == 0 => {
                out.push(body[start..i].trim().to_owned());
                start = i + 1;
            }
            _ => {}
        }
    }
    out.push(body[start..].trim().to_owned());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Result<Expanded, FilterError> {
        let mut macros = Macros::default();
        macros.read("# mine\n\"pair\",\"$1 == $2\"\n\"loop\",\"${loop}\"\n");
        expand(text, &macros, &|name| name.contains('.'))
    }

    #[test]
    fn all_spellings_of_a_call() {
        for text in ["${pair:a;b}", "${pair;a;b}", "$pair(a, b)"] {
            assert_eq!(expanded(text).unwrap().text, "a == b", "{text}");
        }
    }

    #[test]
    fn references_and_strings_are_left_alone() {
        for text in ["${tcp.port} == 1", "$tcp.port == 1", "http.host == \"${pair:a;b}\""] {
            assert_eq!(expanded(text).unwrap().text, text);
        }
    }

    #[test]
    fn errors_are_at_the_call() {
        assert_eq!(expanded("tcp and ${nosuch:a}").err().unwrap().span, 10..16);
        assert!(expanded("${pair:a}").is_err());
        assert!(expanded("${pair:a;b").is_err());
        assert!(expanded("${loop}").is_err());
    }

    #[test]
    fn places_are_found_again() {
        let e = expanded("tcp and ${pair:a;b} foo").unwrap();
        assert_eq!(e.text, "tcp and a == b foo");
        assert_eq!(e.original(15..18), 20..23);
        assert_eq!(e.original(10..12), 8..19);
        assert_eq!(e.original(18..18), 23..23);
    }
}
