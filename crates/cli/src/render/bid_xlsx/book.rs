//! Cells: the few kinds that the workbook has, and their looks.

use std::ops::Range;

use chrono::NaiveDate;
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ConditionalFormatText,
    ConditionalFormatTextRule, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError,
};

use crate::bid::BidModel;
use crate::bid::model::BidLine;
use crate::bid::package::Stated;
use crate::bid::pounds::Pounds;

/// Most characters of a cell, with room to spare.
const MOST_CHARACTERS: usize = 32_000;
const BLUE: Color = Color::RGB(0x0000_5EB8);
const RED: Color = Color::RGB(0x00B1_0E1E);
const GREEN: Color = Color::RGB(0x0000_703C);
const YELLOW: Color = Color::RGB(0x00FF_F2B3);
const LINE: Color = Color::RGB(0x00D8_DDE0);
const MONEY: &str = "£#,##0.00;[Red]-£#,##0.00";

/// The looks of cells.
#[derive(Debug)]
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) section: Format,
    pub(super) heading: Format,
    pub(super) heading_number: Format,
    pub(super) heading_beside: Format,
    pub(super) label: Format,
    pub(super) bold: Format,
    pub(super) text: Format,
    pub(super) wrap: Format,
    pub(super) beside: Format,
    pub(super) money: Format,
    pub(super) thousands: Format,
    pub(super) count: Format,
    pub(super) date: Format,
    pub(super) total: Format,
    pub(super) total_money: Format,
    pub(super) total_count: Format,
    pub(super) total_thousands: Format,
    pub(super) input_money: Format,
    pub(super) input_text: Format,
    pub(super) link: Format,
    pub(super) verdict: Format,
    pub(super) good: Format,
    pub(super) bad: Format,
}

impl Styles {
    /// The look of a cell without any other.
    pub(super) fn base() -> Format {
        Format::new().set_font_name("Arial").set_font_size(10).set_align(FormatAlign::Top)
    }

    pub(super) fn new() -> Self {
        let base = Self::base;
        let heading = base()
            .set_bold()
            .set_background_color(BLUE)
            .set_font_color(Color::White)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        let total = base().set_bold().set_border_top(FormatBorder::Thin);
        let input = base()
            .set_background_color(YELLOW)
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE)
            .set_unlocked();
        Self {
            title: base().set_bold().set_font_size(18).set_font_color(BLUE),
            section: base().set_bold().set_font_size(13).set_font_color(BLUE),
            heading_beside: heading.clone().set_indent(1),
            heading_number: heading.clone().set_align(FormatAlign::Right),
            heading,
            bold: base().set_bold(),
            label: base().set_bold().set_text_wrap().set_align(FormatAlign::Top),
            text: base(),
            beside: base().set_indent(1),
            wrap: base().set_text_wrap().set_align(FormatAlign::Top),
            money: base().set_num_format(MONEY),
            thousands: base().set_num_format("#,##0.0"),
            count: base().set_num_format("#,##0"),
            date: base().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            total_money: total.clone().set_num_format(MONEY),
            total_count: total.clone().set_num_format("#,##0"),
            total_thousands: total.clone().set_num_format("#,##0.0"),
            total,
            input_money: input.clone().set_num_format(MONEY),
            input_text: input.set_text_wrap().set_align(FormatAlign::Top),
            link: base()
                .set_font_color(BLUE)
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            verdict: base().set_bold().set_font_size(16).set_border(FormatBorder::Medium),
            good: base().set_font_color(GREEN).set_bold(),
            bad: base()
                .set_font_color(RED)
                .set_background_color(Color::RGB(0x00FD_E8E8))
                .set_bold(),
        }
    }
}

/// The result that a formula carries.
#[derive(Clone, Debug)]
pub(super) enum Cached {
    /// An amount.
    Money(Pounds),
    /// An amount in thousands of pounds with one decimal.
    Thousands(Pounds),
    /// A count.
    Count(u64),
    /// Words.
    Words(String),
}

