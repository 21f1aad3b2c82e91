//! libpcap, loaded at run time: one binary that starts on machines with and without it.
//!
//! The `pcap` crate imports C symbols that the linker would want from `libpcap.so`, under a
//! file name that differs between distributions. This file defines those symbols itself: each
//! forwards to the real function, found with `dlsym` on first use, and returns the C interface's
//! error value where the library or the function is missing. [`available`] tells which it is
//! and must gate every use of the `pcap` crate.
//!
//! This is the only file of the crate with `unsafe` code. The reasons: defining C symbols and
//! calling through `dlsym` pointers can't be done without, and a few libpcap functions that the
//! `pcap` crate doesn't bind are called here. Soundness rests on three things: every signature is
//! that of the public `pcap/pcap.h`, unchanged since libpcap 1.0; the library is never unloaded;
//! and everything exported to Rust takes references, not pointers.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_uchar, c_uint, c_void};
use std::os::fd::BorrowedFd;
use std::sync::OnceLock;

use pcap::{Activated, Active, Capture, State};

/// The names under which distributions install the library: Fedora, Arch and Alpine; Debian and Ubuntu; development packages.
const NAMES: [&CStr; 3] = [c"libpcap.so.1", c"libpcap.so.0.8", c"libpcap.so"];

/// `PCAP_ERROR`, the value by which most functions say that they failed.
const FAILED: c_int = -1;

/// Whether a usable libpcap was found on this machine. Loads it on the first call.
pub fn available() -> bool {
    // `pcap_create` and `pcap_activate` came with 1.0 (2008); anything older is no use.
    symbol(c"pcap_activate").is_some()
}

/// What the library says of itself, such as `libpcap version 1.10.3 (with TPACKET_V3)`.
pub fn version() -> Option<String> {
    let address = symbol(c"pcap_lib_version")?;
    // SAFETY: the address is that of `const char *pcap_lib_version(void)`.
    let function: unsafe extern "C" fn() -> *const c_char = unsafe { cast(address) };
    // SAFETY: the function takes nothing and returns a constant string or null.
    unsafe { text(function()) }
}

/// How the last activation of a capture on this thread went. The `pcap` crate keeps only the
/// message, and takes a warning for a failure; the number is the reliable part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Ok,
    /// It captures, but something asked for was not possible (promiscuous mode on `any`).
    Warning,
    NoSuchDevice,
    NoPermission,
    /// The interface is there, and down.
    NotUp,
    /// Monitor mode or the type of time stamps asked for isn't offered.
    NotSupported,
    Failed,
}

/// The outcome of this thread's last `Capture::open`.
pub fn last_activation() -> Activation {
    match ACTIVATION.get() {
        0 => Activation::Ok,
        1.. => Activation::Warning,
        -5 => Activation::NoSuchDevice,
        -8 | -11 => Activation::NoPermission,
        -9 => Activation::NotUp,
        -6 | -10 | -12 => Activation::NotSupported,
        _ => Activation::Failed,
    }
}

/// Whether the handle's time stamps carry nanoseconds in the field named for microseconds.
pub fn has_nanoseconds(capture: &Capture<Active>) -> bool {
    let Some(address) = symbol(c"pcap_get_tstamp_precision") else {
        return false;
    };
    // SAFETY: the address is that of `int pcap_get_tstamp_precision(pcap_t *)`.
    let function: unsafe extern "C" fn(*mut c_void) -> c_int = unsafe { cast(address) };
    // SAFETY: the handle is open for as long as `capture` is borrowed.
    unsafe { function(handle(capture)) == 1 }
}

/// The kinds of time stamps that a device offers: name (`host`, `adapter` …) and description.
/// Empty where it offers no choice.
pub fn timestamp_types<T: State>(capture: &Capture<T>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (Some(list), Some(free)) = (symbol(c"pcap_list_tstamp_types"), symbol(c"pcap_free_tstamp_types"))
    else {
        return found;
    };
    // SAFETY: `int pcap_list_tstamp_types(pcap_t *, int **)`.
    let list: unsafe extern "C" fn(*mut c_void, *mut *mut c_int) -> c_int = unsafe { cast(list) };
    // SAFETY: `void pcap_free_tstamp_types(int *)`.
    let free: unsafe extern "C" fn(*mut c_int) = unsafe { cast(free) };
    let mut types: *mut c_int = std::ptr::null_mut();
    // SAFETY: the handle is open; `types` receives an array of as many numbers as returned.
    let count = unsafe { list(handle(capture), &mut types) };
    for index in 0..usize::try_from(count).unwrap_or(0) {
        // SAFETY: `index` is below the count that came with the array.
        let number = unsafe { *types.add(index) };
        if let Some(name) = number_to_text(c"pcap_tstamp_type_val_to_name", number) {
            let about = number_to_text(c"pcap_tstamp_type_val_to_description", number);
            found.push((name, about.unwrap_or_default()));
        }
    }
    if count >= 0 && !types.is_null() {
        // SAFETY: the array was made by `pcap_list_tstamp_types` and is used no more.
        unsafe { free(types) };
    }
    found
}

