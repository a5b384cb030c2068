# Ends an emulator that nobody has used for a while: attendant.sh NAME SECONDS, started by scripts/azurite up --idle.
# shellcheck shell=bash
# Its users share a lock on the file NAME.users and touch it when they come and go.
set -euo pipefail
library=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in common emulator; do
  # shellcheck disable=SC1090
  . "$library/$part.sh"
done

name=$1 idle=$2 keep_data=true folder=$emulators/$1 users=$state/$1.users
turn=$((idle < 60 ? (idle + 3) / 4 : 15))

is_mine() { [[ $(pid_in "$folder/attendant") == "$$" && $(emulator_state) != dead ]]; }

is_unused() { (($(date +%s) - $(stat -c %Y "$users" 2>/dev/null || echo 0) >= idle)); }

while sleep "$turn" && is_mine; do
  is_unused || continue
  # In this order, as somebody who comes takes them the other way round and does not wait for the second.
  lock_emulator
  held=$lock_fd
  exec {users_fd}>>"$users"
  if flock -n -x "$users_fd" && is_mine && is_unused; then
    printf 'Nobody has used Azurite for %s s: it ends.\n' "$idle"
    remove_emulator
    exit 0
  fi
  exec {users_fd}>&-
  unlock "$held"
done
