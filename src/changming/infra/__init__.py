"""IO, made once: PostgreSQL, schedule, live updates, HTTP, settings, logs."""
