"""A side as a process: sets up, then runs what it is asked for on standard input.

`run` is answered with the seconds it took, `result FILE` writes what the last run gave.
"""
import json
import sys
import time


def serve_episodes(episode):
    """A run makes 1,000; the result is the words of the last one's support and query."""
    from safetensors.numpy import save_file
    last = None

    def run():
        nonlocal last
        for _ in range(1000):
            last = episode()

    serve(run, lambda file: save_file({"support": last[0]["word"].numpy(), "query": last[1]["word"].numpy()}, file))


def serve(run, write_result, **about):
    run()  # compiles, allocates
    print(json.dumps({"ready": True, **about}), flush=True)
    for line in sys.stdin:
        request, _, file = line.strip().partition(" ")
        if request == "run":
            start = time.perf_counter()
            run()
            print(time.perf_counter() - start, flush=True)
        elif request == "result":
            write_result(file)
            print("written", flush=True)
