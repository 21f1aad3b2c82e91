//! Lets the program link on machines that have no libpcap.
//!
//! The `pcap` crate asks the linker for `-lpcap`. An empty archive of that name, found before
//! any real one, satisfies the request; the symbols themselves are defined in
//! `src/capture/libpcap.rs`, which loads the real library at run time if there is one.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("libpcap.a"), b"!<arch>\n")?;
    println!("cargo:rustc-link-search=native={}", out.display());
    Ok(())
}
