//! The helper process that holds the right to capture.
