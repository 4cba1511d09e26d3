"""`python -m fairoffer` is the `fairoffer` command."""

from fairoffer.cli import entry

if __name__ == "__main__":
    entry()
