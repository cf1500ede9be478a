# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Shared by the scripts in ops/: where the tree is, how to speak, small questions about
# the machine. Sourced, never run. Sets: root (the tree).

root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
program=${0##*/}

say() { printf '%s: %s\n' "$program" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# A port that answers is taken. Whoever binds it between this question and our own bind
# is found by the start that fails.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port FROM: the first port from FROM on that nobody answers on. Ports stay below the
# ephemeral range, where a listening port can be somebody's outgoing connection.
free_port() {
  local port
  for port in $(seq "$1" "$(($1 + 400))"); do
    if ! port_taken "$port"; then
      echo "$port"
      return 0
    fi
  done
  die "no free port between $1 and $(($1 + 400))"
}

# A killed daemon can stay a zombie for a while (in containers whose init reaps slowly);
# kill -0 calls a zombie alive.
alive() {
  [ -n "${1:-}" ] && [ -r "/proc/$1/stat" ] &&
    [ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1)" != Z ]
}

# end_process PID SECONDS: asks it to end, waits, insists.
end_process() {
  alive "$1" || return 0
  kill -TERM "$1" 2>/dev/null || return 0
  for _ in $(seq 1 "$(($2 * 20))"); do
    alive "$1" || return 0
    sleep 0.05
  done
  kill -KILL "$1" 2>/dev/null || true
}

# How many compilers at once: one per processor, and 1.5 GB of free memory for each.
build_jobs() {
  local by_memory processors
  processors=$(nproc)
  by_memory=$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo 2>/dev/null || echo 2)
  [ "${by_memory:-0}" -ge 1 ] || by_memory=1
  if [ "$by_memory" -lt "$processors" ]; then echo "$by_memory"; else echo "$processors"; fi
}

as_seconds() { # as_seconds START: seconds since START ($EPOCHREALTIME), one decimal
  awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f s", b - a}'
}

# room DIRECTORY: how many MB can still be written there.
room() { df --output=avail -BM "$1" | tail -1 | tr -dc '0-9'; }

# need_room DIRECTORY MB WHAT: what meets a full disk fails far from its cause (PostgreSQL dies, a
# package stays away); this says it before the work begins. What is in DIRECTORY already counts.
need_room() {
  local has here
  here=$(du -sm "$1" 2>/dev/null | cut -f1)
  has=$(room "$1")
  if [ "$((has + ${here:-0}))" -lt "$2" ]; then
    die "$3 needs about $2 MB of disk; $1 has ${here:-0} MB of it and $has MB are free"
  fi
}
