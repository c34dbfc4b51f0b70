//! Stacked columns beside a limit.

use super::axis::{Axis, spread};
use super::svg::{Anchor, GRID, INK, Svg};
use super::{Chart, Series};

const WIDTH: i64 = 760;
const HEIGHT: i64 = 360;
const LEFT: i64 = 70;
const RIGHT: i64 = 600;
const TOP: i64 = 30;
const FLOOR: i64 = 320;

/// Columns of several series on top of each other; `limit` is a bar across each column.
pub fn stacked(chart: &Chart, limit: Option<&Series>) -> String {
    let mut svg = Svg::begin(chart, WIDTH, HEIGHT);
    let totals: Vec<i64> = (0..chart.categories.len())
        .map(|at| {
            chart.series.iter().fold(0_i64, |sum, series| sum.saturating_add(series.value(at)))
        })
        .collect();
    let limits = limit.map(|limit| limit.values.as_slice()).unwrap_or_default();
    let axis = Axis::upto(totals.iter().chain(limits).copied().max().unwrap_or(0));
    grid(&mut svg, axis, chart.write);
    let count = i64::try_from(chart.categories.len()).unwrap_or(i64::MAX).max(1);
    let room = RIGHT.saturating_sub(LEFT).checked_div(count).unwrap_or(1);
    let width = room.saturating_mul(3).checked_div(5).unwrap_or(1).min(80);
    let mut left = LEFT.saturating_add(room.saturating_sub(width).checked_div(2).unwrap_or(0));
    for (at, category) in chart.categories.iter().enumerate() {
        let middle = left.saturating_add(width.checked_div(2).unwrap_or(0));
        let mut floor = FLOOR;
        for (index, series) in chart.series.iter().enumerate() {
            let tall = height(axis, series.value(at));
            floor = floor.saturating_sub(tall);
            if tall > 0 {
                svg.bar(chart.id, index, (left, floor), (width, tall));
            }
        }
        let total = totals.get(at).copied().unwrap_or(0);
        let mut above = floor;
        if let Some(limit) = limit {
            let y = FLOOR.saturating_sub(height(axis, limit.value(at)));
            let ends = (left.saturating_sub(8), left.saturating_add(width).saturating_add(8));
            svg.line((ends.0, y), (ends.1, y), INK, 3);
            // The label stands on its column, unless the bar of the limit would cross it.
            if floor.saturating_sub(y) < 24 {
                above = above.min(y);
            }
        }
        svg.label((middle, above.saturating_sub(7)), Anchor::Middle, true, &(chart.write)(total));
        svg.label((middle, FLOOR.saturating_add(20)), Anchor::Middle, false, category);
        left = left.saturating_add(room);
    }
    names(&mut svg, chart, limit, axis);
    svg.finish()
}

fn height(axis: Axis, value: i64) -> i64 {
    axis.pixels(value, FLOOR.saturating_sub(TOP))
}

fn grid(svg: &mut Svg, axis: Axis, write: fn(i64) -> String) {
    for tick in axis.ticks() {
        let y = FLOOR.saturating_sub(height(axis, tick));
        svg.line((LEFT, y), (RIGHT, y), if tick == 0 { INK } else { GRID }, 1);
        let at = (LEFT.saturating_sub(8), y.saturating_add(5));
        svg.label(at, Anchor::End, false, &write(tick));
    }
}

/// The names of the series beside the last column, each with a square of its own colour.
fn names(svg: &mut Svg, chart: &Chart, limit: Option<&Series>, axis: Axis) {
    let last = chart.categories.len().saturating_sub(1);
    let mut floor = FLOOR;
    let mut wanted: Vec<(i64, Option<usize>)> = Vec::new();
    for (index, series) in chart.series.iter().enumerate() {
        let tall = height(axis, series.value(last));
        wanted.push((floor.saturating_sub(tall.checked_div(2).unwrap_or(0)), Some(index)));
        floor = floor.saturating_sub(tall);
    }
    if let Some(limit) = limit {
        wanted.push((FLOOR.saturating_sub(height(axis, limit.value(last))), None));
    }
    wanted.reverse();
    let heights: Vec<i64> = wanted.iter().map(|(y, _)| *y).collect();
    let heights = spread(&heights, 22, TOP, FLOOR);
    for ((_, index), y) in wanted.iter().zip(heights) {
        let x = RIGHT.saturating_add(12);
        let baseline = y.saturating_add(5);
        let series = index.and_then(|index| Some((index, chart.series.get(index)?)));
        let name = if let Some((index, series)) = series {
            svg.bar(chart.id, index, (x, y.saturating_sub(7)), (14, 14));
            &series.name
        } else {
            svg.line((x, y), (x.saturating_add(14), y), INK, 3);
            limit.map_or(&chart.title, |limit| &limit.name)
        };
        svg.label((x.saturating_add(20), baseline), Anchor::Start, false, name);
    }
}
