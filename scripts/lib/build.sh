# Builds what the scripts run, quietly unless it fails, and only when the sources changed. Wants $root.
# shellcheck shell=bash
# shellcheck disable=SC2154

program=$root/functions/Local/bin/program/orchestrator.dll

build_program() { # the product itself, compiled ahead of time: a failover must not wait for a compiler
  local architecture=linux-x64
  [[ $(uname -m) != aarch64 ]] || architecture=linux-arm64
  local -a publish=(dotnet publish "$root/functions/Local" -c Release -r "$architecture" --self-contained false --nologo -v quiet -p:DebugType=none -o "$root/functions/Local/bin/program")
  build functions/Local "${publish[@]}" -p:PublishReadyToRun=true ||
    { echo "Ahead-of-time compilation is not available here; the first failover of a process will be slower." >&2; build functions/Local "${publish[@]}"; } ||
    build_failed
}

app=$root/functions/App/bin/program

build_app() { # as a deployment builds it, but without the one package that cannot be had everywhere
  build functions/App dotnet publish "$root/functions/App" -c Release --nologo -v quiet -p:AzureFunctions=false -p:DebugType=none -o "$app" || build_failed
}

build_bench() {
  build tests/Bench dotnet build "$root/tests/Bench" -c Release --nologo -v quiet || build_failed
  bench=$root/tests/Bench/bin/Release/net10.0/OrchestratorFunctions.Bench.dll
}

build_failed() {
  cat "$build_log" >&2
  echo "The build failed." >&2
  exit 1
}

build() { # folder command...
  local mark=$root/$1/obj/.built name=$1 code=0
  shift
  command -v dotnet >/dev/null || { echo "The .NET SDK 10 is missing: install it and put dotnet on the PATH." >&2; exit 3; }
  mkdir -p "${mark%/*}" "$root/functions/Local/obj"
  # Two runs at once would write the same files.
  exec {build_lock}>"$root/functions/Local/obj/.build.lock"
  flock "$build_lock"
  if [[ ! -f $mark ]] || [[ -n $(find "$root/functions" "$root/tests/Fleet" "$root/tests/Bench" "$root"/*.props "$root/global.json" \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$mark" -print -quit) ]]; then
    echo "Building $name ..." >&2
    build_log=$root/$name/obj/.build.log
    touch "$mark.new"
    "$@" >"$build_log" 2>&1 {build_lock}>&- || code=$?
    if ((code == 0)); then mv "$mark.new" "$mark"; fi
  fi
  exec {build_lock}>&-
  return "$code"
}
