//! The screens at the sizes that people have, over a trace in memory.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Modifier;

use super::super::screenshot::Stage;
use super::super::snapshot::{Failure, Progress};
use super::super::theme::Depth;
use super::super::update::tests::{Nobody, live, stage, with};
use super::*;

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 36), (200, 60), (40, 10)];

fn after(width: u16, height: u16, keys: &str) -> Stage {
    let mut stage = stage(width, height);
    stage.keys(keys).unwrap();
    stage
}

fn line<'t>(text: &'t str, containing: &str) -> &'t str {
    text.lines().find(|l| l.contains(containing)).unwrap_or_else(|| panic!("no {containing:?} in\n{text}"))
}

#[test]
fn the_handshake_is_seen_as_a_bracket_with_arrows_and_knots() {
    let text = after(120, 36, "5 G").text();
    assert!(line(&text, "[SYN] Seq=0").starts_with(" ╭▶"), "{text}");
    assert!(line(&text, "[SYN, ACK]").starts_with(" ├◀"), "{text}");
    assert!(line(&text, "[ACK] Seq=1 Ack=1").starts_with("▌├▶"), "{text}");
    assert!(line(&text, "[PSH, ACK]").starts_with(" │▶"), "{text}");
    assert!(line(&text, "5353").starts_with(" │ "), "{text}");
    assert!(line(&text, "[RST").starts_with(" ╰◀!"), "{text}");
}

#[test]
fn handshakes_of_connections_that_are_not_selected_are_seen_too() {
    let mut stage = after(120, 36, "");
    let text = stage.text();
    assert!(line(&text, "[SYN] Seq=0").starts_with("  ▷"), "{text}");
    assert!(line(&text, "[SYN, ACK]").starts_with("  ◁"), "{text}");
    assert!(line(&text, "[ACK] Seq=1 Ack=1").starts_with("  ▷"), "{text}");
    assert!(line(&text, "[PSH, ACK]").starts_with("   "), "{text}");
    assert!(line(&text, "[RST").starts_with("  ◁!"), "{text}");
    stage.state.theme.ascii = true;
    assert!(line(&stage.text(), "[SYN] Seq=0").starts_with("  )"), "{}", stage.text());
}

#[test]
fn the_three_panes_are_there_and_the_bottom_line_names_the_field() {
    let mut stage = after(120, 36, "3 G tab G");
    let text = stage.text();
    assert!(text.contains("▸Layers") && text.contains(" Bytes "), "{text}");
    assert!(line(&text, "tcp.flags").trim_start().starts_with("tcp.flags"), "{text}");
    stage.keys("l j").unwrap();
    let text = stage.text();
    let bottom = text.lines().last().unwrap();
    assert!(bottom.contains("tcp.flags.ack  Acknowledgment, 1 bit of byte 47, RFC 9293 3.1"), "{bottom}");
}

#[test]
fn a_narrow_screen_keeps_info_and_cuts_addresses_in_the_middle() {
    let text = after(80, 24, "").text();
    let row = line(&text, "5353");
    assert!(row.contains('…') && row.contains("5353 → 5353"), "{row}");
    for (y, l) in text.lines().enumerate() {
        assert!(text::width(l) <= 80, "line {y}: {l}");
    }
}

#[test]
fn nothing_from_a_packet_reaches_the_terminal_unclean() {
    for (width, height) in SIZES {
        let buf = after(width, height, "7 G").buffer();
        for cell in buf.content() {
            assert!(!cell.symbol().chars().any(|c| c.is_control() || c == '\u{202e}'), "{:?}", cell.symbol());
        }
    }
}

#[test]
fn too_little_room_is_said_and_nothing_panics() {
    let text = after(20, 5, "j tab q").text();
    assert!(text.contains("too little room"), "{text}");
    for width in [1, 2, 20, 39, 40, 41, 79] {
        for height in [1, 2, 5, 9, 10, 11] {
            for keys in ["", "tab", "tab tab", "?", "v", "ctrl+s", "/ \"tcp.fl\"", "\\"] {
                after(width, height, keys).text();
            }
        }
    }
}

