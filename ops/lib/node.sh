# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Node, for building the console and for the browser tests; nothing of it at run time.
# Needs lib/common.sh first. Vite wants Node 20.19 or later, or 22.12 and later.

node_new_enough() { # node_new_enough [PROGRAM]
  local version
  version=$("${1:-node}" --version 2>/dev/null) || return 1
  [[ $version =~ ^v([0-9]+)\.([0-9]+) ]] || return 1
  local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
  if [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; then return 0; fi
  if [ "$major" -eq 22 ] && [ "$minor" -ge 12 ]; then return 0; fi
  [ "$major" -ge 23 ]
}

# Puts a Node that is new enough first in PATH and notes npm's own program, which npm_run runs
# under that Node: Debian 12's Node 18 would leave out native parts without a word.
use_node() {
  local architecture own
  if ! node_new_enough; then
    case $(dpkg --print-architecture) in
      amd64) architecture=x64 ;;
      arm64) architecture=arm64 ;;
      *) die "no Node 22 for $(dpkg --print-architecture); install Node 20.19 or later yourself" ;;
    esac
    own=$root/var/node
    if ! node_new_enough "$own/node_modules/node-linux-$architecture/bin/node"; then
      command -v npm >/dev/null || die "neither Node 20.19 nor npm is here (ops/setup)"
      say "fetching Node 22 (this machine has $(node --version 2>/dev/null || echo none))"
      mkdir -p "$own"
      npm install --prefix "$own" --no-save --no-audit --no-fund --loglevel=error \
        --engine-strict=false "node-linux-$architecture@22" >"$own/install.log" 2>&1 || {
        tail -15 "$own/install.log" >&2
        die "Node 22 could not be fetched"
      }
    fi
    PATH=$own/node_modules/node-linux-$architecture/bin:$PATH
    export PATH
    node_new_enough || die "the Node that was fetched does not run here"
  fi
  npm_program_path=$(readlink -f "$(command -v npm)")
}

# npm_ci DIRECTORY: installs what its lock file names, when that has changed.
npm_ci() {
  local directory=$1 stamp log
  stamp=$directory/node_modules/.installed-for
  if [ "$(cat "$stamp" 2>/dev/null)" = "$(lock_id "$directory")" ]; then return 0; fi
  say "installing the packages of ${directory#"$root"/}"
  log=$(mktemp)
  (cd "$directory" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm_run ci --no-audit --no-fund --loglevel=error) \
    >"$log" 2>&1 || {
    tail -25 "$log" >&2
    rm -f "$log"
    die "npm ci failed in ${directory#"$root"/}"
  }
  rm -f "$log"
  mkdir -p "${stamp%/*}" # a lock file may name nothing
  lock_id "$directory" >"$stamp"
}

lock_id() { { node --version && cat "$1/package-lock.json"; } | sha256sum | cut -d' ' -f1; }

npm_run() { # npm under the Node chosen by use_node
  case $npm_program_path in
    *.js) node "$npm_program_path" "$@" ;;
    *) npm "$@" ;;
  esac
}
