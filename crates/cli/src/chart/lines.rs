//! Lines over time, named at their right ends.

use super::axis::{Axis, spread};
use super::svg::{Anchor, GRID, INK, Svg};
use super::{Chart, PALETTE, Series};

const WIDTH: i64 = 760;
const HEIGHT: i64 = 330;
const LEFT: i64 = 70;
const RIGHT: i64 = 560;
const TOP: i64 = 20;
const FLOOR: i64 = 290;

/// One line a series: solid with round marks, then dashed with square marks, alternately.
pub fn lines(chart: &Chart) -> String {
    let mut svg = Svg::begin(chart, WIDTH, HEIGHT);
    let all = chart.series.iter().flat_map(|series| series.values.iter().copied());
    let axis = Axis::upto(all.max().unwrap_or(0));
    for tick in axis.ticks() {
        let y = height(axis, tick);
        svg.line((LEFT, y), (RIGHT, y), if tick == 0 { INK } else { GRID }, 1);
        let at = (LEFT.saturating_sub(8), y.saturating_add(5));
        svg.label(at, Anchor::End, false, &(chart.write)(tick));
    }
    let columns = columns(chart.categories.len());
    for (x, category) in columns.iter().zip(&chart.categories) {
        svg.label((*x, FLOOR.saturating_add(22)), Anchor::Middle, false, category);
    }
    for (index, series) in chart.series.iter().enumerate() {
        let colour = colour(index);
        let points: Vec<(i64, i64)> = columns
            .iter()
            .enumerate()
            .map(|(at, x)| (*x, height(axis, series.value(at))))
            .collect();
        let second = index % 2 == 1;
        svg.polyline(&points, colour, second);
        for point in points {
            svg.dot(point, colour, second);
        }
    }
    names(&mut svg, chart, axis);
    svg.finish()
}

fn names(svg: &mut Svg, chart: &Chart, axis: Axis) {
    let last = chart.categories.len().saturating_sub(1);
    let mut ends: Vec<(i64, &Series)> =
        chart.series.iter().map(|series| (height(axis, series.value(last)), series)).collect();
    ends.sort_by_key(|(y, _)| *y);
    let wanted: Vec<i64> = ends.iter().map(|(y, _)| *y).collect();
    for ((_, series), y) in ends.iter().zip(spread(&wanted, 40, TOP, FLOOR.saturating_sub(16))) {
        let x = RIGHT.saturating_add(14);
        let value = (chart.write)(series.value(last));
        svg.label((x, y), Anchor::Start, true, &value);
        svg.label((x, y.saturating_add(17)), Anchor::Start, false, &series.name);
    }
}

fn columns(count: usize) -> Vec<i64> {
    let (left, right) = (LEFT.saturating_add(30), RIGHT.saturating_sub(20));
    let gaps = i64::try_from(count.saturating_sub(1)).unwrap_or(i64::MAX).max(1);
    (0_i64..)
        .take(count)
        .map(|at| {
            let along = right.saturating_sub(left).saturating_mul(at).checked_div(gaps);
            left.saturating_add(along.unwrap_or(0))
        })
        .collect()
}

fn height(axis: Axis, value: i64) -> i64 {
    FLOOR.saturating_sub(axis.pixels(value, FLOOR.saturating_sub(TOP)))
}

fn colour(index: usize) -> &'static str {
    PALETTE.iter().cycle().nth(index).copied().unwrap_or(INK)
}