#[test]
fn every_overlay_fits_every_size() {
    for (width, height) in SIZES {
        for keys in [
            "?",
            "v",
            "y",
            "ctrl+s",
            "ctrl+f \"x\"",
            ": tab",
            "/ \"tcp.fl\"",
            ": \"save-filter mine arp\" enter F",
            "/ \"arp\" ctrl+s",
            "a",
            "tab a",
            "o \"nothing\" enter",
        ] {
            let mut stage = after(width, height, "3 G");
            stage.keys(keys).unwrap();
            assert_eq!(stage.text().lines().count(), usize::from(height));
        }
    }
}

#[test]
fn the_filter_bar_tells_its_states_without_colour() {
    let top = |keys: &str| {
        let text = after(120, 36, keys).text();
        text.lines().take(2).collect::<Vec<_>>().join("\n")
    };
    assert!(top("").contains("8 packets   handshake.pcap"));
    assert!(top("/ \"tcp.stream == 0\" enter").contains("✓ 5 of 8 packets"));
    assert!(top("/ \"tcp.stream ==\"").contains('…'));
    assert!(top("/ \"ip.addr != 10.0.0.1\"").contains("? no address is"));
    let wrong = top("/ \"tcp && dns.qry.nam\"");
    assert!(wrong.contains("✗ no field dns.qry.nam") && wrong.contains("          ~~~~~~~~~~~"), "{wrong}");
}

#[test]
fn a_filter_that_has_found_nothing_yet_is_seen_and_can_be_changed() {
    let mut stage = stage(120, 36);
    stage.state.filter.coming = Some("frame contains \"x\"".into());
    let top = stage.text().lines().next().unwrap().to_owned();
    assert!(top.contains("frame contains \"x\"") && top.contains("… 8 packets"), "{top}");
    super::super::update::edit_filter(&mut stage.state, None);
    assert_eq!(stage.state.filter.editing.unwrap().line.text(), "frame contains \"x\"");
}

#[test]
fn what_the_line_has_no_room_for_is_said_below_it() {
    use super::super::snapshot::{Check, Verdict};
    let message =
        "Since Wireshark 3.6, ip.addr != x means that no ip.addr is x; \"any ip.addr != x\" differs.";
    let check = Check {
        verdict: Verdict::Questionable,
        span: Some(8..10),
        message: message.into(),
        ..Check::default()
    };
    let mut stage = after(80, 24, "/ \"ip.addr != 1.2.3.4\"");
    stage.state.filter.editing.as_mut().unwrap().check = check;
    let text = stage.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with('?') && lines[1].trim() == "~~", "{text}");
    assert!(lines[2].contains("Since Wireshark 3.6") && lines[3].contains("differs."), "{text}");
}

#[test]
fn candidates_are_listed_below_the_word() {
    let text = after(120, 36, "/ \"arp or tcp.fl\"").text();
    let row = line(&text, "Boolean");
    let column = |line: &str, word: &str| line.find(word).map(|at| text::width(&line[..at]));
    let typed = text.lines().next().unwrap();
    assert_eq!(column(row, "tcp.flags.syn"), column(typed, "tcp.fl"), "{text}");
}

#[test]
fn saved_filters_are_listed_by_name_with_what_they_stand_for() {
    let text = after(120, 36, ": \"save-filter mine arp\" enter / \"mi\"").text();
    let row = line(&text, "saved  ");
    assert!(row.trim_start().starts_with("mine  saved  arp"), "{text}");
    let text = after(120, 36, ": \"save-filter mine arp\" enter F").text();
    assert!(text.contains("Saved filters") && text.contains("mine  arp"), "{text}");
}

#[test]
fn an_empty_result_says_why_and_what_to_do() {
    let text = after(120, 36, "/ \"udp\" enter").text();
    assert!(text.contains("No packet matches. 8 are hidden by  udp   Esc shows them"), "{text}");
    let text = after(80, 24, "/ \"udp or udp or udp or udp or udp or udp or udp\" enter").text();
    assert!(text.lines().any(|l| l == "    Esc shows them"), "{text}");
}

