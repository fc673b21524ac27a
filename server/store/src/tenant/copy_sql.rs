//! The statements of [`super::copy`]: which columns a copy has, how each kind of column is spelled in JSON,
//! and the same read back. Names come from the table below and values are bound, or are literals of keys.

use std::fmt::Write;

use crate::error::{Result, StoreError};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Text,
    Int,
    Bool,
    Instant,
    Json,
}

pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    /// The primary key's columns.
    key: &'static [&'static str],
    /// Whether rows refer to rows of the same table by `parent_id`.
    tree: bool,
}

macro_rules! tables {
    ($($name:ident [$($key:ident),*] $($tree:ident)? { $($kind:ident: $($column:ident),*;)* })*) => {
        /// Every table that is copied, parents before children.
        pub(super) const TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            columns: &[$($(Column { name: stringify!($column), kind: Kind::$kind },)*)*],
            key: &[$(stringify!($key)),*],
            tree: tables!(@tree $($tree)?),
        }),*];
    };
    (@tree tree) => { true };
    (@tree) => { false };
}

tables! {
    site_setting [key] {
        Text: key;
        Json: value;
    }
    account [id] {
        Uuid: id;
        Text: name, email, display_name, bio, password_hash;
        Bool: disabled, must_change;
        Instant: created_at, password_changed_at, seen_at;
    }
    role [id] {
        Uuid: id;
        Text: name, title, description;
        Bool: builtin;
        Json: grants;
    }
    account_role [account_id, role_id] {
        Uuid: account_id, role_id;
    }
    media [id] {
        Uuid: id, account_id;
        Text: name, mime;
        Int: bytes, width, height;
        Text: alt, caption, hash, source;
        Json: variants;
        Instant: created_at, updated_at;
    }
    term [id] tree {
        Uuid: id, parent_id;
        Text: taxonomy, name, slug, description;
    }
    item [id] tree {
        Uuid: id, author_id, latest_version, published_version, parent_id, lock_account;
        Text: kind, status, title, route, password, source;
        Int: version_count, menu_order, old_number;
        Bool: sticky, noindex;
        Instant: published_at, updated_at, created_at, publish_at, unpublish_at, deleted_at, lock_until;
    }
    version [id] {
        Uuid: id, item_id, account_id;
        Int: number;
        Text: title, slug, format, body, excerpt, note;
        Json: fields;
        Instant: created_at;
    }
    autosave [item_id, account_id] {
        Uuid: item_id, account_id, base_version;
        Json: document;
        Instant: saved_at;
    }
    item_term [item_id, term_id] {
        Uuid: item_id, term_id;
    }
    menu_entry [id] tree {
        Uuid: id, parent_id, item_id;
        Text: place, title, url, source;
        Int: position;
    }
    redirect [id] {
        Uuid: id, item_id;
        Text: from_path, to_path;
        Bool: permanent, automatic;
        Instant: created_at;
    }
}

/// The tables that stay behind.
#[cfg(test)]
const LEFT: &[&str] = &["schema_migration", "site_version", "revision", "session", "one_time_token", "job"];

impl Column {
    /// The value as JSON.
    fn out(&self, postgres: bool) -> String {
        let name = self.name;
        match (self.kind, postgres) {
            (Kind::Uuid, true) => format!("replace({name}::text, '-', '')"),
            (Kind::Uuid, false) => format!("CASE WHEN {name} IS NULL THEN NULL ELSE lower(hex({name})) END"),
            (Kind::Instant, true) => format!("(extract(epoch FROM {name}) * 1000000)::bigint"),
            (Kind::Bool, false) => format!("json(CASE {name} WHEN 1 THEN 'true' ELSE 'false' END)"),
            (Kind::Json, false) => format!("json({name})"),
            _ => name.to_owned(),
        }
    }

    /// The value out of the JSON object `e` (PostgreSQL) or `e.value` (SQLite).
    fn back(&self, postgres: bool) -> String {
        let name = self.name;
        match (self.kind, postgres) {
            (Kind::Uuid, true) => format!("(e->>'{name}')::uuid"),
            (Kind::Text, true) => format!("e->>'{name}'"),
            (Kind::Int, true) => format!("(e->>'{name}')::bigint"),
            (Kind::Bool, true) => format!("(e->>'{name}')::boolean"),
            (Kind::Json, true) => format!("e->'{name}'"),
            // exact: microseconds since 1970 fit into the 53 bits of the factor
            (Kind::Instant, true) => {
                format!("'epoch'::timestamptz + (e->>'{name}')::bigint * interval '1 microsecond'")
            }
            (Kind::Uuid, false) => format!("unhex(e.value->>'{name}')"),
            (Kind::Json, false) => format!("e.value->'{name}'"),
            (Kind::Text | Kind::Int | Kind::Bool | Kind::Instant, false) => format!("e.value->>'{name}'"),
        }
    }
}