impl Cached {
    fn text(&self) -> String {
        match self {
            Self::Money(amount) => amount.plain(),
            Self::Thousands(amount) => amount.thousands().replace(',', ""),
            Self::Count(count) => count.to_string(),
            Self::Words(words) => words.clone(),
        }
    }
}

/// A sheet being written.
pub(super) struct Page<'w> {
    pub(super) sheet: &'w mut Worksheet,
    pub(super) styles: &'w Styles,
}

impl<'w> Page<'w> {
    /// Begins a sheet: A4, landscape, one page wide.
    pub(super) fn new(sheet: &'w mut Worksheet, styles: &'w Styles) -> Self {
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        sheet.set_footer("&L&A&RPage &P of &N");
        Self { sheet, styles }
    }

    pub(super) fn widths(&mut self, widths: &[u16]) -> Result<(), XlsxError> {
        for (column, width) in (0_u16..).zip(widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// The sheet's title and what it is for.
    pub(super) fn title(&mut self, title: &str, purpose: &str) -> Result<(), XlsxError> {
        let styles = self.styles;
        self.styled(0, 0, title, &styles.title)?;
        self.sheet.set_row_height(0, 28)?;
        self.text(1, 0, purpose)
    }

    /// Words in the look of the workbook, or of their column.
    pub(super) fn text(&mut self, row: u32, column: u16, words: &str) -> Result<(), XlsxError> {
        self.sheet.write_string(row, column, fit(words))?;
        Ok(())
    }

    /// Words, always as a string cell: nothing in them is a formula, a number or a link.
    pub(super) fn styled(
        &mut self,
        row: u32,
        column: u16,
        words: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(row, column, fit(words), format)?;
        Ok(())
    }

    /// Headings; those of the columns in `numbers` stand to the right.
    pub(super) fn headings(
        &mut self,
        row: u32,
        words: &[&str],
        numbers: Range<usize>,
    ) -> Result<(), XlsxError> {
        let styles = self.styles;
        for (at, (column, word)) in (0_u16..).zip(words).enumerate() {
            let format = if numbers.contains(&at) {
                &styles.heading_number
            } else if numbers.end == at && !numbers.is_empty() {
                &styles.heading_beside
            } else {
                &styles.heading
            };
            self.styled(row, column, word, format)?;
        }
        self.sheet.set_row_height(row, 32)?;
        Ok(())
    }

    /// Makes a row as high as the longest of these texts needs in a column of its width.
    pub(super) fn fit_height(&mut self, row: u32, texts: &[(&str, u16)]) -> Result<(), XlsxError> {
        let lines = texts
            .iter()
            .map(|(words, width)| {
                let room = usize::from(*width).max(1);
                words.chars().count().div_ceil(room).max(1)
            })
            .max()
            .unwrap_or(1);
        let lines = u16::try_from(lines).unwrap_or(u16::MAX).min(25);
        self.sheet.set_row_height(row, lines.saturating_mul(13).saturating_add(5))?;
        Ok(())
    }

    /// Words in one cell made of several columns.
    pub(super) fn across(
        &mut self,
        row: u32,
        columns: (u16, u16),
        words: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.sheet.merge_range(row, columns.0, row, columns.1, "", format)?;
        self.styled(row, columns.0, words, format)
    }

    pub(super) fn money(&mut self, row: u32, column: u16, amount: Pounds) -> Result<(), XlsxError> {
        let styles = self.styles;
        self.amount(row, column, amount, &styles.money)
    }

    /// An amount in pounds with its two decimals.
    pub(super) fn amount(
        &mut self,
        row: u32,
        column: u16,
        amount: Pounds,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(row, column, pounds(amount), format)?;
        Ok(())
    }

    pub(super) fn count(&mut self, row: u32, column: u16, count: u64) -> Result<(), XlsxError> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.sheet.write_number_with_format(row, column, count, &self.styles.count)?;
        Ok(())
    }

    /// A date as a date; a text that is none stays a text.
    pub(super) fn date(&mut self, row: u32, column: u16, iso: &str) -> Result<(), XlsxError> {
        match serial(iso) {
            Some(serial) => {
                self.sheet.write_number_with_format(row, column, serial, &self.styles.date)?;
                Ok(())
            }
            None => self.text(row, column, iso),
        }
    }

    /// A formula together with its result.
    pub(super) fn formula(
        &mut self,
        row: u32,
        column: u16,
        formula: &str,
        cached: &Cached,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let formula = Formula::new(formula).set_result(cached.text());
        self.sheet.write_formula_with_format(row, column, formula, format)?;
        Ok(())
    }

    /// Red below zero in a range of amounts.
    pub(super) fn red_below_zero(
        &mut self,
        from: (u32, u16),
        to: (u32, u16),
    ) -> Result<(), XlsxError> {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::LessThan(0))
            .set_format(self.styles.bad.clone());
        self.sheet.add_conditional_format(from.0, from.1, to.0, to.1, &rule)?;
        Ok(())
    }

