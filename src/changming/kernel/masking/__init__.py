"""Masking of personal data: the first step of everything that reads what a person wrote.

``mask`` never raises, whatever the text; it is linear in its length and changes nothing outside of what it found.
"""

from changming.kernel.masking.engine import mask, mask_adjacent
from changming.kernel.masking.folding import Folded, fold
from changming.kernel.masking.model import Found, Masked

__all__ = ["Folded", "Found", "Masked", "fold", "mask", "mask_adjacent"]