#[test]
fn reading_and_capturing_show_how_far_they_are() {
    let progress = Progress { bytes: 610, total: Some(1000), bytes_per_second: 190.0, ..Progress::default() };
    let stage = stage(120, 36);
    let mut snapshot = stage.snapshot.clone();
    snapshot.progress = progress;
    let mut buf = Buffer::empty(Rect::new(0, 0, 120, 36));
    paint(&stage.state, &snapshot, &mut buf);
    let bottom: String = (0..120).map(|x| buf[(x, 35)].symbol()).collect();
    assert!(bottom.contains("▏ 61 %  8 packets  190 B/s  3 s left   Esc stops"), "{bottom}");
    let text = with(120, 36, live(true, false)).text();
    let bottom = text.lines().last().unwrap();
    assert!(bottom.contains("● eth0  8 packets") && bottom.contains("0 dropped  following"), "{bottom}");
}

#[test]
fn the_chooser_shows_interfaces_with_their_addresses() {
    for (width, height) in SIZES {
        let mut stage =
            Stage::new((width, height), super::super::fake::theme(), std::sync::Arc::new(Nobody), None);
        for _ in 0..200 {
            stage.settle();
            if !stage.snapshot.interfaces.is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let text = stage.text();
        assert!(line(&text, "eth0").contains("up"), "{text}");
        stage.keys("enter").unwrap();
        assert!(stage.text().contains("no right to capture"), "{}", stage.text());
        stage.keys("esc tab ?").unwrap();
        stage.text();
    }
}

#[test]
fn what_happened_is_not_cut_by_the_hints_of_the_chooser() {
    let provider = std::sync::Arc::new(Nobody);
    let mut stage = Stage::new((80, 24), super::super::fake::theme(), provider, None);
    stage.state.say("a capture was not saved: it stands before the recent files");
    assert!(stage.text().contains("it stands before the recent files"), "{}", stage.text());
}

#[test]
fn the_command_that_mends_a_failure_is_shown_whole() {
    let path = format!("/home/somebody/{}/target/release/sniff", "a-long-name".repeat(3));
    let remedy = format!("allow it once with: sudo setcap cap_net_raw,cap_net_admin=eip {path}");
    let failure = Failure { cause: "No permission to capture on eth0.".into(), remedy: Some(remedy.clone()) };
    for (width, height) in SIZES {
        let mut stage = stage(width, height);
        stage.state.overlay = Some(Overlay::Message(failure.clone()));
        let text = stage.text();
        if width >= 200 {
            assert!(text.contains(&remedy), "{text}");
        }
        let end = "release/sniff";
        assert!(width < 80 || text.contains(end), "{text}");
    }
}

#[test]
fn a_file_that_changed_is_offered_to_be_read_anew() {
    let progress = Progress { done: true, changed: true, ..Progress::default() };
    let fake = super::super::fake::Fake { progress: progress.into(), ..Default::default() };
    let text = with(120, 36, fake).text();
    assert!(text.contains("the file has changed since it was read: Ctrl+R reads it anew"), "{text}");
}

#[test]
fn a_file_that_grows_is_told_and_followed_from_its_end() {
    let fake = super::super::fake::Fake::default();
    let progress = Progress { done: true, truncated: Some("cut short".into()), ..Progress::default() };
    *fake.progress.lock().unwrap() = Progress { follows: true, grows: true, ..progress.clone() };
    let mut stage = with(120, 36, fake);
    let text = stage.text();
    assert!(text.contains("● growing ") && !text.contains("cut short"), "{text}");
    stage.keys("G").unwrap();
    assert!(stage.text().contains("● growing, following"), "{}", stage.text());
    let fake = super::super::fake::Fake { progress: progress.into(), ..Default::default() };
    let text = with(120, 36, fake).text();
    assert!(!text.contains("growing") && text.contains("cut short"), "{text}");
}

#[test]
fn without_colours_selection_focus_and_alarms_are_still_told() {
    let mut stage = after(120, 36, "3 G");
    stage.state.theme.depth = Depth::None;
    let buf = stage.buffer();
    let text = stage.text();
    for cell in buf.content() {
        assert_eq!((cell.fg, cell.bg), (ratatui::style::Color::Reset, ratatui::style::Color::Reset));
    }
    assert!(text.lines().nth(1).unwrap().starts_with('▸'));
    assert!(buf[(20, 4)].modifier.contains(Modifier::REVERSED), "{text}");
    assert!(line(&text, "[RST").contains('!'));
}

#[test]
fn without_utf_8_everything_is_ascii() {
    let mut stage = after(80, 24, "7 G");
    stage.state.theme.ascii = true;
    for keys in ["", "tab", "?", "esc", "ctrl+s", "esc", "v"] {
        stage.keys(keys).unwrap();
        assert!(stage.text().is_ascii(), "{}", stage.text());
    }
}

#[test]
fn clicks_select_rows_fields_and_bytes_and_borders_are_dragged() {
    let click = |stage: &mut Stage, kind, column, row| {
        stage.mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    };
    let down = MouseEventKind::Down(MouseButton::Left);
    let mut stage = stage(120, 36);
    click(&mut stage, down, 30, 6);
    assert_eq!(stage.state.list.packet, Some(4));
    let areas = layout::areas(&stage.state);
    click(&mut stage, down, areas.tree.x + 10, areas.tree.y + 1);
    assert_eq!((stage.state.focus, stage.state.tree.path.as_str()), (Pane::Tree, "ip"));
    let hex_x = areas.hex.x + 7;
    click(&mut stage, down, hex_x, areas.hex.y + 2);
    assert_eq!((stage.state.focus, stage.state.hex.cursor), (Pane::Hex, 32));
    let (before, border) = (areas.list.height, areas.tree_title.y);
    click(&mut stage, down, 50, border);
    click(&mut stage, MouseEventKind::Drag(MouseButton::Left), 50, border + 5);
    click(&mut stage, MouseEventKind::Up(MouseButton::Left), 50, border + 5);
    assert_eq!(layout::areas(&stage.state).list.height, before + 5);
    click(&mut stage, MouseEventKind::ScrollDown, 30, 6);
    assert_eq!(stage.state.list.packet, Some(7));
    click(&mut stage, down, 10, 0);
    assert!(stage.state.filter.editing.is_some());
}

#[test]
fn a_test_backend_gets_the_same_screen() {
    let stage = after(80, 24, "/ \"tcp\"");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| draw(&stage.state, &stage.snapshot, frame)).unwrap();
    assert_eq!(terminal.backend().buffer(), &stage.buffer());
    assert_eq!(terminal.backend_mut().cursor_position(), Position::new(6, 0));
}

