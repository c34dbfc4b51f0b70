//! Integration tests of the planner.

mod referee;
