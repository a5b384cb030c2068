# How each server is now, and the faults a test or the demo makes: kill, stop, cont, restart.
# shellcheck shell=bash
# shellcheck disable=SC2154

existing_fleet() { load_fleet && [[ -f $fleet/fleet.json ]] || fail 1 "there is no fleet '$name'."; }

# Faults on several servers may run at once, but not while the fleet is built or taken down.
share_fleet() {
  existing_fleet
  lock "$fleets/$name.lock" -s
  existing_fleet
}

status() {
  local port condition read_only follows
  existing_fleet
  if [[ $json == true ]]; then
    fleet_json status
    return
  fi
  printf '%-16s %-8s %-8s %-10s %s\n' server state role read_only source
  for port in $(fleet_ports); do
    observe "$port"
    printf '%-16s %-8s %-8s %-10s %s\n' "127.0.0.1:$port" "$condition" \
      "$(if [[ $condition == alive ]]; then role_of "$follows"; else echo -; fi)" "${read_only:--}" "${follows:--}"
  done
}

role_of() { if [[ -n $1 ]]; then echo replica; else echo primary; fi; }

observe() { # port: sets condition, read_only and follows
  condition=$("${way}_state" "$1") read_only='' follows=''
  [[ $condition == alive ]] || return 0
  read_only=$("${way}_sql" "$1" 3 "SELECT IF(@@GLOBAL.read_only, 'ON', 'OFF')" 2>/dev/null) || read_only='?'
  follows=$(current_source "$1")
}

status_json() { # port
  local condition read_only follows only=null
  observe "$1"
  case $read_only in ON) only=true ;; OFF) only=false ;; esac
  printf ',"state":"%s","readOnly":%s,"source":%s' "$condition" "$only" \
    "$(if [[ -n $follows ]]; then json_string "$follows"; else echo null; fi)"
}

fault() { # kill|stop|cont|restart|state PORT [options]
  local verb=$1 port=${2:-}
  [[ $port =~ ^[0-9]{1,5}$ ]] || fail 2 "$verb needs the port of a server, not '$port'."
  shift 2
  parse "$verb" "$@"
  share_fleet
  [[ " $(fleet_ports)" == *" $port "* ]] || fail 2 "the fleet '$name' has no server on port $port; it has: $(fleet_ports)"
  case $verb in
    kill) signal_server "$port" KILL dead ;;
    stop) signal_server "$port" STOP stopped ;;
    cont) signal_server "$port" CONT alive ;;
    restart) restart_server "$port" ;;
    state) printf '%s\n' "$("${way}_state" "$port")" ;;
  esac
}

signal_server() { # port signal wanted-state
  [[ $("${way}_state" "$1") != "$3" ]] || return 0
  "${way}_signal" "$@" || fail 1 "the server on port $1 is $("${way}_state" "$1") and did not become $3."
}

restart_server() { # port
  lock "$fleet/$1/lock"
  signal_server "$1" KILL dead
  "${way}_launch" "$1"
  "${way}_await" "$1" || fail 1 "the server on port $1 did not start: $("${way}_reason" "$1")"
  lock "$fleet/json.lock"
  fleet_json | write_file "$fleet/fleet.json"
}
