//! Keys in, state and effects out, over a trace in memory.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::tui::fake::{self, Fake};
use crate::tui::screenshot::Stage;
use crate::tui::snapshot::{Failure, Interface, Live, Progress, Provider, Recent, Source, Verdict};
use crate::tui::state::Which;

pub struct Nobody;

impl Provider for Nobody {
    fn open(&self, path: &Path) -> Result<Arc<dyn Source>, Failure> {
        match path.to_str() {
            Some("good.pcap") => Ok(Arc::new(Fake::default())),
            _ => {
                Err(Failure { cause: "that is a JPEG image".into(), remedy: Some("sniff other.pcap".into()) })
            }
        }
    }
    fn capture(&self, _: &[String], _: Option<&str>) -> Result<Arc<dyn Source>, Failure> {
        Err(Failure {
            cause: "You have no right to capture on eth0.".into(),
            remedy: Some("sudo setcap cap_net_raw+ep /usr/bin/sniff".into()),
        })
    }
    fn unsaved(&self) -> Vec<Recent> {
        Vec::new()
    }
    fn interfaces(&self) -> (Vec<Interface>, Option<Failure>) {
        let up = Interface {
            name: "eth0".into(),
            up: Some(true),
            addresses: vec!["10.77.1.10/24".into(), "fd77:1::10/64".into()],
            about: String::new(),
            packets: Some(1000),
        };
        let down = Interface { name: "wlan0".into(), up: Some(false), ..Interface::default() };
        (vec![up, down], None)
    }
}

pub fn stage(width: u16, height: u16) -> Stage {
    with(width, height, Fake::default())
}

pub fn with(width: u16, height: u16, fake: Fake) -> Stage {
    Stage::new((width, height), fake::theme(), Arc::new(Nobody), Some(Arc::new(fake)))
}

pub fn live(running: bool, kept: bool) -> Fake {
    let live = Live { interfaces: "eth0".into(), dropped: 0, running, kept };
    let progress = Progress { live: Some(live), ..Progress::default() };
    Fake { progress: progress.into(), ..Fake::default() }
}

fn after(keys: &str) -> Stage {
    let mut stage = stage(120, 36);
    stage.keys(keys).unwrap();
    stage
}

fn selected(stage: &Stage) -> u32 {
    stage.state.list.packet.unwrap() + 1
}

fn quits(stage: &Stage) -> bool {
    stage.done.contains(&Effect::Quit)
}

#[test]
fn the_list_is_walked_with_arrows_letters_and_counts() {
    assert_eq!(selected(&after("j j down k")), 3);
    assert_eq!(selected(&after("3 j")), 4);
    assert_eq!(selected(&after("G")), 8);
    assert_eq!(selected(&after("G g g")), 1);
    assert_eq!(selected(&after("5 G")), 5);
    assert_eq!(selected(&after("1 2 G")), 8);
    assert_eq!(selected(&after("ctrl+g \"6\" enter")), 6);
}

#[test]
fn going_to_a_packet_that_is_not_there_says_where_one_is_instead() {
    let notice = |keys: &str| after(keys).state.notice.map_or(String::new(), |n| n.text);
    assert_eq!(notice("9 9 G"), "there is no packet 99; the last is 8");
    let hidden = notice("/ \"tcp.stream == 0\" enter ctrl+g \"7\" enter");
    assert_eq!(hidden, "packet 7 is hidden by the filter; 8 is the nearest shown");
    assert_eq!(notice("5 G"), "");
}

#[test]
fn a_conversation_is_followed_and_visited_packets_are_found_again() {
    assert_eq!(selected(&after("3 G ] ]")), 5);
    assert_eq!(selected(&after("G [")), 6);
    assert_eq!(selected(&after("3 G ] ] alt+left alt+left")), 3);
    assert_eq!(selected(&after("3 G ] ] alt+left alt+left alt+right")), 4);
    let lost = after("g g ]");
    assert!(lost.state.notice.is_some());
}

