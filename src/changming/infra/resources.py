"""Where the project's own files lie beside the package: ``migrations/`` and ``packs/``."""

from pathlib import Path


def project_dir(name: str) -> Path:
    """The folder ``name`` at the root of the checkout that this package was installed from.

    Raises:
        FileNotFoundError: the package was copied away from its checkout.
    """
    folder = Path(__file__).resolve().parents[3] / name
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is missing; Changming runs from its checkout (see README, «make run»)")
    return folder
