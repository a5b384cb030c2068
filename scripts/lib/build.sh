# Builds a project of this tree in Release, quietly unless it fails. Wants $root.
# shellcheck shell=bash
# shellcheck disable=SC2154

build_project() { # folder
  local project
  command -v dotnet >/dev/null || { echo "The .NET SDK 10 is missing: install it and put dotnet on the PATH." >&2; exit 3; }
  project=$(echo "$root/$1"/*.csproj)
  # Two runs at once would write the same files.
  mkdir -p "$root/functions/Local/obj" "$root/$1/obj"
  exec {build_lock}>"$root/functions/Local/obj/.build.lock"
  flock "$build_lock"
  # One mark for one state of the sources: an unchanged tree does not wait for the build system.
  local mark=$root/$1/obj/.built
  if [[ ! -f $mark ]] || [[ -n $(find "$root/functions" "$root/tests/Fleet" "$root/tests/Bench" "$root"/*.props "$root/global.json" \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$mark" -print -quit) ]]; then
    echo "Building $1 ..." >&2
    local log
    log=$(mktemp)
    touch "$mark.new"
    if ! dotnet build "$project" -c Release --nologo -v quiet >"$log" 2>&1 {build_lock}>&-; then
      cat "$log" >&2
      rm -f "$log"
      echo "The build failed." >&2
      exit 1
    fi
    rm -f "$log"
    mv "$mark.new" "$mark"
  fi
  exec {build_lock}>&-
}
