"""A PostgreSQL of Changming's own: started with the first command that needs it, stopped by the last one that leaves.

``with open_server(data_dir) as server: server.dsn`` is the whole of it. See docs/reference/embedded-postgres.md.
"""

from changming.infra.postgres.embedded.binaries import Binaries, find_binaries
from changming.infra.postgres.embedded.layout import default_data_dir
from changming.infra.postgres.embedded.lifecycle import Server, open_server
from changming.infra.postgres.embedded.patience import Stage, Tell, quiet

__all__ = ["Binaries", "Server", "Stage", "Tell", "default_data_dir", "find_binaries", "open_server", "quiet"]
