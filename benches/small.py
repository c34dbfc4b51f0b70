#!/usr/bin/env python3
"""Small random problems against HiGHS: same answer, honest bounds, near or equal objectives.

    benches/small.py [--cases 1000] [--seed 1] [--bin target/release/refit]

Needs a Python with numpy and highspy, and REFIT_SHARED (the folder with tools/planinst.py). HiGHS runs in this process, not
inside the product: a referee that the product links could share its faults, and would need CMake and libclang to build.
HiGHS solves each case to a gap of 1e-9; its point is costed again in whole pence here. Exit status 1 at the first kind of
disagreement: feasible against infeasible, a bound above the optimum, an objective more than 1e-3 above it, or (for at most 7
assets) one that is not equal.
"""
import argparse, collections, json, os, subprocess, sys, tempfile
import numpy as np

shared = os.environ.get("REFIT_SHARED")
if not shared:
    sys.exit("set REFIT_SHARED to the folder that holds tools/planinst.py")
sys.path.insert(0, os.path.join(shared, "tools"))
sys.dont_write_bytecode = True
import planinst, verify  # noqa: E402


def case(seed):
    """one random problem: sizes, tightness, challengers, ties, bundles all drawn"""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8)) if seed % 5 == 0 else int(rng.integers(8, 61))
    years = 3 if n < 8 else 5
    meta, assets = planinst.generate(
        n, years, seed=seed, K=int(rng.integers(1, 3)), tight=float(rng.choice([0.2, 0.5, 0.75, 1.0, 2.0])),
        weights=str(rng.choice(["cont", "tied"])), ics=1, bundles=bool(rng.random() < 0.3), inst=float(rng.choice([0.5, 0.9, 2.0])))
    if rng.random() < 0.3:  # deadlines, so that some cases have no plan
        late = rng.random(n) < 0.3
        late &= (assets["bundle"] < 0) & (assets["lock"] < 0)
        assets["latest"][late] = rng.integers(2, years + 1, late.sum())
    return meta, assets


def optimum(meta, assets):
    """HiGHS's optimum in whole pence, or None when there is no plan"""
    import highspy
    lp, column_asset, column_option = verify.lp_model(meta, assets, True, False)
    h = highspy.Highs()
    for key, value in (("output_flag", False), ("mip_rel_gap", 1e-9), ("mip_abs_gap", 1e-6), ("time_limit", 120.0), ("threads", 1)):
        h.setOptionValue(key, value)
    h.passModel(lp)
    h.run()
    if h.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return "undecided"
    x = np.array(h.getSolution().col_value)[: len(column_asset)] > 0.5
    schedule = np.zeros((meta["n"], 4), np.int64)
    schedule[column_asset[x]] = column_option[x][:, 1:]
    bad, objective, _, _ = verify.check(meta, assets, schedule)
    return "broken" if bad else objective


def ours(binary, folder):
    run = subprocess.run([binary, "solve", folder, "--effort", "exact", "--gap", "0", "-j", "1", "--json"], capture_output=True, text=True)
    if run.returncode not in (0, 3):
        sys.exit(f"refit ended with {run.returncode} on {folder}: {run.stderr}")
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bin", default=os.environ.get("REFIT_BIN", "target/release/refit"))
    a = parser.parse_args()
    count, worst, proved, wrong, seconds = collections.Counter(), 0.0, 0, [], []
    for seed in range(a.seed, a.seed + a.cases):
        meta, assets = case(seed)
        best = optimum(meta, assets)
        if isinstance(best, str):
            count[f"HiGHS {best}"] += 1
            continue
        with tempfile.TemporaryDirectory() as folder:
            planinst.save(folder, meta, assets)
            answer = ours(a.bin, folder)
        seconds.append(answer.get("solve_seconds") or 0.0)
        if answer["feasible"] != (best is not None):
            wrong.append(f"seed {seed}: we say feasible={answer['feasible']}, HiGHS {best}")
            continue
        count["feasible" if best is not None else "infeasible"] += 1
        if best is None:
            continue
        objective = answer["objective_pence"]
        bounds = [b for b in (answer["bound_pence"], answer.get("branch_bound_pence")) if b is not None]
        above = (objective - best) / max(best, 1)
        worst = max(worst, above)
        proved += objective == max(bounds)
        if max(bounds) > best or objective < best:
            wrong.append(f"seed {seed}: bounds {bounds}, objective {objective}, HiGHS {best}")
        elif above > 1e-3 or (meta["n"] <= 7 and objective != best):
            wrong.append(f"seed {seed}: n {meta['n']}, objective {objective} is {above:.2e} above {best}")
    print(dict(count), f"worst objective {worst:.2e} above HiGHS, {proved} proved optimal by branching,",
          f"solve seconds mean {np.mean(seconds):.3f} max {np.max(seconds):.3f}")
    for line in wrong[:20]:
        print("WRONG", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