/// The number of time stamp type `name`, for instance 3 for `adapter`.
pub fn timestamp_type(name: &str) -> Option<i32> {
    let name = std::ffi::CString::new(name).ok()?;
    let address = symbol(c"pcap_tstamp_type_name_to_val")?;
    // SAFETY: `int pcap_tstamp_type_name_to_val(const char *)`.
    let function: unsafe extern "C" fn(*const c_char) -> c_int = unsafe { cast(address) };
    // SAFETY: the argument is a string that lives until the call returns.
    let number = unsafe { function(name.as_ptr()) };
    (number >= 0).then_some(number)
}

/// The snapshot length that an open handle really uses, in bytes.
pub fn snaplen<T: Activated>(capture: &Capture<T>) -> u32 {
    let Some(address) = symbol(c"pcap_snapshot") else {
        return 0;
    };
    // SAFETY: `int pcap_snapshot(pcap_t *)`.
    let function: unsafe extern "C" fn(*mut c_void) -> c_int = unsafe { cast(address) };
    // SAFETY: the handle is open for as long as `capture` is borrowed.
    u32::try_from(unsafe { function(handle(capture)) }).unwrap_or(0)
}

/// What to wait on for packets; `None` for devices that can only be asked again and again.
pub fn descriptor(capture: &Capture<Active>) -> Option<BorrowedFd<'_>> {
    // SAFETY: the handle is open for as long as `capture` is borrowed.
    let descriptor = unsafe { pcap_get_selectable_fd(handle(capture)) };
    // SAFETY: the descriptor belongs to the handle, which lives as long as the result.
    (descriptor >= 0).then(|| unsafe { BorrowedFd::borrow_raw(descriptor) })
}

thread_local! {
    static ACTIVATION: Cell<c_int> = const { Cell::new(0) };
}

/// The address of a function of the library, or `None` if either is missing.
fn symbol(name: &CStr) -> Option<*mut c_void> {
    static LIBRARY: OnceLock<usize> = OnceLock::new();
    let library = *LIBRARY.get_or_init(|| {
        let open = |name: &&CStr| {
            // SAFETY: loading runs the library's initialisers; libpcap has none that matter.
            unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) as usize }
        };
        NAMES.iter().map(open).find(|&library| library != 0).unwrap_or(0)
    });
    if library == 0 {
        return None;
    }
    // SAFETY: the handle came from `dlopen` and is never closed; the name ends with a zero.
    let address = unsafe { libc::dlsym(library as *mut c_void, name.as_ptr()) };
    (!address.is_null()).then_some(address)
}

/// Turns an address from `dlsym` into the function pointer type `F`.
///
/// # Safety
/// `F` must be the type of the function that lies at `address`, a plain function pointer.
unsafe fn cast<F: Copy>(address: *mut c_void) -> F {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    // SAFETY: of one size (checked above); the caller vouches for the type.
    unsafe { std::mem::transmute_copy(&address) }
}

fn handle<T: State>(capture: &Capture<T>) -> *mut c_void {
    capture.as_ptr().cast()
}

/// Calls a `const char *f(int)` of the library.
fn number_to_text(name: &CStr, number: c_int) -> Option<String> {
    let address = symbol(name)?;
    // SAFETY: all callers name functions of this type.
    let function: unsafe extern "C" fn(c_int) -> *const c_char = unsafe { cast(address) };
    // SAFETY: any number is allowed; the result is a constant string or null.
    unsafe { text(function(number)) }
}

/// Copies a C string.
///
/// # Safety
/// `pointer` must be null or point to a string that ends with a zero.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    // SAFETY: not null, and the caller vouches for the rest.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}

