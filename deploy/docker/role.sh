#!/bin/sh
# Run by the PostgreSQL image once, when its data is new: the role that the nodes use, which may make databases for
# tenants and nothing more, and the catalogue's database.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v password="$(cat /run/secrets/rowhouse)" <<'SQL'
CREATE ROLE rowhouse LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE rowhouse OWNER rowhouse;
SQL
