"""The tasks of the harness, by name."""

from eval.tasks.base import Mark, Outcome, Task
from eval.tasks.key_quotes import KeyQuotes
from eval.tasks.names import Names
from eval.tasks.quotes import Quotes
from eval.tasks.segmentation import Segmentation
from eval.tasks.summaries import Summaries
from eval.tasks.support import Support
from eval.tasks.topics import Topics
from eval.tasks.unattributed import Unattributed

_ALL: tuple[type[Task], ...] = (
    Quotes,
    Names,
    Unattributed,
    Summaries,
    KeyQuotes,
    Topics,
    Support,
    Segmentation,
)
TASKS = {task.name: task for task in _ALL}

__all__ = ["TASKS", "Mark", "Outcome", "Task"]
