"""How long a desk that has run before takes from the command to its first page, beside a bare page of the framework."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

ROUNDS = 3
LIMIT_S = 60.0
BARE = """
import sys
import uvicorn
from litestar import Litestar, get

@get("/", sync_to_thread=False)
def home() -> str:
    return "lamp"

uvicorn.run(Litestar([home]), host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def first_page(command: list[str], port: int) -> float:
    """Seconds from starting ``command`` to its first answered page; the process is ended in order."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHANGMING_")}
    began = time.perf_counter()
    with subprocess.Popen(command, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while time.perf_counter() - began < LIMIT_S:
                try:
                    if httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 200:
                        return time.perf_counter() - began
                except httpx.TransportError:
                    time.sleep(0.01)
        finally:
            process.terminate()
            process.wait(timeout=LIMIT_S)
    raise TimeoutError("no page came")


def serve(data: Path) -> float:
    port = free_port()
    command = [sys.executable, "-P", "-m", "changming", "serve", "--data", str(data), "--port", str(port)]
    return first_page(command, port)


def bare() -> float:
    port = free_port()
    return first_page([sys.executable, "-P", "-c", BARE, str(port)], port)


def run() -> list[dict[str, Any]]:
    folder = Path(tempfile.mkdtemp(prefix="changming-bench-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        cold = serve(folder / "desk")
        pairs = [(serve(folder / "desk"), bare()) for _ in range(ROUNDS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    warm, peer = (min(times) for times in zip(*pairs, strict=True))
    beside = {"unit": "s", "peer": "bare page of Litestar on uvicorn", "peer_value": peer}
    return [
        {"name": "serve, first start to first page", "value": cold, **beside, "ratio": cold / peer},
        {"name": "serve, warm start to first page", "value": warm, **beside, "ratio": warm / peer},
    ]