/// Puts the reason of a failure where callers of `pcap_create` and its kin look for it.
///
/// # Safety
/// `buffer` must be null or have room for 256 bytes (`PCAP_ERRBUF_SIZE`).
unsafe fn explain(buffer: *mut c_char) {
    const MESSAGE: &CStr = c"libpcap is not installed, or too old";
    if !buffer.is_null() {
        // SAFETY: the message with its zero is shorter than 256 bytes.
        unsafe { libc::strcpy(buffer, MESSAGE.as_ptr()) };
    }
}

/// Defines C symbols that forward to the library. What follows `=>` is returned where the
/// function is missing.
macro_rules! forward {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? => $missing:expr;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),*) $(-> $result)? {
            static ADDRESS: OnceLock<Option<usize>> = OnceLock::new();
            let find = || symbol(forward!(@name $name)).map(|address| address as usize);
            match *ADDRESS.get_or_init(find) {
                Some(address) => {
                    // SAFETY: the signature is the one of pcap/pcap.h.
                    let function: unsafe extern "C" fn($($type),*) $(-> $result)? =
                        unsafe { cast(address as *mut c_void) };
                    // SAFETY: the arguments are the caller's, passed on as they are.
                    unsafe { function($($argument),*) }
                }
                None => $missing,
            }
        }
    )*};
    (@name $name:ident) => {
        match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
            Ok(name) => name,
            Err(_) => c"",
        }
    };
}

// `pcap_t`, `pcap_dumper_t`, `pcap_if_t`, `struct bpf_program`, `struct pcap_pkthdr`, `struct
// pcap_stat` and `FILE` only pass through, so a pointer to any of them is a pointer to anything.
type Pointer = *mut c_void;
type Handler = unsafe extern "C" fn(*mut c_uchar, *const c_void, *const c_uchar);

