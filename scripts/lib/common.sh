# Shared by scripts/azurite and scripts/lib/unpack.sh: messages, folders, processes that outlive the shell.
# Exit codes: 1 something went wrong, 2 the command line is wrong, 3 what was asked for is not available here.
# shellcheck shell=bash
# shellcheck disable=SC2154

cache=${ORCHESTRATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/orchestrator-functions}
state=${ORCHESTRATOR_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/orchestrator-functions}

say() { printf '%s\n' "$*" >&2; }

fail() { # exit-code message
  local code=$1
  shift
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit "$code"
}

need() { # exit-code tools...
  local code=$1 tool
  shift
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || fail "$code" "the program '$tool' is needed and is not installed here."
  done
}

make_folder() { mkdir -p "$1" 2>/dev/null || fail 1 "cannot create the folder $1."; }

lock() { # file [flock options]; held until unlock or the end of this shell; false when -n and held elsewhere
  local file=$1
  shift
  while true; do
    exec {lock_fd}>>"$file"
    flock "$@" "$lock_fd" || return 1
    # The holder before us may have removed the file; then the lock we got guards nothing.
    [[ ! /proc/self/fd/$lock_fd -ef $file ]] || return 0
    unlock "$lock_fd"
  done
}

unlock() { # file descriptor, as lock left it in lock_fd
  local fd=$1
  exec {fd}>&-
}

check_name() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$ ]] ||
    fail 2 "--name takes up to 40 letters, digits, '-' and '_', not '$1'."
}

check_number() { # option value lowest highest
  [[ $2 =~ ^[0-9]{1,9}$ ]] && ((10#$2 >= $3 && 10#$2 <= $4)) ||
    fail 2 "$1 takes a number from $3 to $4, not '$2'."
}

write_file() { # path; the content comes from standard input and is there whole or not at all
  local part
  part=$(mktemp "$1.XXXXXX")
  cat >"$part"
  chmod 644 "$part"
  mv -f "$part" "$1"
}

read_setting() { # file key; settings are plain key=value lines, never executed
  local line
  while IFS= read -r line; do
    if [[ $line == "$2="* ]]; then
      printf '%s' "${line#*=}"
      return
    fi
  done <"$1" 2>/dev/null || true
}

# --- processes ---------------------------------------------------------------------------------

# Starts a command in its own session with every inherited descriptor closed. A child that kept a lock or
# the caller's output pipe would make the next run wait, or $(scripts/fleet up) never return.
detach() { # pid-file log command...
  local pid_file=$1 log=$2
  shift 2
  rm -f "$pid_file"
  # shellcheck disable=SC2016
  setsid bash -c '
    pid_file=$1; shift
    for fd in /proc/$$/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ]; then exec {fd}>&-; fi; done
    cd /; printf "%s\n" $$ >"$pid_file"; exec "$@"' detach "$pid_file" "$@" </dev/null >>"$log" 2>&1 &
  disown
}

pid_in() { # pid-file: prints the pid, or nothing
  local pid=
  read -r pid 2>/dev/null <"$1" || true
  [[ $pid =~ ^[0-9]+$ ]] && printf '%s' "$pid" || true
}

# True when the process runs and its command line names this folder. A pid alone proves nothing: it may be
# a number left over from a crashed run that now belongs to somebody else.
is_ours() { # pid folder
  local line
  [[ -n $1 && -n $2 ]] || return 1
  { line=$(tr '\0' '\n' <"/proc/$1/cmdline"); } 2>/dev/null || return 1
  [[ $line == *"$2"* ]]
}

process_state() { # pid folder: alive, stopped or dead
  local rest
  is_ours "$1" "$2" || { printf dead; return; }
  { rest=$(<"/proc/$1/stat"); } 2>/dev/null || { printf dead; return; }
  rest=${rest##*) }
  case ${rest%% *} in
    T | t) printf stopped ;;
    Z | X) printf dead ;;
    *) printf alive ;;
  esac
}

await_state() { # pid folder wanted: waits up to ten seconds
  local turn
  for ((turn = 0; turn < 500; turn++)); do
    [[ $(process_state "$1" "$2") != "$3" ]] || return 0
    sleep 0.02
  done
  return 1
}

signal_ours() { # pid folder KILL|STOP|CONT wanted-state
  is_ours "$1" "$2" || return 1
  kill -s "$3" "$1" 2>/dev/null || return 1
  # A stopped process takes its SIGKILL without this; it costs nothing and helps under odd supervisors.
  if [[ $3 == KILL ]]; then kill -s CONT "$1" 2>/dev/null || true; fi
  await_state "$1" "$2" "$4"
}

start_time() { # pid: the kernel's start tick, so a reused pid is not taken for its predecessor
  local rest fields
  { rest=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra fields <<<"${rest##*) }"
  printf '%s' "${fields[19]}"
}

owner_gone() { # settings-file: true when it names an owner that no longer runs
  local pid started
  pid=$(read_setting "$1" ownerPid)
  [[ -n $pid ]] || return 1
  started=$(start_time "$pid") || return 0
  [[ $started != "$(read_setting "$1" ownerStart)" ]]
}
