use super::*;
use crate::tui::fake::{self, Fake};
use crate::tui::update::tests::Nobody;

#[test]
fn the_rate_is_that_of_the_last_second() {
    let mut rate = Rate::default();
    for i in 0..50u32 {
        rate.note(Duration::from_millis(u64::from(i) * 100), if i < 20 { i * 100 } else { 2000 });
    }
    assert_eq!(rate.per_second(), 0.0);
    rate.note(Duration::from_millis(5000), 2110);
    assert!(rate.per_second() > 50.0);
}

#[test]
fn writing_is_waited_for_and_can_be_stopped() {
    let mut state = fake::state(120, 36);
    let mut model = Model::new(Arc::new(Nobody), Store::default());
    model.show(&mut state, Arc::new(Fake::default()), None);
    let save = Save { packets: None, path: "endless.pcapng".into(), format: FileFormat::Pcapng, then: None };
    let (snapshot, _) = model.snapshot(&mut state);
    model.perform(&mut state, Effect::Save(save), &snapshot);
    let (snapshot, _) = model.snapshot(&mut state);
    assert_eq!(snapshot.work, Some((WRITING, 0.0)));
    assert_eq!(update::update(&mut state, Action::Quit, &snapshot), [Effect::QuitOnceWritten]);
    model.perform(&mut state, Effect::Cancel, &snapshot);
    while model.saving.is_some() {
        model.snapshot(&mut state);
    }
    assert!(state.notice.unwrap().text.contains("stopped"));
}

#[test]
fn an_interface_gets_its_rate_from_two_counts() {
    let list = |n| vec![Interface { name: "eth0".into(), packets: Some(n), ..Interface::default() }];
    let mut known = Vec::new();
    sample(&mut known, list(100));
    assert!(known[0].rates.is_empty());
    sample(&mut known, list(312));
    assert_eq!(known[0].rates, [212]);
}
