"""Fits the weights of ``answers.suspicion`` and says how well they do: ``python -m eval.suspicion``."""
