#!/usr/bin/env bash
# Puts PostgreSQL 17 with TimescaleDB, nats-server, Redis and, for the tests, OpenSSH and PgBouncer into one private
# folder (see private-packages.sh).
#
# usage: native-servers.sh FOLDER
set -euo pipefail
want=(postgresql-17 postgresql-17-timescaledb redis-server nats-server openssh-server pgbouncer)
absent=(adduser debconf init-system-helpers libllvm19 locales openssl passwd perl perl-base postgresql-client-common
  postgresql-common procps runit-helper ssl-cert sysvinit-utils systemd ucf libpam-modules libpam-runtime lsb-base netbase)
leave=(./usr/lib/openssh/ssh-keysign "llvmjit*.so" "./usr/lib/postgresql/*/lib/bitcode")
arrange() { :; }
# nats-server is a Go program: it needs only libc >= 2.34 and runs as it is.
programs() { find "$root"/usr/{bin,sbin,lib/openssh,lib/postgresql/17/bin} -type f ! -name nats-server; }
. "$(dirname "$0")/private-packages.sh"
