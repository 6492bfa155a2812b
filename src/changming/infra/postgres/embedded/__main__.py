"""Run one of PostgreSQL's own tools on the embedded server: ``python -m changming.infra.postgres.embedded DIR TOOL …``.

For the operator: ``DIR psql``, ``DIR pg_dump --format=custom --file=desk.dump``. The tool finds the server by its
environment (PGHOST, PGPORT, PGUSER, PGDATABASE); the server is started for it if need be.
"""

import os
import subprocess
import sys
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from changming.infra.postgres.embedded.lifecycle import open_server
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
_LEAST_ARGUMENTS = 2


def main(arguments: list[str]) -> int:
    """Run the tool and give its exit status; 2 for wrong usage, 1 when the server cannot be had (said on stderr)."""
    if len(arguments) < _LEAST_ARGUMENTS:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder, tool, *rest = arguments
    try:
        with open_server(Path(folder)) as server:
            named = {_VARIABLES[key]: str(value) for key, value in conninfo_to_dict(server.dsn).items()}
            done = subprocess.run([server.binaries.tool(tool), *rest], check=False, env={**os.environ, **named})  # noqa: S603 - the operator's own command
            return done.returncode
    except ChangmingError as refused:
        sys.stderr.writelines(f"{refused.message(lang)}\n{refused.next_step(lang)}\n" for lang in Lang)
        return 1
    except FileNotFoundError as missing:
        sys.stderr.write(f"{missing.filename}: {missing.strerror}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