/// One page of a table in the order of its key, after the row with the key literal `after`.
pub(super) fn select(table: &Table, after: Option<&str>, page: usize, postgres: bool) -> String {
    let mut sql = String::from(if postgres { "SELECT json_build_object(" } else { "SELECT json_object(" });
    for (at, column) in table.columns.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        // writing to a string does not fail
        let _ = write!(sql, "{comma}'{}', {}", column.name, column.out(postgres));
    }
    let key = table.key.join(", ");
    let cast = if postgres { "::text" } else { "" };
    let _ = write!(sql, "){cast} AS line FROM {}", table.name);
    if let Some(after) = after {
        let _ = write!(sql, " WHERE ({key}) > ({after})");
    }
    let _ = write!(sql, " ORDER BY {key} LIMIT {page}");
    sql
}

/// The key of a dumped row as a list of literals.
pub(super) fn key_of(table: &Table, line: &str, postgres: bool) -> Result<String> {
    let row: serde_json::Value = serde_json::from_str(line)
        .map_err(|e| StoreError::Corrupt(format!("a row of {}: {e}", table.name)))?;
    let literal = |name: &&str| {
        let text = row.get(*name).and_then(|v| v.as_str()).unwrap_or_default().replace('\'', "''");
        let uuid = table.columns.iter().any(|c| c.name == *name && c.kind == Kind::Uuid);
        match (uuid, postgres) {
            (true, true) => format!("'{text}'::uuid"),
            (true, false) => format!("x'{text}'"),
            (false, _) => format!("'{text}'"),
        }
    };
    Ok(table.key.iter().map(literal).collect::<Vec<_>>().join(", "))
}

/// Inserts the rows of a JSON array that is bound as text.
pub(super) fn insert(table: &Table, columns: &[String], postgres: bool) -> String {
    let known = || table.columns.iter().filter(|c| columns.iter().any(|name| name == c.name));
    let names = known().map(|c| c.name).collect::<Vec<_>>().join(", ");
    let values = known().map(|c| c.back(postgres)).collect::<Vec<_>>().join(", ");
    // `WHERE true` keeps SQLite from reading what follows as a join
    let from = if postgres { "jsonb_array_elements($1::jsonb) AS e" } else { "json_each(?) AS e" };
    format!("INSERT INTO {} ({names}) SELECT {values} FROM {from} WHERE true", table.name)
}

fn trees() -> impl Iterator<Item = &'static str> {
    TABLES.iter().filter(|t| t.tree).map(|t| t.name)
}

/// Lets references be broken until the transaction ends: a row may come before its parent.
pub(super) fn defer(postgres: bool) -> String {
    if !postgres {
        return "PRAGMA defer_foreign_keys = ON".to_owned();
    }
    let one =
        |t| format!("ALTER TABLE {t} ALTER CONSTRAINT {t}_parent_id_fkey DEFERRABLE INITIALLY DEFERRED;");
    trees().map(one).collect()
}

/// Checks all references and puts the rules back as the migrations made them. PostgreSQL only.
pub(super) fn undefer() -> String {
    let one = |t| format!("ALTER TABLE {t} ALTER CONSTRAINT {t}_parent_id_fkey NOT DEFERRABLE;");
    std::iter::once("SET CONSTRAINTS ALL IMMEDIATE;".to_owned()).chain(trees().map(one)).collect()
}

/// The bytes of the database, or of the schema in use, as text.
pub(super) fn size(postgres: bool, schema: bool) -> &'static str {
    match (postgres, schema) {
        (true, false) => "SELECT pg_database_size(current_database())::text AS line",
        (true, true) => {
            "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::bigint::text AS line FROM pg_class c \
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
        }
        (false, _) => {
            "SELECT CAST(page_count * page_size AS TEXT) AS line FROM pragma_page_count, pragma_page_size"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Tables and columns as the migrations make them, read from their text.
    fn migrated() -> BTreeMap<String, BTreeSet<String>> {
        let sql = concat!(
            include_str!("../../../../migrations/tenant/sqlite/2026-11-21-000001_init/up.sql"),
            include_str!("../../../../migrations/tenant/sqlite/2026-11-29-000002_jobs/up.sql"),
        );
        let mut tables = BTreeMap::<String, BTreeSet<String>>::new();
        let mut table = None;
        for line in sql.lines() {
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                table = rest.split_whitespace().next().map(str::to_owned);
            } else if line.starts_with(')') {
                table = None;
            } else if let Some(table) = &table {
                let word = line.split_whitespace().next().unwrap_or_default().to_owned();
                if !["PRIMARY", "UNIQUE", "CHECK", "--"].contains(&word.as_str()) {
                    tables.entry(table.clone()).or_default().insert(word);
                }
            }
        }
        tables
    }

    #[test]
    fn every_table_is_copied_whole_or_left_on_purpose() {
        let ours: BTreeMap<String, BTreeSet<String>> = TABLES
            .iter()
            .map(|t| (t.name.to_owned(), t.columns.iter().map(|c| c.name.to_owned()).collect()))
            .collect();
        let mut migrated = migrated();
        for left in LEFT {
            migrated.remove(*left);
        }
        assert_eq!(ours, migrated);
    }
}
