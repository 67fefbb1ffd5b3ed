"""Runs inkling and its peers on the same inputs, in turns, and prints how they compare."""
import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import inputs

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))
import results_page
PLACE = ROOT / "build" / "peers"
HERE = Path(__file__).resolve().parent
STEPS = ["embed", "cnn", "mlp"]
EPOCHS = {"epoch": ["torch-adam"], "epoch-lazy": ["torch-sparse-adam", "torch-adam"]}
GRADIENTS = {"unrolled": ["inkling-reverse", "higher", "torchopt"], "implicit": ["torchopt", "jaxopt"], "lstm": ["torch-lstm"],
             "crf": ["inkling-twice", "pytorch-crf"], "viterbi": ["pytorch-crf"]}
# With their peers, beside ours with numbered rows where it has that.
EPISODES = {"episodes": "learn2learn-cython", "fewrel-episodes": "fewrel", "few-nerd-episodes": "few-nerd"}
CASES = STEPS + list(EPISODES) + list(EPOCHS) + list(GRADIENTS)
# Cases whose sides give a gradient.
COMPARED = STEPS + list(GRADIENTS)
PEERS = ["learn2learn", "higher", "torchopt", "func", "jax"]
NAMES = {"func": "torch.func", "jax": "JAX, compiled", "torch-adam": "PyTorch, Adam",
         "torch-sparse-adam": "PyTorch, SparseAdam", "learn2learn-cython": "learn2learn",
         "inkling-reverse": "inkling, by reverse mode", "inkling-twice": "inkling, and the gradient's own gradient", "torchopt": "TorchOpt", "torch-lstm": "PyTorch, nn.LSTM", "jaxopt": "JAXopt, compiled",
         "fewrel": "FewRel's procedure", "few-nerd": "Few-NERD's procedure", "inkling-numbered": "inkling, with weights and the rows that occur numbered"}
# A meta-gradient agrees with that of float64 when no entry is off by more than this share of the largest.
AGREES = 1e-4
# What a spinning thread of one side needs to fall asleep, so that the next side is not disturbed.
PAUSE = 0.05


class Side:
    """A process that runs one case when told to."""

    def __init__(self, name, command, threads, by_processor):
        self.name = name
        self.by_processor = by_processor
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), JAX_PLATFORMS="cpu", PYTHONPATH=str(HERE))
        # XLA's own thread pool takes as many threads as it may use processors.
        processors = sorted(os.sched_getaffinity(0))[:threads]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
                                        preexec_fn=lambda: os.sched_setaffinity(0, processors))
        self.seconds = []
        self.difference = None
        self.problem = None

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self.process.wait()}")
        return line.strip()

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return self.answer()

    def run(self):
        time.sleep(PAUSE)
        before = self.processor_seconds()
        seconds = float(self.ask("run"))
        self.seconds.append(self.processor_seconds() - before if self.by_processor else seconds)

    def processor_seconds(self):
        """What all threads of the process have taken of the processors."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def result(self):
        file = PLACE / f"result-{self.name}.safetensors"
        self.ask(f"result {file}")
        return load_file(file)

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    @property
    def median(self):
        return statistics.median(self.seconds)


def started(sides):
    """Those that come up; what keeps the others from it is said."""
    up = []
    for side in sides:
        try:
            side.answer()
            up.append(side)
        except RuntimeError as problem:
            print(f"left out: {problem}", file=sys.stderr)
    return up


def difference(a, b):
    largest = max(float(np.abs(value).max()) for value in b.values())
    return max(float(np.abs(a[name] - value).max()) for name, value in b.items()) / largest


MAKERS = {"unrolled": inputs.make_unrolled, "implicit": inputs.make_implicit, "lstm": inputs.make_lstm, "crf": inputs.make_crf, "fewrel-episodes": inputs.make_pairs,
          "few-nerd-episodes": inputs.make_spans}


def prepare(case, program):
    """The file of the case's inputs, made where it is not there."""
    name = {"epoch-lazy": "epoch", "episodes": "texts", "viterbi": "crf"}.get(case, case)
    file = PLACE / f"{name}.safetensors"
    if name == "epoch":
        if not file.exists():
            subprocess.run([program, "imdb", "10000", file], check=True)
    elif name == "texts":
        inputs.write(inputs.make_texts(), file)
    elif name in MAKERS:
        inputs.write(MAKERS[name](), file)
    else:
        inputs.write(inputs.make(case), file)
    return str(file)


def sides_of(case, options, file, program):
    python = sys.executable
    source = str(PLACE / "learn2learn")
    threads = options.threads

    def side(name, command, threads=threads):
        return Side(name, command, threads, options.processor_time)

    ours = side("inkling", [program, case, file, str(threads)])
    if case in EPISODES:
        peer = side(EPISODES[case], [python, str(HERE / f"{case.replace('-', '_')}.py"), file, source], 1)
        numbered = side("inkling-numbered", [program, case + "-numbered", file, "1"], 1)
        return ours, [peer] if case == "few-nerd-episodes" else [numbered, peer]
    if case in EPOCHS:
        return ours, [side(name, [python, str(HERE / "seed_epoch.py"), name, file, str(threads)]) for name in EPOCHS[case]]
    if case in GRADIENTS:
        return ours, [side(name, gradient_command(name, case, file, threads, program)) for name in GRADIENTS[case]]
    made = []
    for peer in options.peers:
        command = [python, str(HERE / "with_jax.py"), case, file] if peer == "jax" else \
            [python, str(HERE / "with_torch.py"), peer, case, file, str(threads), source]
        made.append(side(peer, command))
    return ours, made


