"""For programs: the small public API, the desk's health, the ledger's files."""
