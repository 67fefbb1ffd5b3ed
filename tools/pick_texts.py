#!/usr/bin/env python3
"""Picks examples for the quickstart out of JSON lines on standard input: clear ones to adapt to, and others to label."""

import argparse
import json
import sys

LENGTHS = range(40, 110)  # bytes of a text that fits on a line and says something
CLEAR = 2  # of a rating from -4 to 4: what a person would choose as an example


def spread(texts, count):
    """Evenly over the file: neighbours are often of one review."""
    return [texts[i * len(texts) // count] for i in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--support", type=int, default=5, help="texts a class to adapt to")
    parser.add_argument("--query", type=int, default=4, help="texts a class to label")
    parser.add_argument("support_file")
    parser.add_argument("query_file")
    options = parser.parse_args()

    clear, every = {}, {}
    for line in sys.stdin:
        example = json.loads(line)
        inside = example.get("attributes", example).get("domain") == options.domain
        if inside and len(example["text"].encode()) in LENGTHS:
            rating = abs(float(example.get("metadata", example)["rating"]))
            every.setdefault(example["label"], []).append(example["text"])
            if rating >= CLEAR:
                clear.setdefault(example["label"], []).append(example["text"])

    support, query = [], []
    for label in sorted(clear):
        chosen = spread(clear[label], options.support)
        support += [(label, text) for text in chosen]
        rest = [text for text in every[label] if text not in chosen]
        query += [(label, text) for text in spread(rest, options.query)]
    with open(options.support_file, "w", encoding="utf-8") as out:
        out.writelines(
            json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n" for label, text in support
        )
    with open(options.query_file, "w", encoding="utf-8") as out:
        out.writelines(f"{label}\t{text}\n" for label, text in query)


if __name__ == "__main__":
    main()
