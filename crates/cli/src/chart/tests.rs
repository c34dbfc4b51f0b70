use super::*;

fn chart() -> Chart {
    Chart {
        id: "money",
        title: "Money by year".into(),
        description: "Spend & envelope.".into(),
        categories: vec!["2027/28".into(), "2028/29 <b>".into()],
        series: vec![
            Series { name: "desktops".into(), values: vec![120_000, 30_000] },
            Series { name: "laptops \"x\"".into(), values: vec![60_000] },
        ],
        write: |pence| format!("{}", pence / 100),
    }
}

#[test]
fn charts_are_named_and_escaped() {
    let limit = Series { name: "Envelope".into(), values: vec![200_000, 50_000] };
    for svg in [stacked(&chart(), Some(&limit)), bars(&chart()), lines(&chart())] {
        assert!(svg.contains(r#"<title id="money-t">Money by year</title>"#));
        assert!(svg.contains("Spend &amp; envelope."));
        assert!(svg.contains("2028/29 &lt;b&gt;"));
        assert!(!svg.contains("<b>"));
    }
}

#[test]
fn nothing_to_show_is_still_a_drawing() {
    let empty = Chart { categories: vec![], series: vec![], ..chart() };
    for svg in [stacked(&empty, None), bars(&empty), lines(&empty)] {
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    }
}

#[test]
fn the_stack_ends_where_its_total_belongs() {
    let svg = stacked(&chart(), None);
    insta::assert_snapshot!(svg.replace("><", ">\n<"));
}
