//! Other people's words for makers, models, chassis, disks and operating systems, and ours.
//!
//! The register keeps what a source wrote; what stands here is for comparing and for telling classes and versions.

pub mod chassis;
pub mod disk;
pub mod maker;
pub mod model;
pub mod os;