def gradient_command(name, case, file, threads, program):
    if name == "inkling-reverse":
        return [program, "unrolled-reverse", file, str(threads)]
    if name == "inkling-twice":
        return [program, "crf-twice", file, str(threads)]
    if case in ("crf", "viterbi"):
        return [sys.executable, str(HERE / "crf.py"), name, case, file, str(threads)]
    script = "lstm.py" if case == "lstm" else f"{case}_hypergradient.py"
    return [sys.executable, str(HERE / script), name, file, str(threads)]


def compare(case, options, program):
    file = prepare(case, program)
    if case in COMPARED:
        command = [sys.executable, str(HERE / "with_torch.py"), "exact", case, file, str(options.threads)]
        if case in GRADIENTS:
            command = gradient_command("exact", case, file, options.threads, program)
        exact = Side("exact", command, options.threads, False)
        exact.answer()
        gradient = exact.result()
        exact.end()
    ours, others = sides_of(case, options, file, program)
    others = started(others)
    if not started([ours]):
        sys.exit(1)
    repeat = 3 if case in EPOCHS else options.repeat
    ours.run()
    ours.seconds.clear()
    for _ in range(repeat):
        for side in [ours, *others]:
            side.run()
    if case in COMPARED:
        for side in [ours, *others]:
            side.difference = difference(side.result(), gradient)
    elif case in EPOCHS:
        for side in [ours, *others]:
            side.accuracy = float(next(iter(side.result().values())))
    for side in [ours, *others]:
        side.end()
    return ours, others


def lines_of(case, ours, others):
    """A table: what each side took, and how often ours fits into it."""
    # A run of episodes makes 1,000.
    unit, scale = ("s", 1) if case in EPOCHS else ("µs an episode" if case in EPISODES else "ms", 1e3)

    def shown(side):
        value = side.median * scale
        return f"{value:.2f}" if value < 100 else f"{value:.0f}"

    last = "best paths off by" if case == "viterbi" else "gradient off by" if case in COMPARED else "accuracy of 2,000 seen texts" if case in EPOCHS else ""
    rows = [["side", unit, "ratio to inkling"] + ([last] if last else [])]
    for side in [ours, *sorted(others, key=lambda side: side.median)]:
        row = [NAMES.get(side.name, side.name), shown(side), f"{side.median / ours.median:.1f}"]
        if case in COMPARED:
            row.append(f"{side.difference:.1e}" + ("" if side.difference < AGREES else f" (> {AGREES:g})"))
        elif case in EPOCHS:
            row.append(f"{100 * side.accuracy:.1f}")
        rows.append(row)
    rows.insert(1, ["---"] + ["---:"] * (len(rows[0]) - 1))
    return ["| " + " | ".join(row) + " |" for row in rows]


WHAT = {
    **inputs.WHAT,
    "episodes": "5 classes, 5 + 15 texts each, of 64 classes of 700 texts, with their token arrays; one thread",
    "fewrel-episodes": "5 classes, 5 + 5 sentences each with head and tail, of 64 classes of 700 sentences; one thread; FewRel's documented "
                       "procedure, written anew",
    "few-nerd-episodes": "5 of 36 types, each in 1 to 2 spans of the support and of the query, of 10,000 sentences, with their token arrays and "
                         "classes; one thread; Few-NERD's documented procedure, written anew",
    "epoch": "the seed model over IMDB's 25,000 training texts, batches of 32, Adam over the whole table",
    "epoch-lazy": "the same with Adam over the rows that occur alone",
}


def section(tables, threads):
    text = ["## Peers", "", "One exact second-order meta-step of MAML, 5 inner steps, over all tasks, and other work, beside its peers: the same",
            f"inputs, in turns, medians of one run a case, {threads} threads ({platform.machine()}). A ratio of 10 means ten times as long as inkling.", "",
            "    bench/peers/run --write", ""]
    for case, table in tables.items():
        text += [f"**{case}**: {WHAT[case]}", "", *table, ""]
    return text[:-1]


def written_tables():
    """The tables that the section holds, by case."""
    tables = {}
    for block in results_page.held("peers").split("\n**")[1:]:
        case, _, table = block.partition("**: ")
        tables[case] = [line for line in table.splitlines()[1:] if line]
    return tables


def write_section(tables, threads):
    """Writes the section anew. A case that did not run keeps its table."""
    held = written_tables()
    results_page.replace("peers", section({case: tables.get(case, held.get(case)) for case in CASES if case in tables or case in held}, threads))


def main():
    parser = argparse.ArgumentParser(prog="bench/peers/run", description=__doc__)
    parser.add_argument("--cases", default=",".join(CASES), help="default: %(default)s")
    parser.add_argument("--peers", default=",".join(PEERS), help="of the meta-steps; default: %(default)s")
    parser.add_argument("--repeat", type=int, default=9, help="runs a side (epochs: 3); default: %(default)s")
    parser.add_argument("--threads", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--processor-time", action="store_true",
                        help="compare the processors' time of all threads: for a machine that has other work to do")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/results.md; cases that are there already stay")
    options = parser.parse_args()
    options.peers = [peer for peer in options.peers.split(",") if peer]
    cases = options.cases.split(",")
    for case in cases:
        if case not in CASES:
            parser.error(f"unknown case '{case}'; there are {', '.join(CASES)}")
    for peer in options.peers:
        if peer not in PEERS:
            parser.error(f"unknown peer '{peer}'; there are {', '.join(PEERS)}")
    if options.write and options.processor_time:
        parser.error("results are of the clock: leave out --processor-time")
    program = str(ROOT / "build" / "bench_side")
    tables = {}
    for case in cases:
        tables[case] = lines_of(case, *compare(case, options, program))
        print(f"\n{case}: {WHAT[case]}\n" + "\n".join(tables[case]), flush=True)
    if options.write:
        write_section(tables, options.threads)


main()
