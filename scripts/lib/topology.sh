# Who follows whom, and the statements for it by kind of server. $way is processes or containers.
# shellcheck shell=bash
# shellcheck disable=SC2154

server_uuid() { # port; MariaDB has no server_uuid
  is_mariadb || printf '%08d-0000-0000-0000-%012d' "$1" "$1"
}

source_port() { # port: prints the port it starts out following, nothing for the primary
  if (($1 == port_base + 1)); then return; fi
  if [[ $chain == true ]]; then printf '%d' $(($1 - 1)); else printf '%d' $((port_base + 1)); fi
}

fleet_ports() {
  local number
  for ((number = 1; number <= replicas + 1; number++)); do printf '%d ' $((port_base + number)); done
}

sql() { "${way}_sql" "$1" "${seconds:-30}" "${@:2}"; } # port statement [client options]

follow_sql() { # source-port
  case $kind in
    mariadb-*)
      printf "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%d, MASTER_USER='repl', MASTER_PASSWORD='repl', MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=1, MASTER_USE_GTID=slave_pos; SET GLOBAL read_only=ON; START SLAVE;" "$1" ;;
    mysql-5.7)
      printf "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%d, MASTER_USER='repl', MASTER_PASSWORD='repl', MASTER_CONNECT_RETRY=1, MASTER_RETRY_COUNT=86400, MASTER_HEARTBEAT_PERIOD=1, MASTER_AUTO_POSITION=1; SET GLOBAL super_read_only=ON; START SLAVE;" "$1" ;;
    *)
      printf "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=%d, SOURCE_USER='repl', SOURCE_PASSWORD='repl', SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=86400, SOURCE_HEARTBEAT_PERIOD=1, GET_SOURCE_PUBLIC_KEY=1, SOURCE_AUTO_POSITION=1; SET GLOBAL super_read_only=ON; START REPLICA;" "$1" ;;
  esac
}

# An image writes to its binary log while it sets itself up; a fleet starts with an empty GTID set.
empty_gtids_sql() {
  case $kind in
    mariadb-*) printf "RESET MASTER; SET GLOBAL gtid_slave_pos='';" ;;
    mysql-5.7 | mysql-8.0) printf 'RESET MASTER;' ;;
    *) printf 'RESET BINARY LOGS AND GTIDS;' ;;
  esac
}

source_word() { if has_old_words; then echo master; else echo source; fi; }

start_servers() { # every server at once; sets failed_port when one does not come up
  local port role
  for port in $(fleet_ports); do
    role=replica
    if ((port == port_base + 1)); then role=primary; fi
    "${way}_create" "$port" "$role" &
  done
  wait
  failed_port=
  for port in $(fleet_ports); do
    if ! "${way}_await" "$port"; then
      failed_port=$port
      return 1
    fi
    if [[ $way == containers ]]; then sql "$port" "$(empty_gtids_sql)"; fi
  done
}

connect_replicas() {
  local port primary=$((port_base + 1)) job
  local -a jobs=()
  if [[ $semi_sync == true ]]; then sql "$primary" "SET GLOBAL rpl_semi_sync_$(source_word)_enabled=ON"; fi
  for port in $(fleet_ports); do
    ((port != primary)) || continue
    sql "$port" "$(follow_sql "$(source_port "$port")")" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || return 1; done
  if [[ $semi_sync == true && $replicas -gt 0 ]]; then await_semi_sync "$primary"; fi
  create_database "$primary"
}

await_semi_sync() { # primary: until every direct replica is registered
  local wanted=$replicas turn clients=
  if [[ $chain == true ]]; then wanted=1; fi
  for ((turn = 0; turn < 300; turn++)); do
    clients=$(sql "$1" "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_$(source_word)_clients'")
    if [[ ${clients##*[[:blank:]]} == "$wanted" ]]; then return 0; fi
    sleep 0.05
  done
  fail 1 "the primary sees ${clients##*[[:blank:]]} of $wanted semi-sync replicas."
}

create_database() { # primary: the first transaction of the fleet; every replica has it before we return
  local port primary=$1 wait_sql wanted=0
  if ((replicas == 0)) && [[ $semi_sync == true ]]; then
    say "Semi-sync without a replica: the database app is not created, because its commit would wait for ever."
    return
  fi
  sql "$primary" 'CREATE DATABASE app'
  wait_sql="SELECT WAIT_FOR_EXECUTED_GTID_SET('$(server_uuid "$primary"):1', 30)"
  if [[ $way == containers ]] && ! is_mariadb; then
    wait_sql="SELECT WAIT_FOR_EXECUTED_GTID_SET('$(sql "$primary" 'SELECT @@GLOBAL.gtid_executed')', 30)"
  elif is_mariadb; then
    wait_sql="SELECT MASTER_GTID_WAIT('0-$primary-1', 30)"
  fi
  for port in $(fleet_ports); do
    ((port != primary)) || continue
    [[ $(seconds=40 sql "$port" "$wait_sql") == "$wanted" ]] ||
      fail 1 "the replica 127.0.0.1:$port does not receive what the primary writes."
  done
}

current_source() { # port: prints the address it follows now, nothing when it follows nobody
  local text statement='SHOW REPLICA STATUS'
  if has_old_words; then statement='SHOW SLAVE STATUS'; fi
  text=$("${way}_sql" "$1" 3 "$statement" -E --column-names 2>/dev/null |
    sed -n 's/^ *\(Source\|Master\)_\(Host\|Port\): //p' | head -2 | tr '\n' ':') || return 0
  printf '%s' "${text%:}"
}
