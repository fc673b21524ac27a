#!/bin/sh
# Makes what the parts of docker-compose.yml have to know of each other: passwords, the addresses with them, and the
# keys of the cluster. Each part has a volume of its own below /secrets and is told no more than it needs. What is
# there already is left alone, so that this can run before every start.
set -eu
umask 077

# The groups that read: as the images have them. tests/suite/deploy.rs compares.
POSTGRES=999
REDIS=999
NODE=65532

random() { head -c "$1" /dev/urandom | od -An -v -t x1 | tr -d ' \n'; }

# keep FILE GROUP: standard input becomes the file, whole or not at all, unless there is one.
keep() {
    [ -e "$1" ] && return
    cat >"$1.new"
    chgrp "$2" "$1.new"
    chmod 0440 "$1.new"
    mv "$1.new" "$1"
}

cd "${1:-/secrets}"

random 24 | keep postgres/superuser "$POSTGRES"
random 24 | keep postgres/rowhouse "$POSTGRES"
random 24 | keep redis/password "$REDIS"
printf 'requirepass %s\n' "$(cat redis/password)" | keep redis/password.conf "$REDIS"

server="postgres://rowhouse:$(cat postgres/rowhouse)@postgres"
printf '%s/rowhouse\n' "$server" | keep node/database-url "$NODE"
printf '%s/rowhouse_{name}\n' "$server" | keep node/tenant-database-url "$NODE"
printf 'redis://:%s@redis:6379\n' "$(cat redis/password)" | keep node/redis-url "$NODE"
{ random 64; echo; } | keep node/keys "$NODE"

# a new volume is root's
chown "$NODE:$NODE" "${2:-/media}"