#[test]
fn marks_are_set_walked_and_taken_off() {
    let stage = after("m 5 G m g g '");
    assert_eq!((selected(&stage), stage.state.marks.len()), (5, 2));
    assert_eq!(selected(&after("m 5 G m g g ctrl+shift+b")), 5);
    assert_eq!(after("M").state.marks.len(), 8);
    assert_eq!(after("M M").state.marks.len(), 0);
}

#[test]
fn a_filter_keeps_the_selected_packet_if_it_is_shown() {
    let stage = after("5 G / \"tcp.stream == 0\" enter");
    assert_eq!(stage.state.filter.applied, "tcp.stream == 0");
    assert_eq!(stage.snapshot.shown.len(), 5);
    assert_eq!(selected(&stage), 5);
    let stage = after("7 G / \"tcp.stream == 0\" enter");
    assert_eq!(selected(&stage), 8);
}

#[test]
fn a_wrong_filter_stays_in_the_line_and_esc_leaves_the_applied_one() {
    let mut stage = after("/ \"arp\" enter / \" && dns.qry.nam\" enter");
    let editing = stage.state.filter.editing.as_ref().unwrap();
    assert_eq!(editing.check.verdict, Verdict::Wrong);
    stage.keys("esc").unwrap();
    assert_eq!(stage.state.filter.applied, "arp");
}

#[test]
fn tab_completes_and_up_walks_the_history() {
    let stage = after("/ \"ip && tcp.fl\" tab tab");
    assert_eq!(stage.state.filter.editing.unwrap().line.text(), "ip && tcp.flags.syn");
    let stage = after("/ \"arp\" enter / ctrl+u \"tcp\" enter / ctrl+u up up");
    assert_eq!(stage.state.filter.editing.unwrap().line.text(), "arp");
}

#[test]
fn down_goes_into_the_candidates_and_up_comes_back() {
    let typed = |keys: &str| after(keys).state.filter.editing.unwrap().line.text().to_owned();
    assert_eq!(typed("/ \"tcp.fl\" down"), "tcp.flags");
    assert_eq!(typed("/ \"tcp.fl\" down down"), "tcp.flags.syn");
    assert_eq!(typed("/ \"tcp.fl\" down down up"), "tcp.flags");
    // From a line of the history Down comes back to what was typed.
    assert_eq!(typed("/ \"arp\" enter / ctrl+u up down"), "");
}

#[test]
fn a_filter_is_saved_under_a_name_and_applied_by_it() {
    let mut stage = after("/ \"arp\" ctrl+s \"mine\" enter");
    assert_eq!(stage.state.filter.saved["mine"].text, "arp");
    assert!(stage.state.filter.editing.is_some());
    stage.keys("esc F enter").unwrap();
    assert_eq!(stage.state.filter.applied, "arp");
    let stage = after(": \"save-filter mine arp\" enter : \"filter mine\" enter");
    assert_eq!(stage.state.filter.applied, "arp");
    // In the line too, where it is no filter itself.
    let mut stage = after(": \"save-filter nam arp\" enter / \"na\" tab");
    assert_eq!(stage.state.filter.editing.as_ref().unwrap().line.text(), "arp");
    stage.keys("ctrl+u \"nam\" enter").unwrap();
    assert_eq!(stage.state.filter.applied, "arp");
}

#[test]
fn saved_filters_are_forgotten_but_not_those_written_by_hand() {
    let mut stage = after(": \"save-filter mine arp\" enter F d");
    assert!(stage.state.filter.saved.is_empty() && stage.state.overlay.is_none());
    let saved = crate::tui::state::Saved { text: "arp".into(), by_hand: true };
    stage.state.filter.saved.insert("hers".into(), saved);
    stage.keys("F d esc : \"forget-filter hers\" enter : \"save-filter hers tcp\" enter").unwrap();
    assert_eq!(stage.state.filter.saved["hers"].text, "arp");
    assert!(matches!(&stage.state.overlay, Some(Overlay::Prompt(p)) if p.complaint.contains("config.toml")));
}

#[test]
fn what_is_no_whole_filter_is_not_saved() {
    let stage = after("/ \"tcp.stream ==\" ctrl+s");
    assert!(stage.state.overlay.is_none() && stage.state.notice.is_some());
    let stage = after("/ \"arp\" ctrl+s \"two words\" enter");
    assert!(stage.state.filter.saved.is_empty());
}

