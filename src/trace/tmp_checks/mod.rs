#![allow(dead_code)]
mod agreement;
mod allocation;
mod common;
mod hostile;
mod tui;
