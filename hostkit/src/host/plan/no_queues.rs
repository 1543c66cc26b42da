//! Stands in for queues where the feature `queue` is off.

use std::collections::HashSet;

use super::draft::{Draft, DraftService};
use super::planned::PlannedQueue;
use super::problem::Problem;
use super::wiring::{Suppliers, Wiring};
use crate::inject::Values;

pub(crate) fn problems(_: &Draft, _: &Suppliers<'_>, _: &Wiring<'_>) -> Vec<Problem> {
    Vec::new()
}

pub(crate) fn warnings(_: &Draft, _: &Suppliers<'_>, _: &Wiring<'_>) -> Vec<String> {
    Vec::new()
}

pub(crate) fn order(_: &Draft, _: &Suppliers<'_>, after: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    after
}

pub(crate) fn handlers(_: &Draft, _: &Suppliers<'_>) -> HashSet<usize> {
    HashSet::new()
}

pub(crate) fn provide(_: &mut [DraftService], _: &HashSet<usize>, _: &mut Values) -> Vec<PlannedQueue> {
    Vec::new()
}
