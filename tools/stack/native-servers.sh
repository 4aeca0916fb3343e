#!/usr/bin/env bash
# Puts PostgreSQL 17 with TimescaleDB, nats-server and Redis into one private folder (see private-packages.sh).
#
# usage: native-servers.sh FOLDER
set -euo pipefail
want=(postgresql-17 postgresql-17-timescaledb redis-server nats-server)
absent=(adduser debconf init-system-helpers libllvm19 locales openssl passwd perl perl-base postgresql-client-common
  postgresql-common procps ssl-cert sysvinit-utils systemd ucf lsb-base netbase)
leave=("llvmjit*.so" "./usr/lib/postgresql/*/lib/bitcode")
arrange() { :; }
# nats-server is a Go program: it needs only libc >= 2.34 and runs as it is.
programs() { find "$root"/usr/{bin,sbin,lib/postgresql/17/bin} -type f ! -name nats-server; }
. "$(dirname "$0")/private-packages.sh"
