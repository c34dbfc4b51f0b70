//! Horizontal bars of one series.

use super::axis::Axis;
use super::svg::{Anchor, GRID, INK, Svg};
use super::{Chart, Series};

const WIDTH: i64 = 760;
const LEFT: i64 = 170;
const RIGHT: i64 = 660;
const ROW: i64 = 36;
const TOP: i64 = 8;

/// One bar a category, of the chart's first series, its value written at the end.
pub fn bars(chart: &Chart) -> String {
    let rows = i64::try_from(chart.categories.len()).unwrap_or(i64::MAX);
    let floor = TOP.saturating_add(rows.saturating_mul(ROW));
    let mut svg = Svg::begin(chart, WIDTH, floor.saturating_add(28));
    let values =
        chart.series.first().map(|series: &Series| series.values.as_slice()).unwrap_or_default();
    let axis = Axis::upto(values.iter().copied().max().unwrap_or(0));
    for tick in axis.ticks() {
        let x = LEFT.saturating_add(length(axis, tick));
        svg.line((x, TOP), (x, floor), if tick == 0 { INK } else { GRID }, 1);
        let at = (x, floor.saturating_add(18));
        svg.label(at, Anchor::Middle, false, &(chart.write)(tick));
    }
    let mut y = TOP;
    for (at, category) in chart.categories.iter().enumerate() {
        let value = values.get(at).copied().unwrap_or(0);
        let long = length(axis, value);
        let baseline = y.saturating_add(23);
        svg.bar(chart.id, 0, (LEFT, y.saturating_add(6)), (long.max(1), 24));
        svg.label((LEFT.saturating_sub(10), baseline), Anchor::End, false, category);
        let end = LEFT.saturating_add(long).saturating_add(8);
        svg.label((end, baseline), Anchor::Start, true, &(chart.write)(value));
        y = y.saturating_add(ROW);
    }
    svg.finish()
}

fn length(axis: Axis, value: i64) -> i64 {
    axis.pixels(value, RIGHT.saturating_sub(LEFT))
}
