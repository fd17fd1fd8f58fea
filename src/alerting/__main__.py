"""Run the command line with `python -m alerting`."""

from alerting.cli import main

if __name__ == "__main__":
    main()
