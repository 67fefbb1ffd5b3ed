"""The sections of docs/results.md that benchmarks write, each between two marks of its own."""
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "results.md"


def marks(name):
    return f"<!-- benchmark {name} -->", f"<!-- benchmark {name} ends -->"


def held(name):
    """What the page's section holds; "" where there is none."""
    begin, end = marks(name)
    return PAGE.read_text().partition(begin)[2].partition(end)[0]


def replace(name, lines):
    """Puts these lines in the place of the section's, or a new section at the end."""
    begin, end = marks(name)
    section = "\n".join([begin, *lines, end])
    head, found, rest = PAGE.read_text().partition(begin)
    PAGE.write_text(head + section + rest.partition(end)[2] if found else head.rstrip("\n") + "\n\n" + section + "\n")
