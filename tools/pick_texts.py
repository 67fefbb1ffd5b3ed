#!/usr/bin/env python3
"""Picks examples for the quickstart out of JSON lines on standard input: --support a class to adapt to, and others to label."""

import argparse
import json
import sys

LENGTHS = range(40, 110)  # bytes of a text that fits on a line and says something


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--support", type=int, default=5, help="texts a class to adapt to")
    parser.add_argument("--query", type=int, default=4, help="texts a class to label")
    parser.add_argument("support_file")
    parser.add_argument("query_file")
    options = parser.parse_args()

    by_label = {}
    for line in sys.stdin:
        example = json.loads(line)
        inside = example.get("attributes", example).get("domain") == options.domain
        if inside and len(example["text"].encode()) in LENGTHS:
            by_label.setdefault(example["label"], []).append(example["text"])

    support, query = [], []
    for label, texts in sorted(by_label.items()):
        # Evenly spread: neighbours in the file are often of one review.
        wanted = options.support + options.query
        texts = [texts[i * len(texts) // wanted] for i in range(wanted)]
        support += [{"text": text, "label": label} for text in texts[: options.support]]
        query += [(label, text) for text in texts[options.support :]]
    with open(options.support_file, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(example, ensure_ascii=False) + "\n" for example in support)
    with open(options.query_file, "w", encoding="utf-8") as out:
        out.writelines(f"{label}\t{text}\n" for label, text in query)


if __name__ == "__main__":
    main()
