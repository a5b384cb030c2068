# Downloads and unpacks one kind of server into the cache, for tests/Fleet: bash unpack.sh mysql-9.7
# Exit code 3: it is not available here.
# shellcheck shell=bash
set -euo pipefail
library=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
for part in common packages; do
  # shellcheck disable=SC1090
  . "$library/$part.sh"
done
kind=$1
need 3 bash flock readlink sed grep mktemp
install_server
