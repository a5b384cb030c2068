# One server as a container of the official image, where a Docker engine answers. Host networking keeps
# 127.0.0.1:port the one address of a server for the host, the other servers and the tests, so this way is for Linux.
# shellcheck shell=bash
# shellcheck disable=SC2154

docker_answers() { command -v docker >/dev/null 2>&1 && timeout 10 docker info >/dev/null 2>&1; }

image() { if is_mariadb; then echo "mariadb:${kind#mariadb-}"; else echo "mysql:${kind#mysql-}"; fi; }

container() { printf 'orchestrator-fleet-%s-%s' "$name" "$1"; }

containers_prepare() {
  version=${kind#*-}
  way_text="docker $(image)"
  docker image inspect "$(image)" >/dev/null 2>&1 && return
  say "Pulling the image $(image) (once) ..."
  docker pull -q "$(image)" >/dev/null ||
    fail 3 "$kind is not available here: the image $(image) cannot be pulled; --with packages uses server packages instead."
}

containers_server_root() { :; }

containers_create() { # port role
  local folder=$fleet/$1
  mkdir -p "$folder"
  {
    echo "[mysqld]"
    small_cnf
    replication_cnf "$1"
    if [[ $semi_sync == true ]]; then semi_sync_cnf "$2"; fi
  } >"$folder/my.cnf"
  { echo "SET sql_log_bin=0;"; cat "$(users_file)"; } >"$folder/users.sql"
  chmod 644 "$folder/my.cnf" "$folder/users.sql"
  containers_remove "$1"  # what a crashed run left
  docker run -d --name "$(container "$1")" --network host --label orchestrator-fleet="$name" \
    -e MYSQL_ROOT_PASSWORD=root -e MARIADB_ROOT_PASSWORD=root \
    -e MYSQL_INITDB_SKIP_TZINFO=1 -e MARIADB_INITDB_SKIP_TZINFO=1 \
    -v "$folder/my.cnf:/etc/mysql/conf.d/fleet.cnf:ro" \
    -v "$folder/users.sql:/docker-entrypoint-initdb.d/users.sql:ro" \
    "$(image)" >/dev/null
}

containers_launch() { docker start "$(container "$1")" >/dev/null; }

containers_signal() { # port KILL|STOP|CONT wanted-state
  local verb=kill
  case $2 in
    STOP) verb=pause ;;
    CONT) verb=unpause ;;
    KILL) docker unpause "$(container "$1")" >/dev/null 2>&1 || true ;;
  esac
  docker "$verb" "$(container "$1")" >/dev/null 2>&1
}

containers_state() { # port
  case $(docker inspect -f '{{.State.Status}}' "$(container "$1")" 2>/dev/null || true) in
    running) printf alive ;;
    paused) printf stopped ;;
    *) printf dead ;;
  esac
}

containers_pid() { docker inspect -f '{{.State.Pid}}' "$(container "$1")" 2>/dev/null || printf 0; }

containers_sql() { # port seconds statement [client options]
  local port=$1 seconds=$2 statement=$3 client=mysql
  shift 3
  if is_mariadb; then client=mariadb; fi
  timeout "$seconds" docker exec -e MYSQL_PWD=admin "$(container "$port")" "$client" --no-defaults \
    -h127.0.0.1 -P"$port" -uadmin -N -B "$@" -e "$statement"
}

containers_await() { # port; during its first start the image runs a server without a network, which this does not reach
  local turn
  for ((turn = 0; turn < 240; turn++)); do
    if containers_sql "$1" 5 'SELECT 1' >/dev/null 2>&1; then return 0; fi
    if [[ $(containers_state "$1") == dead ]]; then return 1; fi
    sleep 0.5
  done
  return 1
}

containers_reason() { docker logs "$(container "$1")" 2>&1 | grep -i error | head -1 | cut -c1-200 || true; }

containers_remove() { docker rm -f -v "$(container "$1")" >/dev/null 2>&1 || true; }
