"""A side as a process: sets up, then runs what it is asked for on standard input.

`run` is answered with the seconds it took, `result FILE` writes what the last run gave.
"""
import json
import sys
import time


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