#[test]
fn nothing_that_matches_is_left_by_esc() {
    let stage = after("/ \"udp\" enter");
    assert!(stage.snapshot.shown.is_empty());
    let stage = after("/ \"udp\" enter esc");
    assert_eq!(stage.snapshot.shown.len(), 8);
}

#[test]
fn esc_takes_an_applied_filter_off_last_and_the_history_brings_it_back() {
    let mut stage = after("/ \"arp\" enter tab esc");
    assert_eq!((stage.state.focus, stage.state.filter.applied.as_str()), (Pane::List, "arp"));
    stage.keys("esc").unwrap();
    assert_eq!((stage.snapshot.shown.len(), stage.state.filter.applied.as_str()), (8, ""));
    stage.keys("/ up enter").unwrap();
    assert_eq!(stage.state.filter.applied, "arp");
}

#[test]
fn filters_are_made_from_fields_and_conversations() {
    let stage = after("3 G C");
    assert_eq!(stage.state.filter.applied, "tcp.stream == 0");
    assert_eq!(after("3 G C C").state.filter.applied, "");
    let stage = after("3 G tab G A enter");
    let line = stage.state.filter.editing.unwrap().line;
    assert!(line.text().contains("=="), "{}", line.text());
}

#[test]
fn a_cell_of_the_list_is_chosen_by_its_column_and_then_how_it_is_used() {
    let mut stage = after("5 G a");
    let Some(Overlay::Menu(menu)) = &stage.state.overlay else { panic!("no menu") };
    let labels: Vec<&str> = menu.items.iter().map(|i| i.label.as_str()).collect();
    assert_eq!(labels, ["Source", "Destination", "Protocol", "Length", "Conversation"]);
    assert_eq!(menu.items[0].preview, "ip.src == 10.77.1.10");
    stage.keys("enter j enter").unwrap();
    assert_eq!(stage.state.filter.applied, "!(ip.src == 10.77.1.10)");
    let stage = after("/ \"tcp.stream == 0\" enter j j a j j enter j j enter");
    assert_eq!(stage.state.filter.applied, "(tcp.stream == 0) && (tcp)");
}

#[test]
fn the_tree_opens_closes_and_keeps_its_field_in_the_next_packet() {
    let mut stage = after("3 G tab");
    stage.keys("G").unwrap();
    let path = stage.state.tree.path.clone();
    stage.keys("f8").unwrap();
    assert_eq!(stage.state.tree.path, path);
    stage.keys("h h").unwrap();
    assert_eq!(stage.state.tree.path, "tcp");
    stage.keys("h").unwrap();
    let rows = tree::visible(&stage.state, stage.snapshot.detail.as_ref().unwrap());
    assert_eq!(rows.len(), 3);
    stage.keys("*").unwrap();
    let rows = tree::visible(&stage.state, stage.snapshot.detail.as_ref().unwrap());
    assert_eq!(rows.len(), 9);
}

#[test]
fn a_byte_leads_to_its_field_and_a_field_to_its_bytes() {
    let mut stage = after("3 G tab tab");
    let detail = stage.snapshot.detail.clone().unwrap();
    tree::choose_byte(&mut stage.state, &detail, 47);
    assert_eq!(stage.state.tree.path, "tcp/tcp.flags/tcp.flags.ack");
    stage.keys("left left").unwrap();
    assert_eq!(stage.state.hex.cursor, 45);
}

#[test]
fn enter_on_a_frame_number_goes_there_and_back() {
    let mut stage = after("8 G tab");
    let detail = stage.snapshot.detail.clone().unwrap();
    tree::select(&mut stage.state, &detail, 5);
    stage.keys("enter").unwrap();
    assert_eq!(selected(&stage), 3);
    stage.keys("alt+left").unwrap();
    assert_eq!(selected(&stage), 8);
}

