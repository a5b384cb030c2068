# One server as a process of this machine. scripts/lib/containers.sh has the same functions for containers.
# shellcheck shell=bash
# shellcheck disable=SC2154

processes_prepare() {
  install_server
  copy_template
  version=$(<"$server_root/version")
  way_text="unpacked $kind"
}

processes_server_root() { server_root=$cache/servers/$kind; }

processes_create() { # port role
  local folder=$fleet/$1
  mkdir -p "$folder"
  {
    template_cnf
    replication_cnf "$1"
    if [[ $semi_sync == true ]]; then semi_sync_cnf "$2"; fi
    # The folder of the fleet may be deep, and a socket path has to stay below 108 bytes.
    echo "socket=$sockets/$1"
    echo "datadir=$folder/data"
    echo "log-error=$folder/error.log"
    echo "pid-file=$folder/server.pid"
  } >"$folder/my.cnf"
  rm -rf "$folder/data"
  copy_data "$folder/data"
  if ! is_mariadb; then
    printf '[auto]\nserver-uuid=%s\n' "$(server_uuid "$1")" >"$folder/data/auto.cnf"
  fi
  processes_launch "$1"
}

processes_launch() { # port
  local folder=$fleet/$1
  mkdir -p "$sockets"
  rm -f "$sockets/$1" "$sockets/$1.lock" "$folder/server.pid"
  # The data directory is on the command line too: it is how a process is recognised as ours.
  detach "$folder/pid" "$folder/error.log" \
    "$server_root/bin/mysqld" --defaults-file="$folder/my.cnf" --datadir="$folder/data"
}

processes_signal() { # port KILL|STOP|CONT wanted-state
  signal_ours "$(pid_in "$fleet/$1/pid")" "$fleet/$1/data" "$2" "$3"
}

processes_state() { process_state "$(pid_in "$fleet/$1/pid")" "$fleet/$1/data"; }

processes_pid() { pid_in "$fleet/$1/pid"; }

processes_sql() { # port seconds statement [client options]
  local port=$1 seconds=$2 statement=$3
  shift 3
  MYSQL_PWD=admin timeout "$seconds" "$server_root/bin/mysql" --no-defaults --protocol=SOCKET \
    --socket="$sockets/$port" -uadmin -N -B "$@" -e "$statement"
}

processes_await() { # port: waits for the server's own socket, which no other program answers on
  local turn folder=$fleet/$1
  for ((turn = 0; turn < 1200; turn++)); do
    if [[ -S $sockets/$1 ]] && processes_sql "$1" 5 'SELECT 1' >/dev/null 2>&1; then return 0; fi
    # The first turns may come before the child has written its pid.
    if ((turn > 20)) && [[ $(processes_state "$1") == dead ]]; then return 1; fi
    sleep 0.05
  done
  return 1
}

processes_reason() { # port: why it did not start
  grep -E '\[ERROR\]' "$fleet/$1/error.log" 2>/dev/null | head -1 | cut -c1-200 || true
}

processes_remove() { # port
  processes_signal "$1" KILL dead || true
}
