"""Pure words that every layer speaks: ids, errors, instants, messages, decisions, personal data."""
