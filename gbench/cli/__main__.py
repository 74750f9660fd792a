"""`python -m gbench.cli`, where the `gbench` script is not on the path."""

from gbench.cli import main

main()