#[test]
fn text_is_found_and_found_again() {
    let mut stage = after("ctrl+f \"SYN\" enter");
    assert_eq!(selected(&stage), 3);
    stage.keys("n").unwrap();
    assert_eq!(selected(&stage), 4);
    stage.keys("N").unwrap();
    assert_eq!(selected(&stage), 3);
    let stage = after("ctrl+f tab \"06cafe\" enter");
    assert_eq!(selected(&stage), 7);
    let stage = after("ctrl+f shift+tab \"Source Port\" enter");
    assert_eq!((selected(&stage), stage.state.tree.path.as_str()), (2, "tcp/tcp.srcport"));
    let stage = after("ctrl+f tab \"zz\" enter");
    assert!(matches!(&stage.state.overlay, Some(Overlay::Prompt(p)) if !p.complaint.is_empty()));
}

#[test]
fn columns_are_sorted_moved_added_and_removed() {
    let mut stage = after("v j j j j j s enter");
    assert_eq!(stage.snapshot.shown.packet(0), Some(0));
    stage.keys("v j j j j j s enter").unwrap();
    assert_eq!(stage.snapshot.shown.packet(0), Some(6));
    stage.keys("v j j j j j s enter").unwrap();
    assert_eq!(stage.snapshot.shown.packet(6), Some(6));
    let stage = after("v a \"tcp.srcport\" enter");
    assert_eq!(stage.state.columns[6].content.name(), "tcp.srcport");
    assert!(matches!(stage.state.overlay, Some(Overlay::Columns { selected: 6 })));
    let stage = after("v J enter");
    assert_eq!(stage.state.columns[0].title, "Time");
    let stage = after("v d enter");
    assert_eq!(stage.state.columns.len(), 6);
    let stage = after("3 G tab G i");
    assert_eq!(stage.state.columns.len(), 8);
    assert_eq!(stage.snapshot.lines[0].row.fields.len(), 1);
}

#[test]
fn the_copy_menu_offers_what_is_selected() {
    let stage = after("3 G tab G y enter");
    let copied = stage.done.iter().find_map(|e| if let Effect::Copy(t) = e { Some(t) } else { None });
    assert!(copied.is_some());
}

#[test]
fn quitting_asks_only_if_a_capture_would_be_lost() {
    assert!(quits(&after("q")));
    let mut stage = with(120, 36, live(false, true));
    stage.keys("q").unwrap();
    assert!(quits(&stage));
    let mut stage = with(120, 36, live(true, false));
    stage.keys("q").unwrap();
    assert!(!quits(&stage) && matches!(stage.state.overlay, Some(Overlay::Leave(After::Quit))));
    stage.keys("esc").unwrap();
    assert!(stage.state.overlay.is_none());
    stage.keys("q d").unwrap();
    assert!(quits(&stage));
}

#[test]
fn keeping_a_capture_writes_it_and_then_quits() {
    let name = std::env::temp_dir().join(format!("sniff-keep-{}.pcapng", std::process::id()));
    let mut stage = with(120, 36, live(true, false));
    stage.keys(&format!("q k ctrl+u \"{}\" enter", name.display())).unwrap();
    stage.settle();
    assert!(quits(&stage));
}

/// Somebody whose last capture ended with a crash.
struct Crashed(std::path::PathBuf);

impl Provider for Crashed {
    fn open(&self, _: &Path) -> Result<Arc<dyn Source>, Failure> {
        Ok(Arc::new(Fake::default()))
    }
    fn capture(&self, names: &[String], filter: Option<&str>) -> Result<Arc<dyn Source>, Failure> {
        Nobody.capture(names, filter)
    }
    fn unsaved(&self) -> Vec<Recent> {
        let recent = Recent { path: self.0.clone(), unsaved: true, ..Recent::default() };
        if self.0.exists() { vec![recent] } else { Vec::new() }
    }
    fn interfaces(&self) -> (Vec<Interface>, Option<Failure>) {
        Nobody.interfaces()
    }
}

/// The chooser with a spool that was left behind, and the spool.
fn crashed(name: &str) -> (Stage, std::path::PathBuf) {
    let spool = std::env::temp_dir().join(format!("sniff-{name}-{}.pcapng", std::process::id()));
    std::fs::write(&spool, "packets").unwrap();
    (Stage::new((120, 36), fake::theme(), Arc::new(Crashed(spool.clone())), None), spool)
}

