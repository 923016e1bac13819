//! Rows in columns, as `kubectl get` prints them; and as CSV (RFC 4180).

/// A list of rows under a heading.
#[derive(Debug)]
pub(crate) struct Columns {
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// An empty table with these headings.
    pub(crate) fn new(heading: &[&'static str]) -> Self {
        Self { heading: heading.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, a cell for each heading.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(|cell| super::plain(&cell.into()).replace('\n', " ")).collect());
    }

    /// For people: two blanks between columns, none at the end of a line.
    pub(crate) fn render(&self) -> String {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.chain([self.heading[at].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.heading.len()).map(width).collect();
        let heading: Vec<String> = self.heading.iter().map(|h| h.to_uppercase()).collect();
        std::iter::once(&heading).chain(&self.rows).map(|row| line(row, &widths)).collect()
    }

    /// For spreadsheets.
    pub(crate) fn csv(&self) -> String {
        let heading: Vec<String> = self.heading.iter().map(|h| (*h).to_owned()).collect();
        let row = |row: &Vec<String>| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n";
        std::iter::once(&heading).chain(&self.rows).map(row).collect()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    cells.join("  ").trim_end().to_owned() + "\n"
}

/// A cell of CSV. One that a spreadsheet would take for a formula gets an apostrophe first.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::Columns;

    #[test]
    fn columns_line_up_and_csv_is_quoted() {
        let mut table = Columns::new(&["name", "path"]);
        table.row(["a", "x,y"]);
        table.row(["longer", "=1+1"]);
        assert_eq!(table.render(), "NAME    PATH\na       x,y\nlonger  =1+1\n");
        assert_eq!(table.csv(), "name,path\r\na,\"x,y\"\r\nlonger,'=1+1\r\n");
    }
}