forward! {
    fn pcap_create(device: *const c_char, error: *mut c_char) -> Pointer => {
        // SAFETY: the caller gives a buffer of PCAP_ERRBUF_SIZE bytes.
        unsafe { explain(error) };
        std::ptr::null_mut()
    };
    fn pcap_set_snaplen(pcap: Pointer, bytes: c_int) -> c_int => FAILED;
    fn pcap_set_promisc(pcap: Pointer, on: c_int) -> c_int => FAILED;
    fn pcap_set_rfmon(pcap: Pointer, on: c_int) -> c_int => FAILED;
    fn pcap_set_timeout(pcap: Pointer, millis: c_int) -> c_int => FAILED;
    fn pcap_set_tstamp_type(pcap: Pointer, kind: c_int) -> c_int => FAILED;
    fn pcap_set_tstamp_precision(pcap: Pointer, precision: c_int) -> c_int => FAILED;
    fn pcap_set_immediate_mode(pcap: Pointer, on: c_int) -> c_int => FAILED;
    fn pcap_set_buffer_size(pcap: Pointer, bytes: c_int) -> c_int => FAILED;
    fn pcap_open_dead(link_type: c_int, snaplen: c_int) -> Pointer => std::ptr::null_mut();
    fn pcap_open_dead_with_tstamp_precision(link_type: c_int, snaplen: c_int, precision: c_uint)
        -> Pointer => std::ptr::null_mut();
    fn pcap_open_offline(path: *const c_char, error: *mut c_char) -> Pointer => {
        // SAFETY: as for `pcap_create`.
        unsafe { explain(error) };
        std::ptr::null_mut()
    };
    fn pcap_open_offline_with_tstamp_precision(
        path: *const c_char, precision: c_uint, error: *mut c_char) -> Pointer => {
        // SAFETY: as for `pcap_create`.
        unsafe { explain(error) };
        std::ptr::null_mut()
    };
    fn pcap_fopen_offline(file: Pointer, error: *mut c_char) -> Pointer => {
        // SAFETY: as for `pcap_create`.
        unsafe { explain(error) };
        std::ptr::null_mut()
    };
    fn pcap_fopen_offline_with_tstamp_precision(
        file: Pointer, precision: c_uint, error: *mut c_char) -> Pointer => {
        // SAFETY: as for `pcap_create`.
        unsafe { explain(error) };
        std::ptr::null_mut()
    };
    fn pcap_close(pcap: Pointer) => ();
    fn pcap_loop(pcap: Pointer, count: c_int, handler: Handler, user: *mut c_uchar)
        -> c_int => FAILED;
    fn pcap_dispatch(pcap: Pointer, count: c_int, handler: Handler, user: *mut c_uchar)
        -> c_int => FAILED;
    fn pcap_next_ex(pcap: Pointer, header: *mut Pointer, data: *mut *const c_uchar)
        -> c_int => FAILED;
    fn pcap_breakloop(pcap: Pointer) => ();
    fn pcap_stats(pcap: Pointer, stats: Pointer) -> c_int => FAILED;
    fn pcap_setfilter(pcap: Pointer, program: Pointer) -> c_int => FAILED;
    fn pcap_setdirection(pcap: Pointer, direction: c_uint) -> c_int => FAILED;
    fn pcap_setnonblock(pcap: Pointer, on: c_int, error: *mut c_char) -> c_int => {
        // SAFETY: as for `pcap_create`.
        unsafe { explain(error) };
        FAILED
    };
    fn pcap_sendpacket(pcap: Pointer, data: *const c_uchar, size: c_int) -> c_int => FAILED;
    fn pcap_geterr(pcap: Pointer) -> *mut c_char => std::ptr::null_mut();
    fn pcap_compile(pcap: Pointer, program: Pointer, text: *const c_char, optimize: c_int,
        netmask: c_uint) -> c_int => FAILED;
    fn pcap_freecode(program: Pointer) => ();
    fn pcap_offline_filter(program: Pointer, header: Pointer, data: *const c_uchar)
        -> c_int => 0;
    fn pcap_datalink(pcap: Pointer) -> c_int => FAILED;
    fn pcap_list_datalinks(pcap: Pointer, list: *mut *mut c_int) -> c_int => FAILED;
    fn pcap_set_datalink(pcap: Pointer, link_type: c_int) -> c_int => FAILED;
    fn pcap_free_datalinks(list: *mut c_int) => ();
    fn pcap_datalink_name_to_val(name: *const c_char) -> c_int => FAILED;
    fn pcap_datalink_val_to_name(link_type: c_int) -> *const c_char => std::ptr::null();
    fn pcap_datalink_val_to_description(link_type: c_int)
        -> *const c_char => std::ptr::null();
    fn pcap_major_version(pcap: Pointer) -> c_int => 0;
    fn pcap_minor_version(pcap: Pointer) -> c_int => 0;
    fn pcap_fileno(pcap: Pointer) -> c_int => FAILED;
    fn pcap_get_selectable_fd(pcap: Pointer) -> c_int => FAILED;
    fn pcap_dump_open(pcap: Pointer, path: *const c_char) -> Pointer => std::ptr::null_mut();
    fn pcap_dump_open_append(pcap: Pointer, path: *const c_char)
        -> Pointer => std::ptr::null_mut();
    fn pcap_dump_fopen(pcap: Pointer, file: Pointer) -> Pointer => std::ptr::null_mut();
    fn pcap_dump_flush(dumper: Pointer) -> c_int => FAILED;
    fn pcap_dump_close(dumper: Pointer) => ();
    fn pcap_dump(user: *mut c_uchar, header: Pointer, data: *const c_uchar) => ();
    fn pcap_findalldevs(devices: *mut Pointer, error: *mut c_char) -> c_int => {
        // SAFETY: as for `pcap_create`.
        unsafe { explain(error) };
        FAILED
    };
    fn pcap_freealldevs(devices: Pointer) => ();
}

/// The one forwarder that does more: it keeps the number that the `pcap` crate throws away, and
/// calls success with a warning success.
#[unsafe(no_mangle)]
unsafe extern "C" fn pcap_activate(pcap: Pointer) -> c_int {
    let Some(address) = symbol(c"pcap_activate") else {
        return FAILED;
    };
    // SAFETY: `int pcap_activate(pcap_t *)`.
    let function: unsafe extern "C" fn(Pointer) -> c_int = unsafe { cast(address) };
    // SAFETY: the handle is the caller's.
    let status = unsafe { function(pcap) };
    ACTIVATION.set(status);
    status.min(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_known_where_the_library_is() {
        assert_eq!(available(), version().is_some());
    }

    #[test]
    fn a_dead_handle_compiles_filters() {
        if !available() {
            return;
        }
        let dead = Capture::dead(pcap::Linktype::ETHERNET).unwrap();
        assert!(dead.compile("tcp port 80", true).is_ok());
        assert!(dead.compile("tcp prot 80", true).is_err());
    }

    #[test]
    fn an_unknown_device_is_told_from_a_forbidden_one() {
        if !available() {
            return;
        }
        let opened = Capture::from_device("no-such-device0").and_then(|c| c.open());
        assert!(opened.is_err());
        assert!(matches!(last_activation(), Activation::NoSuchDevice | Activation::NoPermission));
    }
}
