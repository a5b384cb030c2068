# Server packages, downloaded and checked by apt with a private state folder and unpacked into the user cache.
# Nothing is installed, the machine's own sources and package state stay as they are, root is not needed.
# shellcheck shell=bash
# shellcheck disable=SC2154

# archive, suite, server package, client package, packages taken without their dependencies
package_plan() { # kind
  case $1 in
    mysql-9.7) echo debian sid mysql-server-core mysql-client-core ;;
    mysql-8.4) echo ubuntu resolute mysql-server-core mysql-client-core ;;
    mysql-8.0) echo ubuntu noble mysql-server-core-8.0 mysql-client-core-8.0 ;;
    mysql-5.7) echo ubuntu bionic mysql-server-core-5.7 mysql-client-core-5.7 mysql-server-5.7 ;;
    mariadb-10.11) echo debian bookworm mariadb-server-core mariadb-client-core ;;
    mariadb-11.8) echo debian trixie mariadb-server-core mariadb-client-core ;;
  esac
}

unavailable() {
  [[ -z ${build:-} ]] || rm -rf "$build"
  fail 3 "$kind is not available here: $*"
}

install_server() { # sets server_root; unpacks the server when the cache does not have it whole
  local held
  server_root=$cache/servers/$kind
  make_folder "$cache/servers"
  [[ ! -e $server_root/complete ]] || return 0
  need 3 apt-get dpkg-deb dpkg sed grep find xargs
  lock "$cache/servers/$kind.lock"
  held=$lock_fd
  if [[ ! -e $server_root/complete ]]; then
    rm -rf "$server_root" "$cache/servers/.$kind".*  # what a crashed run left
    unpack_server
  fi
  unlock "$held"
}

unpack_server() {
  local build apt plan mirror own
  read -ra plan <<<"$(package_plan "$kind")"
  build=$(mktemp -d "$cache/servers/.$kind.XXXXXX")
  apt=$build/apt
  own_mirror
  mirror=${MIRROR:-}
  if [[ -z $mirror && ${plan[0]} == "$distribution" ]]; then mirror=$own; fi
  if [[ -z $mirror ]]; then
    unavailable "its packages come from the ${plan[0]^} archive, which is not among this machine's package sources; set MIRROR to the base address of a mirror of it."
  fi
  say "Fetching and unpacking $kind into $server_root (once; some seconds) ..."
  private_apt
  archive_keys "${plan[0]}"
  apt_sources "${plan[0]}" "${plan[1]}" "$mirror" "$keys"
  download_packages "${plan[@]:2}"
  write_launchers
  rm -rf "$apt"
  touch "$build/complete"
  mv -T "$build" "$server_root"
}

own_mirror() { # sets distribution, codename and own: the mirror this machine takes its own packages from
  distribution=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}") || distribution=
  codename=$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_CODENAME:-}") || codename=
  # This asks nothing of the network: it prints the addresses apt would read.
  own=$(apt-get update --print-uris 2>/dev/null |
    sed -n "s|^'\([^']*\)/dists/$codename/.*|\1|p" | head -1) || own=
}

private_apt() {
  local arch
  arch=$(dpkg --print-architecture)
  mkdir -p "$build"/{fs,bin} "$apt"/{state/lists/partial,cache/archives/partial,parts}
  : >"$apt/state/status"
  # Read last, so it also clears the hooks container images put into the machine's apt settings.
  cat >"$apt/apt.conf" <<END
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "$apt/state";
Dir::State::status "$apt/state/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::Etc::preferencesparts "$apt/parts";
APT::Sandbox::User "$(id -un)";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
END
}

run_apt() { # apt's own lines go to a log; a failure shows the last of them
  apt-get -qq -c "$apt/apt.conf" "$@" 2>>"$apt/log" || apt_failed
}

apt_failed() {
  local reason
  reason=$(grep '^E:' "$apt/log" | tail -1) || reason='E: apt-get failed'
  unavailable "${reason#E: }"
}

