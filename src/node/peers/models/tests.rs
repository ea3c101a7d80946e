//! What is given, kept and put together, on a disk.
