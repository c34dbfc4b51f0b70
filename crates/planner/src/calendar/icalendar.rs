//! The calendar as iCalendar (RFC 5545): visits and order dates as events of a whole day.

use super::{Calendar, Order, Visit};

/// Longest line in octets, without its line break.
const LINE_MAX: usize = 75;

/// The text of an `.ics` file; `as_of` (ISO 8601) stamps it, since no clock is read.
pub fn icalendar(calendar: &Calendar, as_of: &str) -> String {
    let mut text = String::new();
    let mut put = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
    put("BEGIN", "VCALENDAR");
    put("VERSION", "2.0");
    put("PRODID", "-//refit//visit calendar//EN");
    put("CALSCALE", "GREGORIAN");
    put("X-WR-CALNAME", &escape(&format!("Device refresh, plan {}", calendar.plan_id)));
    for visit in &calendar.visits {
        let uid = format!("{}-{}@refit", calendar.plan_id, visit.id);
        event(&mut put, &uid, as_of, &visit.day, &words_of_visit(visit), &visit.site);
    }
    for (number, order) in (1_u64..).zip(&calendar.orders) {
        let uid = format!("{}-O{number:04}@refit", calendar.plan_id);
        event(&mut put, &uid, as_of, &order.order_by, &words_of_order(order), "");
    }
    put("END", "VCALENDAR");
    text
}

fn event(
    put: &mut impl FnMut(&str, &str),
    uid: &str,
    as_of: &str,
    day: &str,
    (summary, description): &(String, String),
    location: &str,
) {
    let next = day.parse::<chrono::NaiveDate>().ok().and_then(|day| day.succ_opt());
    put("BEGIN", "VEVENT");
    put("UID", &escape(uid));
    put("DTSTAMP", &format!("{}T000000Z", as_of.replace('-', "")));
    put("DTSTART;VALUE=DATE", &day.replace('-', ""));
    if let Some(next) = next {
        put("DTEND;VALUE=DATE", &next.to_string().replace('-', ""));
    }
    put("SUMMARY", &escape(summary));
    put("DESCRIPTION", &escape(description));
    if !location.is_empty() {
        put("LOCATION", &escape(location));
    }
    put("TRANSP", "TRANSPARENT");
    put("END", "VEVENT");
}

fn words_of_visit(visit: &Visit) -> (String, String) {
    let devices = match visit.lines.len() {
        1 => "1 device".to_owned(),
        count => format!("{count} devices"),
    };
    let lines: Vec<String> = visit
        .lines
        .iter()
        .map(|line| {
            let asset = line.asset.as_deref().unwrap_or("new place");
            format!("{} {asset}: {} ({})", line.line, line.item, line.class)
        })
        .collect();
    (
        format!("{}: install {devices}", visit.site),
        format!(
            "{} hours of engineers; received by {}\n{}",
            visit.engineer_hours,
            visit.receive_by,
            lines.join("\n")
        ),
    )
}

fn words_of_order(order: &Order) -> (String, String) {
    (
        format!("Order {} x {}", order.quantity, order.item),
        format!(
            "{} {}: £{} charged; received by {}",
            order.holder, order.fy, order.charged, order.receive_by
        ),
    )
}

/// A text value: backslash, comma, semicolon and line break are escaped, other control characters dropped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ',' => out.push_str("\\,"),
            ';' => out.push_str("\\;"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Appends a content line, folded at 75 octets between characters, ended by CR LF.
fn fold(text: &mut String, line: &str) {
    let mut octets = 0_usize;
    for c in line.chars() {
        if octets.saturating_add(c.len_utf8()) > LINE_MAX {
            text.push_str("\r\n ");
            octets = 1;
        }
        text.push(c);
        octets = octets.saturating_add(c.len_utf8());
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut text = String::new();
        fold(&mut text, &"é".repeat(80));
        for line in text.trim_end().split("\r\n") {
            assert!(line.len() <= LINE_MAX, "{} octets", line.len());
        }
        assert_eq!(text.replace("\r\n ", "").trim_end(), "é".repeat(80));
    }

    #[test]
    fn text_cannot_end_a_line_or_a_value() {
        assert_eq!(escape("a,b;c\\d\ne\r\u{1b}f"), "a\\,b\\;c\\\\d\\nef");
    }
}