#[test]
fn a_capture_left_behind_is_offered_and_gone_once_all_of_it_is_saved() {
    let (mut stage, spool) = crashed("adopted");
    let text = stage.text();
    assert!(text.contains("a capture was not saved") && text.contains("unsaved capture"), "{text}");
    stage.keys("tab enter").unwrap();
    assert_eq!(stage.state.screen, Screen::Packets);
    let name = spool.with_extension("kept.pcapng");
    let save = format!("ctrl+s ctrl+u \"{}\" enter", name.display());
    stage.keys(&format!("3 G m {save} m")).unwrap();
    stage.settle();
    assert!(spool.exists(), "only the marked packet was saved");
    stage.keys(&save).unwrap();
    stage.settle();
    assert!(!spool.exists());
}

#[test]
fn a_capture_left_behind_is_dropped_only_when_asked_twice() {
    let (mut stage, spool) = crashed("dropped");
    stage.keys("tab d").unwrap();
    assert!(spool.exists() && stage.text().contains("for good"));
    stage.keys("tab tab d").unwrap();
    assert!(spool.exists());
    stage.keys("d").unwrap();
    assert!(!spool.exists());
}

#[test]
fn interfaces_are_a_key_away_and_esc_comes_back_to_the_trace() {
    let mut stage = with(120, 36, live(true, false));
    stage.keys("3 G ctrl+k").unwrap();
    assert_eq!(stage.state.screen, Screen::Chooser);
    assert!(stage.text().contains("Esc back to handshake.pcap"), "{}", stage.text());
    stage.keys("esc").unwrap();
    assert_eq!((stage.state.screen, selected(&stage)), (Screen::Packets, 3));
    // Another trace takes its place only after the question.
    stage.keys("ctrl+k o \"good.pcap\" enter").unwrap();
    assert!(matches!(stage.state.overlay, Some(Overlay::Leave(After::Open(_)))));
    stage.keys("esc q").unwrap();
    assert!(matches!(stage.state.overlay, Some(Overlay::Leave(After::Quit))) && !quits(&stage));
    stage.keys("esc o \"good.pcap\" enter d").unwrap();
    assert!(stage.state.screen == Screen::Packets && stage.snapshot.progress.live.is_none());
}

#[test]
fn reading_anew_keeps_filter_and_packet() {
    let mut stage = after("/ \"tcp.stream == 0\" enter 5 G ctrl+r");
    stage.settle();
    assert_eq!((selected(&stage), stage.state.filter.applied.as_str()), (5, "tcp.stream == 0"));
}

#[test]
fn a_filter_on_a_capture_holds_before_anything_matches_it() {
    let mut stage = with(120, 36, live(true, true));
    stage.keys("/ \"udp\" enter").unwrap();
    assert_eq!(stage.state.filter.applied, "udp");
    assert!(stage.text().contains("No packet matches. 8 are hidden by  udp"), "{}", stage.text());
    stage.keys("esc").unwrap();
    assert_eq!((stage.snapshot.shown.len(), stage.state.filter.applied.as_str()), (8, ""));
}

#[test]
fn following_ends_with_moving_and_resumes_at_the_end() {
    let mut stage = with(120, 36, live(true, false));
    assert!(stage.state.list.following);
    assert_eq!(selected(&stage), 8);
    stage.keys("k").unwrap();
    assert!(!stage.state.list.following);
    stage.keys("G").unwrap();
    assert!(stage.state.list.following);
}

#[test]
fn who_looks_at_the_last_packet_of_a_file_follows_it_once_it_grows() {
    for (keys, follows) in [("G", true), ("g g", false)] {
        let progress = Progress { done: true, ..Progress::default() };
        let file = Arc::new(Fake { progress: progress.into(), ..Fake::default() });
        let mut stage = Stage::new((120, 36), fake::theme(), Arc::new(Nobody), Some(file.clone()));
        stage.keys(keys).unwrap();
        assert!(!stage.state.list.following);
        file.progress.lock().unwrap().follows = true;
        stage.settle();
        assert_eq!(stage.state.list.following, follows, "{keys}");
        stage.keys("G").unwrap();
        assert!(stage.state.list.following);
    }
}