apt_sources() { # archive suite mirror keyring: the private sources, with their indexes read
  local suite suites=$2 parts=main
  if [[ $1 == ubuntu ]]; then
    suites="$2 $2-updates $2-security"
    parts="main universe"
  fi
  for suite in $suites; do
    printf 'deb [signed-by=%s] %s %s %s\n' "$4" "$3" "$suite" "$parts"
  done >"$apt/sources.list"
  run_apt update >/dev/null
}

archive_keys() { # archive: sets keys; another archive's keys come, verified, from this machine's own archive
  local package=ubuntu-keyring suite=sid
  keys=/usr/share/keyrings/$1-archive-keyring.gpg
  [[ ! -e $keys ]] || return 0
  if [[ $1 == debian ]]; then package=debian-archive-keyring suite=$codename; fi
  [[ -n $own && -e /usr/share/keyrings/$distribution-archive-keyring.gpg ]] ||
    unavailable "the keys of the ${1^} archive are not installed and this machine's sources cannot vouch for them."
  apt_sources "$distribution" "$suite" "$own" "/usr/share/keyrings/$distribution-archive-keyring.gpg"
  (cd "$apt" && run_apt download "$package" >/dev/null && dpkg-deb -x "$package"_*.deb keys)
  keys=$apt/keys$keys
}

download_packages() { # server client extra...
  local uris deb version closure
  # The resolver's answer for an empty system, less what only maintainer scripts need.
  uris=$(run_apt install -y --print-uris "$1" "$2")
  version=$(sed -n "s/^'[^']*' $1_\(1%3a\)\?\([0-9.]*\).*/\2/p" <<<"$uris" | head -1)
  [[ $version == "${kind#*-}".* ]] || unavailable "the archive now has version ${version:-(none)} of $1."
  closure=$(sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p" <<<"$uris" |
    grep -Ev '^(perl|libperl|debconf|dpkg|tar|gcc-.*-base|libdb5|libgdbm|mysql-common|mariadb-common|.*gconv-modules)')
  # shellcheck disable=SC2086
  (cd "$apt/cache/archives" && run_apt download $closure "${@:3}" >/dev/null)
  for deb in "$apt"/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$build/fs"
    basename "$deb"
  done >"$build/packages.txt"
  printf '%s\n' "$version" >"$build/version"
  rm -rf "$build"/fs/usr/share/{doc,man,locale,lintian,bug,i18n,gcc,gdb,bash-completion}
}

# Each program starts through the unpacked loader with the unpacked libraries: this machine's libc plays no part.
write_launchers() {
  local libc triplet loader program path
  local -a keep=(mysqld mariadbd mysql mariadb mysqladmin mysqlbinlog mysqldump)
  libc=$(find "$build/fs" -name libc.so.6 | head -1)
  triplet=$(basename "$(dirname "$libc")")
  loader=$(find "$build/fs" -path "*/$triplet/ld-*.so*" | sort | tail -1)
  for program in "${keep[@]}"; do
    for path in "$build/fs/usr/sbin/$program" "$build/fs/usr/bin/$program"; do
      [[ -e $path ]] || continue
      path=$(readlink -f "$path")
      {
        printf '#!/bin/sh\nroot=${0%%/bin/*}/fs\n'
        printf 'exec "$root%s" --library-path "$root/lib/%s:$root/usr/lib/%s:$root/usr/lib/mysql/private" "$root%s" "$@"\n' \
          "${loader#"$build/fs"}" "$triplet" "$triplet" "${path#"$(readlink -f "$build/fs")"}"
      } >"$build/bin/$program"
      chmod +x "$build/bin/$program"
    done
  done
  find "$build"/fs/usr/{bin,sbin} -type f 2>/dev/null |
    grep -Ev "/($(IFS='|'; printf '%s' "${keep[*]}"))\$" | xargs -r rm -f
}
