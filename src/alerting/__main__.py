"""`python -m alerting` is the command `alerting`."""

from alerting.cli import main

if __name__ == "__main__":
    main()
