//! The right to capture, and giving it up. Whoever dissects what strangers send should be able to do little:
//! the program lets go of its rights as it starts. The helper has them all the same, for it is the program
//! executed again, and executing is what gives rights: by the file's capabilities, or to root.

use rustix::process::geteuid;
use rustix::thread::{self, CapabilitiesSecureBits, CapabilitySet, CapabilitySets};

/// What capturing needs.
const CAPTURE: CapabilitySet = CapabilitySet::NET_RAW.union(CapabilitySet::NET_ADMIN);

/// Gives up the right to capture and, unless this is root, who may want to open any file, all others.
/// To be called in `main` before any thread exists: rights are a thread's, and new threads inherit them.
///
/// `no_new_privs` stays as it is: it would stay so in helpers too, and leave them without rights.
pub fn give_up() {
    let Ok(sets) = thread::capabilities(None) else { return };
    if !sets.permitted.intersects(CAPTURE) {
        return;
    }
    let root = geteuid().is_root();
    // A kernel that refuses leaves everything as it was.
    let _ = thread::set_capabilities(None, reduced(sets, root, helpers_get_them(root)));
}

/// This process will execute nothing, and nothing that it executed all the same would gain rights.
pub(super) fn gain_none() {
    let _ = thread::set_no_new_privs(true);
}

/// Where helpers would inherit rights and not be given them, they stay within reach.
fn reduced(sets: CapabilitySets, root: bool, helpers_get_them: bool) -> CapabilitySets {
    let gone = if root { CAPTURE } else { CapabilitySet::all() };
    CapabilitySets {
        effective: sets.effective.difference(gone),
        permitted: if helpers_get_them { sets.permitted.difference(gone) } else { sets.permitted },
        inheritable: sets.inheritable,
    }
}

/// Whether executing the program again gives rights that this process doesn't have: not so with ambient
/// capabilities, in containers without new privileges, and for a root that is nobody special.
fn helpers_get_them(root: bool) -> bool {
    let is_ambient = |right: CapabilitySet| thread::capability_is_in_ambient_set(right).unwrap_or(false);
    let ambient = is_ambient(CapabilitySet::NET_RAW) || is_ambient(CapabilitySet::NET_ADMIN);
    let none_new = thread::no_new_privs().unwrap_or(false);
    let plain_root =
        || thread::capabilities_secure_bits().is_ok_and(|b| b.contains(CapabilitiesSecureBits::NO_ROOT));
    !(ambient || none_new || root && plain_root())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_keeps_what_opens_files_and_others_keep_nothing() {
        let all = CAPTURE | CapabilitySet::DAC_OVERRIDE;
        let sets = CapabilitySets { effective: all, permitted: all, inheritable: CapabilitySet::NET_RAW };
        let root = reduced(sets, true, true);
        assert_eq!(
            (root.effective, root.permitted),
            (CapabilitySet::DAC_OVERRIDE, CapabilitySet::DAC_OVERRIDE)
        );
        let user = reduced(sets, false, true);
        assert!(user.effective.is_empty() && user.permitted.is_empty());
        // What a file's inheritable capabilities go by.
        assert_eq!(user.inheritable, CapabilitySet::NET_RAW);
    }

    #[test]
    fn rights_that_helpers_inherit_are_not_in_effect_but_there() {
        let sets = CapabilitySets { effective: CAPTURE, permitted: CAPTURE, inheritable: CAPTURE };
        let left = reduced(sets, false, false);
        assert_eq!((left.effective, left.permitted), (CapabilitySet::empty(), CAPTURE));
    }
}
