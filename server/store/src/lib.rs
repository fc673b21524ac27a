//! Databases: schema, pools, migrations and queries.
