# The state folder of a fleet: settings, one folder per server, fleet.json. Every change is made under the
# lock of the fleet's name; ports are claimed under one lock for all fleets.
# shellcheck shell=bash
# shellcheck disable=SC2154

fleets=$state/fleets

lock_fleet() { # takes the lock of $name for the rest of this shell
  make_folder "$fleets"
  lock "$fleets/$name.lock"
}

load_fleet() { # false when there is no fleet of that name
  local file=$fleets/$name/settings
  fleet=$fleets/$name
  [[ -f $file ]] || return 1
  kind=$(read_setting "$file" server)
  version=$(read_setting "$file" version)
  way=$(read_setting "$file" way)
  way_text=$(read_setting "$file" wayText)
  replicas=$(read_setting "$file" replicas)
  chain=$(read_setting "$file" chain)
  semi_sync=$(read_setting "$file" semiSync)
  port_base=$(read_setting "$file" portBase)
  sockets=$(read_setting "$file" sockets)
  # A run that crashed before it claimed its ports has started nothing.
  [[ -n $kind && -n $way && -n $replicas && -n $port_base ]] || return 1
  "${way}_server_root"
}

save_settings() {
  write_file "$fleet/settings" <<END
server=$kind
version=$version
way=$way
wayText=$way_text
replicas=$replicas
chain=$chain
semiSync=$semi_sync
portBase=$port_base
sockets=$sockets
ownerPid=$owner_pid
ownerStart=$owner_start
END
}

fleet_json() { # [status]: with status each server also tells how it is now
  local port separator='' source role
  printf '{"name":"%s","server":"%s","version":"%s","kind":"%s","semiSync":%s,"chain":%s,"portBase":%d,"servers":[' \
    "$name" "$kind" "$version" "$way_text" "$semi_sync" "$chain" "$port_base"
  for port in $(fleet_ports); do
    source=$(source_port "$port")
    role=replica
    if [[ -z $source ]]; then role=primary; fi
    printf '%s{"key":"127.0.0.1:%d","host":"127.0.0.1","port":%d,"serverUuid":"%s","serverId":%d,"pid":%d,"role":"%s","sourcePort":%s,"dataDirectory":%s%s}' \
      "$separator" "$port" "$port" "$(known_uuid "$port")" "$port" "$(known_pid "$port")" "$role" \
      "${source:-null}" "$(json_string "$fleet/$port/data")" "$(if [[ ${1:-} == status ]]; then status_json "$port"; fi)"
    separator=,
  done
  printf ']}\n'
}

known_pid() { local pid; pid=$("${way}_pid" "$1"); printf '%d' "${pid:-0}"; }

known_uuid() { # an image makes its own server_uuid, so there it is asked for
  if [[ $way == containers ]] && ! is_mariadb; then
    "${way}_sql" "$1" 5 'SELECT @@server_uuid' 2>/dev/null || true
  else
    server_uuid "$1"
  fi
}

tear_down() { # kills what is ours and removes the state; also after a crashed run
  local port port_jobs=()
  if load_fleet; then
    for port in $(fleet_ports); do
      "${way}_remove" "$port" &
      port_jobs+=($!)
    done
    ((${#port_jobs[@]} == 0)) || wait "${port_jobs[@]}" || true
    if [[ $sockets == */orchestrator-fleet.* ]]; then rm -rf "$sockets"; fi
  fi
  rm -rf "$fleets/$name"
}

# Removes what nobody will come back for: fleets whose owner's process is gone, and fleets whose `up` crashed.
sweep() {
  local folder lost
  for folder in "$fleets"/*/; do
    [[ -d $folder ]] || continue
    lost=$(basename "$folder")
    [[ $lost != "$name" ]] || continue
    if [[ -f $folder/fleet.json ]] && ! owner_gone "$folder/settings"; then continue; fi
    sweep_one "$lost"
  done
}

sweep_one() ( # name; in a subshell, because it loads another fleet's settings
  name=$1
  lock "$fleets/$name.lock" -n || exit 0  # somebody works on it right now
  if [[ -f $fleets/$name/fleet.json ]] && ! owner_gone "$fleets/$name/settings"; then exit 0; fi
  tear_down
  rm -f "$fleets/$name.lock"
  say "Removed the fleet '$name' that nobody owns any more."
)

# --- ports -------------------------------------------------------------------------------------

claimed_ports() { # ports of the other fleets, whether their servers run or not
  local file base count
  for file in "$fleets"/*/settings; do
    [[ -f $file && $file != "$fleets/$name/settings" ]] || continue
    base=$(read_setting "$file" portBase)
    count=$(read_setting "$file" replicas)
    if [[ -n $base && -n $count ]]; then seq -s ' ' $((base + 1)) $((base + count + 1)); fi
  done
}

taken_port() { # base taken-ports: prints the first port of that base that is not free
  local port
  for ((port = $1 + 1; port <= $1 + replicas + 1; port++)); do
    if [[ " $2 " == *" $port "* ]]; then
      printf '%d' "$port"
      return
    fi
  done
}

claim_ports() { # sets port_base and saves the settings, so that a run beside us takes other ports
  local held taken port temporary=${TMPDIR:-/tmp}
  lock "$fleets/.ports.lock"
  held=$lock_fd
  taken="$(listening_ports) $(claimed_ports | tr '\n' ' ')"
  if [[ -n $port_base_given ]]; then
    port_base=$port_base_given
    port=$(taken_port "$port_base" "$taken")
    [[ -z $port ]] || fail 1 "port $port is taken; choose another --port-base, or none to get a free one."
  else
    while [[ -n $(taken_port "$port_base" "$taken") ]]; do port_base=$((port_base + 10)); done
  fi
  ((port_base + replicas + 1 <= 65535)) || fail 1 "no free ports are left."
  ((${#temporary} < 70)) || temporary=/tmp  # a socket path has to stay below 108 bytes
  [[ -n $sockets ]] || sockets=$(mktemp -d "$temporary/orchestrator-fleet.XXXXXX")
  save_settings
  unlock "$held"
}
