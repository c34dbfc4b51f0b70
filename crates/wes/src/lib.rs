//! wes
