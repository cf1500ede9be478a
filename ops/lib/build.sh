# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Builds of this tree, only what is out of date. Needs lib/common.sh and lib/node.sh first.

# build_megabytes PRESET TARGET...: what such a build takes, with a tenth to spare.
build_megabytes() {
  case $1-$# in
    release-*) echo 900 ;;
    asan-1) echo 9500 ;;
    *-1) echo 6000 ;;
    *) echo 2000 ;; # one program
  esac
}

# build PRESET TARGET...: configures build/PRESET when needed and builds the targets
# (all of them when none is named). At a terminal one sees ninja's own progress line.
build() {
  local preset=$1 directory=$root/build/$1 log started=$EPOCHREALTIME
  shift
  mkdir -p "$directory"
  log=$directory/build.log
  (
    # One build of a directory at a time; a second one waits and then finds nothing to do.
    flock 8
    if [ ! -e "$directory/build.ninja" ]; then
      say "configuring build/$preset"
      cd "$root" || exit 1
      cmake --preset "$preset" >"$log" 2>&1 || {
        tail -25 "$log" >&2
        die "cmake failed; the whole of it is in build/$preset/build.log"
      }
    fi
    if ninja -C "$directory" -n "$@" 2>/dev/null | grep -q 'no work to do'; then exit 0; fi
    need_room "$directory" "$(build_megabytes "$preset" "$@")" "build/$preset"
    say "building build/$preset with $(build_jobs) jobs; the first time takes minutes"
    if [ -t 2 ]; then
      ninja -C "$directory" -j "$(build_jobs)" "$@" >&2 || die "the build failed"
    else
      ninja -C "$directory" -j "$(build_jobs)" "$@" >"$log" 2>&1 || {
        grep -A20 -m3 -E 'FAILED|error:' "$log" >&2 || tail -25 "$log" >&2
        die "the build failed; the whole of it is in build/$preset/build.log"
      }
    fi
    say "built build/$preset in $(as_seconds "$started")"
  ) 8>"$directory/.build.lock"
}

# has_target PRESET NAME: whether this tree has such a target at all
has_target() { ninja -C "$root/build/$1" -t query "$2" >/dev/null 2>&1; }

# The console: its packages when the lock file has changed, its bundle when a source is
# newer, and each asset once more as .br and .gz, so that the server never compresses.
build_console() {
  local console=$root/adapters/console started=$EPOCHREALTIME log file
  if [ ! -e "$console/package.json" ]; then
    say "this tree has no console"
    return 0
  fi
  # The stamp names the build that was finished; a bundle that was cut short has none.
  if [ -e "$console/dist/.built" ] &&
    [ -z "$(find "$console" \( -name node_modules -o -name dist \) -prune -o -type f -newer "$console/dist/.built" -print -quit)" ]; then
    return 0
  fi
  use_node
  npm_ci "$console"
  say "building the console"
  log=$(mktemp)
  (cd "$console" && npm_run run build) >"$log" 2>&1 || {
    tail -25 "$log" >&2
    rm -f "$log"
    die "the console's build failed"
  }
  rm -f "$log"
  while IFS= read -r -d '' file; do
    brotli --force --keep --quality=9 "$file"
    gzip --force --keep --no-name -9 "$file"
  done < <(find "$console/dist" -type f -size +1k \
    \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' -o -name '*.json' \) -print0)
  touch "$console/dist/.built"
  say "built the console in $(as_seconds "$started")"
}