#[test]
fn the_save_form_offers_marked_packets_first_and_both_formats() {
    let stage = after("m ctrl+s up right");
    let Some(Overlay::Save(form)) = &stage.state.overlay else { panic!("no form") };
    assert_eq!((form.which, form.format), (Which::Marked, FileFormat::Pcap));
    assert_eq!(form.path.text(), "handshake-part.pcap");
}

#[test]
fn the_command_line_knows_every_action_by_name() {
    assert!(quits(&after(": \"quit\" enter")));
    assert_eq!(selected(&after(": \"5\" enter")), 5);
    assert!(after(": \"zoom\" enter").state.layout.zoom);
    assert_eq!(after(": \"theme light\" enter").state.theme.palette.name(), "light");
    let wrong = after(": \"frobnicate\" enter");
    assert!(matches!(&wrong.state.overlay, Some(Overlay::Prompt(p)) if p.complaint.contains("frobnicate")));
}

#[test]
fn commands_typed_before_come_back() {
    let line = |keys: &str| match after(keys).state.overlay {
        Some(Overlay::Prompt(p)) => p.line.text().to_owned(),
        _ => panic!("no command line"),
    };
    assert_eq!(line(": \"zoom\" enter : \"5\" enter : up up"), "zoom");
    assert_eq!(line(": \"zoom\" enter : \"5\" enter : up up down"), "5");
    assert_eq!(line(": \"zoom\" enter : up down"), "");
}

#[test]
fn help_is_scrolled_back_from_its_end() {
    let mut stage = stage(80, 24);
    let top = |stage: &Stage| match stage.state.overlay {
        Some(Overlay::Help { top }) => top,
        _ => panic!("no help"),
    };
    stage.keys("? G").unwrap();
    let end = top(&stage);
    stage.keys("j k").unwrap();
    assert!(end > 0 && top(&stage) == end - 1);
}

#[test]
fn a_file_that_cannot_be_opened_says_why() {
    let stage = after("o \"photo.jpg\" enter");
    assert!(matches!(&stage.state.overlay, Some(Overlay::Message(f)) if f.cause.contains("JPEG")));
    let stage = after("o \"good.pcap\" enter");
    assert!(stage.state.overlay.is_none());
}

#[test]
fn esc_leads_back_from_everywhere() {
    for keys in ["?", "v", "y", "ctrl+s", "ctrl+f", ":", "/", "o", "ctrl+g", "a", "\\", "tab", "tab tab"] {
        let stage = after(&format!("3 G {keys} esc"));
        assert!(stage.state.overlay.is_none(), "{keys}");
        assert!(stage.state.filter.editing.is_none(), "{keys}");
        assert!(!stage.state.layout.zoom, "{keys}");
        assert_eq!(stage.state.focus, Pane::List, "{keys}");
    }
}

#[test]
fn no_key_in_any_mode_panics() {
    let keys = [
        "j",
        "k",
        "G",
        "g g",
        "h",
        "l",
        "tab",
        "enter",
        "space",
        "pgdn",
        "pgup",
        "*",
        "backspace",
        "+",
        "-",
        "<",
        ">",
        "|",
        "\\",
        "[",
        "]",
        "n",
        "N",
        "m",
        "'",
        "M",
        "t",
        "T",
        "a",
        "A",
        "C",
        "y",
        "v",
        "i",
        "b",
        "s",
        "d",
        "K",
        "J",
        "f",
        "o",
        "w",
        ":",
        "/",
        "?",
        "ctrl+f",
        "ctrl+g",
        "alt+left",
        "alt+right",
        "9",
        "0",
    ];
    for (width, height) in [(20, 5), (80, 24), (200, 60)] {
        let mut stage = with(width, height, live(true, true));
        for first in keys {
            for second in keys {
                stage.keys(first).unwrap();
                stage.keys(second).unwrap();
            }
            stage.text();
        }
    }
}
