# Sourced by the scripts here: runs suites one after the other, counts their tests, and closes with one line.
# Each suite's whole output is in $logs/<suite>.log; on the screen are its counts, and its errors if it has any.

passed=0 failed=0 skipped=0
: "${logs:?the sourcing script says where logs go}"
mkdir -p "$logs"

# suite NAME COMMAND… : a command of no Swift tests counts as one.
suite() {
  local name=$1 log=$logs/$1.log began=$SECONDS status=0 good bad left
  shift
  "$@" >"$log" 2>&1 || status=$?
  good=$(grep -E '^✔ Test ' "$log" | grep -cvE '^✔ Test (run with|case) ' || true)
  bad=$(grep -E '^✘ Test .* failed after ' "$log" | grep -cvE '^✘ Test (run with|case) ' || true)
  left=$(grep -cE '^➜ Test .* skipped' "$log" || true)
  if ! grep -qE '^(◇ Test run started|. Test run with )' "$log"; then
    [ "$status" -ne 0 ] || good=1
  fi
  [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
  printf '%-40s %5d passed %3d failed %3d skipped %5d s\n' "$name" "$good" "$bad" "$left" $((SECONDS - began))
  if [ "$status" -ne 0 ]; then
    grep -E 'error:|originates here|^✘|[Ff]atal error|^ci/|signal' "$log" | grep -vE '^ +\||^✘ (Suite|Test run)' | awk '!seen[$0]++' | head -n 40 || true
    [ -n "$(grep -lE 'error:|^✘' "$log")" ] || tail -n 20 "$log"
    echo "  exit $status, everything is in $log"
  fi
}

# close: what was skipped and why, then the sum. Fails if a test failed.
close() {
  local reasons
  reasons=$(sed -nE 's/^➜ Test .* skipped: "(.*)"$/\1/p' "$logs"/*.log | sort | uniq -c | sed 's/^ */  skipped /')
  [ -z "$reasons" ] || echo "$reasons"
  echo "$passed passed, $failed failed, $skipped skipped in $((SECONDS / 60)) min $((SECONDS % 60)) s"
  [ "$failed" -eq 0 ]
}
