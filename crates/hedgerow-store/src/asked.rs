//! What is asked of a list: the conditions that there are and no others, so that an index can answer them.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

/// A value in a condition.
pub(crate) enum Parameter {
    Number(i64),
    Text(String),
}

impl Parameter {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// The conditions of a statement, and their values in the order of their numbers.
#[derive(Default)]
pub(crate) struct Asked {
    conditions: Vec<String>,
    values: Vec<Parameter>,
}

impl Asked {
    /// Adds a condition on `value`, if there is one; `condition` spells it with the value's number.
    pub(crate) fn add(&mut self, value: Option<Parameter>, condition: impl FnOnce(usize) -> String) {
        if let Some(value) = value {
            self.add_all([value], condition);
        }
    }

    /// Adds a condition on several values; `condition` spells it with the number of the first.
    pub(crate) fn add_all(
        &mut self,
        values: impl IntoIterator<Item = Parameter>,
        condition: impl FnOnce(usize) -> String,
    ) {
        self.conditions.push(condition(self.values.len() + 1));
        self.values.extend(values);
    }

    /// Adds the condition that `column` is `word`, one of ours, spelt out: some words are of nearly all rows and some of few, and PostgreSQL
    /// makes one plan for all values of a statement that it has seen five times.
    pub(crate) fn word(&mut self, column: &str, word: &'static str) {
        self.conditions.push(format!("{column} = '{word}'"));
    }

    /// Adds the condition that `column` is one of `values`.
    pub(crate) fn one_of(&mut self, column: &str, values: impl IntoIterator<Item = Parameter>) {
        let first = self.values.len() + 1;
        self.values.extend(values);
        let marks: Vec<String> = (first..=self.values.len()).map(|n| format!("${n}")).collect();
        self.conditions.push(format!("{column} IN ({})", marks.join(", ")));
    }

    /// For a `WHERE`.
    pub(crate) fn conditions(&self) -> String {
        if self.conditions.is_empty() { "1 = 1".to_owned() } else { self.conditions.join(" AND ") }
    }

    /// The statement with the values bound.
    pub(crate) fn bound(self, sql: String) -> Query<'static, Any, AnyArguments> {
        self.values.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, value| match value {
            Parameter::Number(number) => query.bind(number),
            Parameter::Text(text) => query.bind(text),
        })
    }
}
