# Sourced by ci/mpi and ci/slurm: what both build and expect of runs over ranks. What was evaluated is under $work.

: "${scratch:?the sourcing script says where to build}" "${work:?the sourcing script says where results go}"

# with_mpi WORD… : a product with the trait MPI
with_mpi() { swift build -c release --traits MPI --scratch-path "$scratch" "$@"; }

# expect STATUS SENTENCE COMMAND… : it ends with this status within ten seconds, and says this.
expect() {
  local status=$1 sentence=$2 found=0 began=$SECONDS
  shift 2
  "$@" >"$work/said" 2>&1 || found=$?
  cat "$work/said"
  if [ "$found" -ne "$status" ] || ! grep -qF "$sentence" "$work/said" || [ $((SECONDS - began)) -gt 10 ]; then
    echo "error: expected status $status and '$sentence' within 10 s, found status $found after $((SECONDS - began)) s"
    return 1
  fi
}

# evaluate_on NAME ALONE COMMAND… : a command to which arguments are added evaluates into $work/NAME what $work/ALONE holds of
# a run alone.
evaluate_on() {
  local name=$1 alone=$2
  shift 2
  "$@" --root "$work/$name" --name run
  same_results "$name" "$alone"
}

results_of() { echo "$work/$1/results/general/default/run/results.json"; }

# same_results NAME ALONE : what $work/NAME holds is what $work/ALONE does, outside `run`: the same where the
# model was not cut, else numbers within 1e-5 of each other. Shards add up the terms of a product in another order; each of
# the few sums of a layer rounds by 2⁻²⁴ of its value.
same_results() {
  python3 - "$(results_of "$2")" "$(results_of "$1")" "$1" <<'PYTHON'
import json, math, sys

solo, other = (json.load(open(path)) for path in sys.argv[1:3])
is_cut = "x" in sys.argv[3] and not sys.argv[3].endswith("x1")

def differences(a, b, path):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            yield from differences(a.get(key), b.get(key), f"{path}/{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{path}/{i}")
    elif is_cut and isinstance(a, float) and isinstance(b, float):
        if not math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-5):
            yield f"{path}: {a} alone, {b} on {sys.argv[3]}"
    elif a != b:
        yield f"{path}: {a} alone, {b} on {sys.argv[3]}"

for result in (solo, other):
    result.pop("run", None)
if is_cut:
    for result in (solo, other):
        result.pop("provenance", None)
found = list(differences(solo, other, ""))
print("\n".join(found) or f"{sys.argv[3]}: {len(solo['results'])} results as alone")
sys.exit(1 if found else 0)
PYTHON
}
