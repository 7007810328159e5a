"""`python -m evaluering` is the same as `evaluering`."""

import sys

from evaluering.cli import main

sys.exit(main())
