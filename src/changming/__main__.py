"""``python -m changming``."""

import sys

from changming.cli import main

sys.exit(main())
