"""`python -m joinedup` is the command `joinedup`."""

import sys

from joinedup.cli import main

sys.exit(main())
