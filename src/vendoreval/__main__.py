"""Run the command as ``python -m vendoreval``."""

from vendoreval.cli import main

if __name__ == "__main__":
    main()