#[test]
fn titles_of_narrow_columns_are_cut_without_an_ellipsis() {
    let text = after(80, 24, "").text();
    let header = text.lines().nth(1).unwrap();
    assert!(header.contains("No.") && !header.contains('…'), "{text}");
}

#[test]
fn help_in_the_filter_line_lists_its_keys() {
    let mut stage = after(120, 36, "/ \"arp\" f1");
    let text = stage.text();
    assert!(
        text.contains("Keys of the filter line") && text.contains("save the filter under a name"),
        "{text}"
    );
    stage.keys("esc").unwrap();
    assert!(stage.state.filter.editing.is_some());
}

#[test]
fn help_lists_every_key_that_works_in_the_list() {
    use super::super::action::{BINDINGS, Modes};
    let stage = after(200, 60, "?");
    let text = stage.text();
    for b in BINDINGS.iter().filter(|b| b.modes.intersects(Modes::LIST)) {
        let shown = text::head(b.help, 30);
        assert!(text.contains(shown), "{} is not in\n{text}", b.help);
    }
}

#[test]
fn pictures_hold_the_text_of_the_screen() {
    let stage = after(80, 24, "3 G");
    let svg = stage.svg();
    assert!(svg.starts_with("<svg") && svg.contains("Layers") && svg.trim_end().ends_with("</svg>"));
    assert!(stage.ansi().contains("\x1b[0;1"));
}