    /// Red for cells that hold the word, green for those that hold the other.
    pub(super) fn words_in_colour(
        &mut self,
        from: (u32, u16),
        to: (u32, u16),
        bad: &str,
        good: &str,
    ) -> Result<(), XlsxError> {
        for (word, format) in [(bad, &self.styles.bad), (good, &self.styles.good)] {
            let rule = ConditionalFormatText::new()
                .set_rule(ConditionalFormatTextRule::Contains(word.to_owned()))
                .set_format(format.clone());
            self.sheet.add_conditional_format(from.0, from.1, to.0, to.1, &rule)?;
        }
        Ok(())
    }
}

/// The number of a day in spreadsheets; before March 1900 they disagree on it.
pub(super) fn serial(iso: &str) -> Option<i32> {
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let day = NaiveDate::parse_from_str(iso, "%Y-%m-%d").ok()?;
    i32::try_from(day.signed_duration_since(epoch).num_days()).ok().filter(|&serial| serial > 60)
}

/// The number of pounds nearest to an amount; its shortest decimal form has at most two decimals.
pub(super) fn pounds(amount: Pounds) -> f64 {
    amount.plain().parse().unwrap_or(0.0)
}

/// The text, cut to what a cell holds.
pub(super) fn fit(words: &str) -> String {
    if words.len() <= MOST_CHARACTERS {
        return words.to_owned();
    }
    let kept: String = words.chars().take(MOST_CHARACTERS).collect();
    if kept.len() < words.len() { kept + "…" } else { kept }
}

/// The cell's name, such as `C12`; rows and columns from 0.
pub(super) fn cell(row: u32, column: u16) -> String {
    format!("{}{}", letters(column), row.saturating_add(1))
}

/// The column's letters.
pub(super) fn letters(column: u16) -> String {
    rust_xlsxwriter::utility::column_number_to_name(column)
}

/// Adds `more` rows.
pub(super) fn down(row: u32, more: usize) -> u32 {
    row.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
}

/// Adds `more` columns.
pub(super) fn right(column: u16, more: usize) -> u16 {
    column.saturating_add(u16::try_from(more).unwrap_or(u16::MAX))
}

/// What was written into the schedule, added up cell by cell.
#[derive(Debug)]
pub(super) struct Tally {
    horizon: Vec<String>,
    years: Vec<Pounds>,
    purchases: u64,
}

impl Tally {
    pub(super) fn new(bid: &BidModel) -> Self {
        let years = vec![Pounds::ZERO; bid.horizon.len()];
        Self { horizon: bid.horizon.clone(), years, purchases: 0 }
    }

    pub(super) fn add(&mut self, line: &BidLine) {
        self.purchases = self.purchases.saturating_add(1);
        let year = self.horizon.iter().position(|fy| *fy == line.fy);
        if let Some(year) = year.and_then(|year| self.years.get_mut(year)) {
            *year = year.plus(line.charged);
        }
    }

    pub(super) fn stated(self) -> Stated {
        Stated {
            spend: Some(Pounds::sum(self.years.iter().copied())),
            purchases: Some(self.purchases),
            years: self.years.into_iter().map(Some).collect(),
        }
    }
}
