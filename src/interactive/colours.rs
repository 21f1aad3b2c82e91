//! Colouring rules, compiled: Wireshark's default ones, or the user's own `colorfilters` file. The first
//! rule that a packet matches gives its colours.

use crate::filter::colour::{self, Rule};
use crate::filter::{self, Filter, Macros, Scratch};
use crate::tui::snapshot::RowColour;

use super::wireshark_file;

/// Rules in their order.
pub struct Rules {
    list: Vec<(Rule, Filter)>,
    /// Rules of the user's file that were left out, with the reason.
    pub skipped: Vec<String>,
}

impl Rules {
    /// The user's rules if there are any, else the default ones.
    pub fn of_user(macros: &Macros) -> Rules {
        let Some(text) = wireshark_file("colorfilters") else { return Rules::defaults() };
        let (rules, bad) = colour::read(&text);
        let mut compiled = Rules::compile(rules, macros);
        compiled
            .skipped
            .extend(bad.into_iter().map(|b| format!("colorfilters, line {}: {}", b.line, b.message)));
        if compiled.list.is_empty() { Rules::defaults() } else { compiled }
    }

    /// Alternatives of a rule that name unknown protocols are left out: nothing could match them.
    pub fn defaults() -> Rules {
        let rules = colour::default_rules().into_iter().filter_map(|rule| {
            let filter = colour::known_part(&rule.filter)?;
            Some(Rule { filter, ..rule })
        });
        Rules::compile(rules.collect(), &Macros::default())
    }

    fn compile(rules: Vec<Rule>, macros: &Macros) -> Rules {
        let mut compiled = Rules { list: Vec::new(), skipped: Vec::new() };
        let options = filter::Options { macros: Some(macros), ..filter::Options::default() };
        for rule in rules.into_iter().filter(|r| !r.disabled) {
            match filter::compile(&rule.filter, &options) {
                Ok(filter) => compiled.list.push((rule, filter)),
                Err(why) => compiled.skipped.push(format!("colour rule {}: {}", rule.name, why.message)),
            }
        }
        compiled
    }

    /// The colours of the first rule that a packet matches.
    pub fn of(&self, packet: &filter::Packet, scratch: &mut Scratch) -> Option<RowColour> {
        let (rule, _) = self.list.iter().find(|(_, filter)| filter.matches(packet, scratch))?;
        Some(RowColour { background: rule.background, foreground: rule.foreground })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_rules_for_what_is_dissected_compile() {
        let rules = Rules::defaults();
        assert_eq!(rules.skipped, Vec::<String>::new());
        for name in ["Bad TCP", "ICMP errors", "ARP", "TCP RST", "HTTP", "TCP SYN/FIN", "UDP", "Broadcast"] {
            assert!(rules.list.iter().any(|(r, _)| r.name == name), "{name}");
        }
    }
}
