//! Where the two databases differ. Everything else is one portable text.

use crate::limits::{BUSY_WAIT, STATEMENT_WAIT};

/// The database behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Its name, for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// The statement that begins a write. A deferred transaction of SQLite's that reads and then writes fails at
    /// once when another has written in between, whatever the busy timeout; an immediate one waits its turn.
    pub(crate) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// What every connection is told first.
    ///
    /// SQLite: WAL, so that readers and the writer do not wait for each other. `synchronous = NORMAL`: a killed process
    /// loses nothing; a power cut may lose the last transactions, whole, and then git tells the next run.
    /// PostgreSQL: whoever dies within a transaction, its line cut, does not hold its locks for ever; and what nobody waits for
    /// any more is not worked at. Locked rows order our writers: that is meant for READ COMMITTED, and a database or a role that is
    /// stricter by default would send some of them away.
    pub(crate) fn settings(self) -> String {
        let wait = BUSY_WAIT.as_millis();
        match self {
            Self::Sqlite => format!(
                "PRAGMA busy_timeout = {wait}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                 PRAGMA foreign_keys = ON"
            ),
            Self::Postgres => {
                let statement = STATEMENT_WAIT.as_millis();
                format!(
                    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; SET lock_timeout = {wait}; SET idle_in_transaction_session_timeout = {wait}; \
                     SET statement_timeout = {statement}"
                )
            }
        }
    }

    /// Lets each statement of this transaction take as long as it takes: for what goes through whole tables.
    pub(crate) fn take_time(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SET LOCAL statement_timeout = 0"),
        }
    }

    /// A migration's text with this database's words: `{id}` is a key that the database counts up, `{text}` a text
    /// that compares by bytes in either (PostgreSQL would follow the locale, and pages would differ), `{names}` and `{labels}`
    /// the statements of these names.
    pub(crate) fn spell(self, sql: &str) -> String {
        let (id, text) = match self {
            Self::Sqlite => ("INTEGER PRIMARY KEY", "TEXT"),
            Self::Postgres => ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "TEXT COLLATE \"C\""),
        };
        sql.replace("{id}", id)
            .replace("{text}", text)
            .replace("{names}", self.names())
            .replace("{labels}", self.labels())
    }

    /// The parameter `n`, from 1, of a statement with thousands of them. SQLite looks numbered ones up by a linear
    /// scan, each time; positional ones it does not.
    pub(crate) fn parameter(self, n: usize) -> String {
        match self {
            Self::Sqlite => "?".to_owned(),
            Self::Postgres => format!("${n}"),
        }
    }

    /// Gathers these columns of all rows into one JSON array of arrays; of no rows, into an empty one or null.
    pub(crate) fn gather(self, columns: &str) -> String {
        match self {
            Self::Sqlite => format!("json_group_array(json_array({columns}))"),
            Self::Postgres => format!("CAST(json_agg(json_build_array({columns})) AS TEXT)"),
        }
    }

    /// The labels in objects' values, with the object: a statement that ends within its `WHERE`. Neither part of one has more than
    /// 317 bytes, as an API server demands. PostgreSQL cannot take a JSON apart that has a NUL in it anywhere: such an object has none.
    pub(crate) fn labels(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT o.id, l.key, l.value FROM objects o, \
                 json_each(CASE WHEN json_valid(o.value) THEN o.value ELSE '{}' END, '$.metadata.labels') l \
                 WHERE l.type = 'text' AND typeof(l.key) = 'text' AND length(l.key) <= 317 AND length(l.value) <= 317"
            }
            Self::Postgres => {
                "SELECT o.id, l.key, l.value #>> '{}' FROM objects o, \
                 LATERAL jsonb_path_query(CAST(CASE WHEN o.value LIKE '%\\\\u0000%' THEN '{}' ELSE o.value END AS jsonb), \
                 'lax $.metadata.labels ? (@.type() == \"object\")') v, LATERAL jsonb_each(v) AS l(key, value) \
                 WHERE jsonb_typeof(l.value) = 'string' AND length(l.key) <= 317 AND length(l.value #>> '{}') <= 317"
            }
        }
    }

    /// The names in objects' values, with the object and its fabric: a statement that ends within its `WHERE`. A name has at
    /// most 253 bytes. PostgreSQL cannot take a JSON apart that has a NUL in it anywhere: such an object names nothing.
    pub(crate) fn names(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT id, fabric_id, name FROM (SELECT o.id AS id, o.fabric_id AS fabric_id, o.last_changed_run AS last_changed_run, \
                 CASE WHEN j.type <> 'text' THEN j.key WHEN instr(j.atom, '/') > 0 \
                 THEN substr(j.atom, 1, instr(j.atom, '/') - 1) ELSE j.atom END AS name \
                 FROM objects o, json_tree(CASE WHEN json_valid(o.value) THEN o.value ELSE '{}' END, '$.spec') j \
                 WHERE j.type = 'text' OR (j.type = 'object' AND o.kind LIKE '%Peering')) o \
                 WHERE o.name IS NOT NULL AND o.name <> '' AND length(o.name) <= 253"
            }
            Self::Postgres => {
                "SELECT id, fabric_id, name FROM (SELECT o.id AS id, o.fabric_id AS fabric_id, o.last_changed_run AS last_changed_run, \
                 split_part(j.name, '/', 1) AS name FROM objects o, LATERAL ( \
                 SELECT v #>> '{}' AS name FROM jsonb_path_query(CAST(CASE WHEN o.value LIKE '%\\\\u0000%' THEN '{}' ELSE o.value END AS jsonb), \
                 'lax $.spec.** ? (@.type() == \"string\")') v \
                 UNION ALL SELECT k.key FROM jsonb_path_query(CAST(CASE WHEN o.kind NOT LIKE '%Peering' OR o.value LIKE '%\\\\u0000%' \
                 THEN '{}' ELSE o.value END AS jsonb), 'lax $.spec.** ? (@.type() == \"object\")') b, LATERAL jsonb_object_keys(b) AS k(key)) j) o \
                 WHERE o.name IS NOT NULL AND o.name <> '' AND length(o.name) <= 253"
            }
        }
    }

    /// How many tables are named `hedgerow_schema`.
    pub(crate) fn count_schema_tables(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'hedgerow_schema'",
            Self::Postgres => {
                "SELECT count(*) FROM pg_catalog.pg_tables \
                 WHERE tablename = 'hedgerow_schema' AND schemaname = current_schema()"
            }
        }
    }

    /// The statement that begins a reading of the whole store, as it is at one moment.
    pub(crate) fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// The names of all tables, in the order in which they were made.
    pub(crate) fn tables(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
            }
            Self::Postgres => {
                "SELECT CAST(relname AS TEXT) FROM pg_catalog.pg_class \
                 WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace) ORDER BY oid"
            }
        }
    }

    /// The columns of the table `$1`: name, type, and 1 where the database counts it up by itself.
    pub(crate) fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT name, type, CAST(pk > 0 AND type = 'INTEGER' AS INTEGER) FROM pragma_table_info($1) ORDER BY name"
            }
            Self::Postgres => {
                "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT), \
                 CAST(CASE is_identity WHEN 'YES' THEN 1 ELSE 0 END AS BIGINT) FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name COLLATE \"C\""
            }
        }
    }

    /// What stands between the columns and the values of an insert that brings the counted columns' values along.
    pub(crate) fn overriding(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "OVERRIDING SYSTEM VALUE",
        }
    }

    /// Lets `table` count on from the greatest `column` that it has. SQLite does by itself.
    pub(crate) fn count_on(self, table: &str, column: &str) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) \
                 FROM {table} HAVING max({column}) IS NOT NULL"
            )),
        }
    }

    /// How many bytes the database takes.
    pub(crate) fn size(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            Self::Postgres => "SELECT pg_database_size(current_database())",
        }
    }

    /// A question to which a sound database answers with the one row `ok`, where it has such a question. PostgreSQL
    /// keeps its own constraints, and checks its pages when it reads them.
    pub(crate) fn soundness(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("SELECT integrity_check FROM pragma_integrity_check"),
            Self::Postgres => None,
        }
    }

    /// Rows that refer to what is not there: a line for each, where the database has such a question.
    pub(crate) fn dangling(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some(
                "SELECT \"table\" || ' row ' || coalesce(rowid, 0) || ' refers to a missing row of ' || parent \
                 FROM pragma_foreign_key_check() LIMIT 10",
            ),
            Self::Postgres => None,
        }
    }

    /// Makes other migrations wait until this transaction ends, however long that is; SQLite's immediate transaction does already. For a
    /// table that somebody reads, a dump say, a migration waits no longer than others do: whoever comes next waits behind it.
    pub(crate) fn lock_schema(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // The number only has to be ours: "hedgerow" in ASCII.
            Self::Postgres => Some(
                "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7522529147838689143); SET LOCAL lock_timeout = '30s'",
            ),
        }
    }

    /// The database's clock in ms since 1970. Leases are compared by it and by no other: of several hosts on one
    /// PostgreSQL no two clocks agree, and the one of the database is the one that they share.
    /// (With SQLite it is the machine's, which all its users share, too.)
    pub(crate) fn now_ms(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Self::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }
}
