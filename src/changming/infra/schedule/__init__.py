"""Due work: clocks, reminders, deliveries and events that travel up the layers are rows of one table."""

from changming.infra.schedule.model import Inside, Job, Lane, Outside, Work
from changming.infra.schedule.runner import Runner
from changming.infra.schedule.store import Backlog, add, add_all, backlog, cancel

__all__ = ["Backlog", "Inside", "Job", "Lane", "Outside", "Runner", "Work", "add", "add_all", "backlog", "cancel"]
