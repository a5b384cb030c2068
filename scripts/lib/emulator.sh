# Azurite: installed once into the user cache from the pinned lock file, one process per name.
# shellcheck shell=bash
# shellcheck disable=SC2154

emulators=$state/azurite

install_azurite() { # sets azurite_root
  local held build pins=$library/../azurite.d
  azurite_root=$cache/azurite/$(cat "$pins"/package.json "$pins"/package-lock.json | sha256sum | cut -c1-12)
  [[ ! -d $azurite_root ]] || return 0
  need 3 node npm
  make_folder "$cache/azurite"
  lock "$cache/azurite/.lock"
  held=$lock_fd
  if [[ ! -d $azurite_root ]]; then
    rm -rf "$cache"/azurite/.build.*  # what a crashed install left
    build=$(mktemp -d "$cache/azurite/.build.XXXXXX")
    cp "$pins"/package.json "$pins"/package-lock.json "$build/"
    say "Installing Azurite into $azurite_root (once; about half a minute) ..."
    # Its packages' install scripts only print hints; nothing of them is needed.
    if ! (cd "$build" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >"$build/npm.log" 2>&1); then
      fail 3 "Azurite cannot be installed: $(grep -i err "$build/npm.log" | head -1)"
    fi
    mv -T "$build" "$azurite_root"
  fi
  unlock "$held"
}

lock_emulator() {
  make_folder "$emulators"
  lock "$emulators/$name.lock"
}

emulator_state() { process_state "$(pid_in "$folder/pid")" "$folder/program"; }

# The system chooses the ports (0), so two runs at once cannot collide; the log tells which they are.
start_emulator() {
  local turn
  local -a options=(--silent --skipApiVersionCheck --disableTelemetry
    --blobHost 127.0.0.1 --queueHost 127.0.0.1 --tableHost 127.0.0.1 --blobPort 0 --queuePort 0 --tablePort 0)
  mkdir -p "$folder/data"
  if [[ $keep_data == true ]]; then touch "$folder/data/.kept"; fi
  # Started through a link in our folder, so that the command line of the process names it.
  ln -sfn "$azurite_root/node_modules/azurite/dist/src" "$folder/program"
  if [[ $in_memory == true ]]; then options+=(--inMemoryPersistence); else options+=(--location "$folder/data"); fi
  printf 'ownerPid=%s\nownerStart=%s\n' "$owner_pid" "$owner_start" | write_file "$folder/settings"
  detach "$folder/pid" "$folder/log" node "$folder/program/azurite.js" "${options[@]}"
  for ((turn = 0; turn < 600; turn++)); do
    if read_ports && answers "$queue_port" && answers "$table_port"; then return 0; fi
    if ((turn > 20)) && [[ $(emulator_state) == dead ]]; then break; fi
    if ((turn == 40)); then say "Waiting for Azurite to start ..."; fi
    sleep 0.05
  done
  fail 1 "Azurite did not start: $(tail -1 "$folder/log")"
}

read_ports() { # sets blob_port, queue_port and table_port from the log
  blob_port=$(port_of Blob) queue_port=$(port_of Queue) table_port=$(port_of Table)
  [[ -n $blob_port && -n $queue_port && -n $table_port ]]
}

port_of() { # Blob|Queue|Table
  sed -n "s|.*$1 service.*listen.*://127.0.0.1:\([1-9][0-9]*\).*|\1|p" "$folder/log" 2>/dev/null | tail -1
}

answers() ( # port: true when an HTTP status line comes back
  exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
  printf 'GET / HTTP/1.0\r\n\r\n' >&3
  IFS= read -r -t 2 line <&3 && [[ $line == HTTP/* ]]
) 2>/dev/null

emulator_json() {
  # The account and key are the fixed, public ones of the emulator.
  local account=devstoreaccount1 address=http://127.0.0.1
  local key="Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
  printf '{"name":"%s","pid":%d,"blobPort":%d,"queuePort":%d,"tablePort":%d,"connectionString":"%s"}\n' \
    "$name" "$(pid_in "$folder/pid")" "$blob_port" "$queue_port" "$table_port" \
    "DefaultEndpointsProtocol=http;AccountName=$account;AccountKey=$key;BlobEndpoint=$address:$blob_port/$account;QueueEndpoint=$address:$queue_port/$account;TableEndpoint=$address:$table_port/$account;"
}

remove_emulator() {
  if [[ $keep_data == true ]]; then
    # Tables are written to disk now and then, and when it is asked to end.
    signal_ours "$(pid_in "$folder/pid")" "$folder/program" TERM dead || true
  fi
  signal_ours "$(pid_in "$folder/pid")" "$folder/program" KILL dead || true
  if [[ $keep_data == true && -f $folder/data/.kept ]]; then
    find "$folder" -mindepth 1 -maxdepth 1 ! -name data -exec rm -rf {} +
  else
    rm -rf "$folder"
  fi
}

sweep_emulators() { # those whose owner's process is gone, and those whose `up` crashed
  local lost
  for lost in "$emulators"/*/; do
    [[ -d $lost ]] || continue
    lost=$(basename "$lost")
    if [[ $lost == "$name" ]]; then continue; fi
    if [[ -f $emulators/$lost/data/.kept ]]; then continue; fi
    if [[ -f $emulators/$lost/azurite.json ]] && ! owner_gone "$emulators/$lost/settings"; then continue; fi
    sweep_emulator "$lost"
  done
}

sweep_emulator() ( # name
  name=$1 folder=$emulators/$1
  lock "$emulators/$name.lock" -n || exit 0  # somebody works on it right now
  if [[ -f $folder/azurite.json ]] && ! owner_gone "$folder/settings"; then exit 0; fi
  remove_emulator
  rm -f "$emulators/$name.lock"
)
