# shellcheck shell=bash
# Sourced by scripts/test and scripts/lint: runs named steps to the end, whatever fails, and sums up.
# A line `not run: WHAT: WHY` is how every script here says what it left out; .ci/run gathers these lines.

failed=()

# step NAME COMMAND...
step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    printf -- '-- %s: ok, %d s\n' "$name" $((SECONDS - began))
  else
    printf -- '-- %s: FAILED, %d s\n' "$name" $((SECONDS - began))
    failed+=("$name")
  fi
}

not_run() { printf 'not run: %s: %s\n' "$1" "$2"; }

has() { command -v "$1" >/dev/null 2>&1; }

# Does web/package.json have this script?
web_has() { [ -f web/package.json ] && [ -n "$(npm --prefix web pkg get "scripts.$1" 2>/dev/null | tr -d '{}\n')" ]; }

finish() {
  [ ${#failed[@]} -eq 0 ] && return 0
  printf '\nfailed:\n'
  printf '  %s\n' "${failed[@]}"
  return 1
}
