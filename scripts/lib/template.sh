# The settings of a server, and the ready data directory that each new server gets a copy of.
# shellcheck shell=bash
# shellcheck disable=SC2154

is_mariadb() { [[ $kind == mariadb-* ]]; }

# MySQL renamed the statements and settings of replication in 8.0.22-26; MariaDB and 5.7 have the old words.
has_old_words() { [[ $kind == mariadb-* || $kind == mysql-5.7 ]]; }

users_file() { # the accounts: orchestrator, repl, app and admin, each with its name as password
  if is_mariadb; then
    printf '%s' "$library/users/mariadb.sql"
  elif [[ $kind == mysql-5.7 ]]; then
    printf '%s' "$library/users/mysql-5.7.sql"
  else
    printf '%s' "$library/users/mysql.sql"
  fi
}

share_folder() { # where the server's own SQL and messages are
  local folder
  for folder in "$server_root"/fs/usr/share/{mysql,mariadb}; do
    if [[ -d $folder/charsets ]]; then printf '%s' "$folder"; fi
  done
}

unpacked_paths_cnf() {
  local share
  share=$(share_folder)
  if [[ $(id -u) == 0 ]]; then echo "user=root"; fi
  cat <<END
basedir=$server_root/fs/usr
lc-messages-dir=$share
character-sets-dir=$share/charsets
plugin-dir=$server_root/fs/usr/lib/mysql/plugin
secure-file-priv=$(is_mariadb || echo NULL)
END
}

# Small and fast. Each commit still reaches the kernel (flush-log-at-trx-commit=2), so SIGKILL loses nothing.
small_cnf() {
  cat <<'END'
skip-name-resolve
performance-schema=OFF
loose-mysqlx=OFF
max-connections=60
thread-cache-size=8
table-open-cache=64
table-definition-cache=400
key-buffer-size=8K
loose-temptable-max-ram=2M
loose-aria-pagecache-buffer-size=128K
innodb-buffer-pool-size=8M
loose-innodb-redo-log-capacity=8M
innodb-log-buffer-size=1M
innodb-doublewrite=OFF
innodb-flush-method=nosync
innodb-flush-log-at-trx-commit=2
sync-binlog=0
innodb-purge-threads=1
innodb-read-io-threads=1
innodb-write-io-threads=1
loose-innodb-page-cleaners=1
innodb-adaptive-hash-index=OFF
innodb-buffer-pool-dump-at-shutdown=OFF
innodb-buffer-pool-load-at-startup=OFF
END
  if has_old_words; then echo "innodb-log-file-size=4M"; fi
}

replication_cnf() { # port; read_only is left out on purpose: a server that comes back after a crash is writable
  cat <<END
bind-address=127.0.0.1
port=$1
server-id=$1
report-host=127.0.0.1
report-port=$1
log-bin=binlog
relay-log=relay
slave-net-timeout=4
END
  case $kind in
    mariadb-*) printf '%s\n' log-slave-updates=ON gtid-strict-mode=ON binlog-format=ROW master-retry-count=86400 ;;
    mysql-5.7) printf '%s\n' gtid-mode=ON enforce-gtid-consistency=ON log-slave-updates=ON binlog-format=ROW \
      master-info-repository=TABLE relay-log-info-repository=TABLE ;;
    *) printf '%s\n' gtid-mode=ON enforce-gtid-consistency=ON ;;
  esac
}

# The replica side acknowledges from the first moment after a restart. The source side is switched on at run
# time on the primary only: a server that comes back does not know that it was the primary.
semi_sync_cnf() { # primary|replica
  local source=source replica=replica
  if has_old_words; then source=master replica=slave; fi
  if ! is_mariadb; then
    echo "plugin-load-add=semisync_$source.so"
    echo "plugin-load-add=semisync_$replica.so"
    echo "loose-rpl-semi-sync-$source-wait-for-$replica-count=1"
  fi
  echo "loose-rpl-semi-sync-$source-timeout=100000000"
  echo "loose-rpl-semi-sync-$source-wait-point=AFTER_SYNC"
  if [[ $1 == replica ]]; then echo "loose-rpl-semi-sync-$replica-enabled=ON"; fi
}

# --- template ----------------------------------------------------------------------------------

template_hash() { { cat "$server_root/packages.txt" "$(users_file)"; template_cnf; declare -f build_template; } | sha256sum | cut -c1-12; }

template_cnf() {
  echo "[mysqld]"
  unpacked_paths_cnf
  small_cnf
}

copy_template() { # target; builds the template first when its inputs are new
  local held hash
  make_folder "$cache/templates"
  hash=$(template_hash)
  template=$cache/templates/$kind-$hash
  if [[ ! -d $template ]]; then
    lock "$cache/templates/$kind.lock"
    held=$lock_fd
    if [[ ! -d $template ]]; then
      rm -rf "$cache/templates/.$kind"-* "$cache/templates/$kind"-*  # half-made ones and those with old inputs
      build_template
    fi
    unlock "$held"
  fi
  [[ -z ${1:-} ]] || copy_data "$1"
}

copy_data() { # target; the shared lock keeps another run from replacing the template meanwhile
  local held
  lock "$cache/templates/$kind.lock" -s
  held=$lock_fd
  cp -r --sparse=always --reflink=auto "$template" "$1"
  unlock "$held"
}

build_template() {
  local build log
  say "Preparing an empty data directory for $kind (once; about three seconds) ..."
  build=$(mktemp -d "$cache/templates/.$kind-XXXXXX")
  log=$build/log
  template_cnf >"$build/my.cnf"
  # Both ways create the accounts with the binary log off, so every server starts with an empty GTID set.
  if is_mariadb; then
    mkdir "$build/data"
    mariadb_bootstrap_sql |
      "$server_root/bin/mysqld" --defaults-file="$build/my.cnf" --datadir="$build/data" --bootstrap \
        >"$log" 2>&1 || template_failed
  else
    "$server_root/bin/mysqld" --defaults-file="$build/my.cnf" --datadir="$build/data" \
      --initialize-insecure --init-file="$(users_file)" --log-error="$log" >/dev/null 2>&1 || template_failed
    rm -f "$build/data/auto.cnf"
  fi
  mv -T "$build/data" "$template"
  rm -rf "$build"
}

template_failed() { fail 1 "cannot prepare a data directory for $kind: $(grep -i error "$log" | tail -1)"; }

mariadb_bootstrap_sql() {
  local prefix share
  share=$(share_folder)
  prefix=$share/mysql
  [[ -e ${prefix}_system_tables.sql ]] || prefix=$share/mariadb
  printf 'CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n'
  cat "${prefix}"_{system_tables,performance_tables,system_tables_data}.sql \
    "$share/maria_add_gis_sp_bootstrap.sql" "${prefix}_sys_schema.sql"
  # The nameless local account would win over admin@'%' on the unix socket.
  printf "USE mysql;\nDELETE FROM global_priv WHERE User='';\nFLUSH PRIVILEGES;\n"
  cat "$(users_file)"
}
