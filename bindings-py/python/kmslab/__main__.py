"""`python -m kmslab` is the command `kmslab`."""

import sys

from .cli import main

sys.exit(main())
