//! `-T json`, `jsonraw` and `ek`.
