"""The tasks of the harness, by name."""

from eval.tasks.base import ArticleScore, Highlight, Task
from eval.tasks.key_quotes import KeyQuotesTask
from eval.tasks.names import NamesTask
from eval.tasks.quotes import QuotesTask
from eval.tasks.segmentation import SegmentationTask
from eval.tasks.speakers import SpeakersTask
from eval.tasks.summaries import SummariesTask
from eval.tasks.support import SupportTask
from eval.tasks.topics import TopicsTask
from eval.tasks.unattributed import UnattributedTask

_ALL: tuple[type[Task], ...] = (
    QuotesTask,
    NamesTask,
    SpeakersTask,
    UnattributedTask,
    SummariesTask,
    KeyQuotesTask,
    TopicsTask,
    SupportTask,
    SegmentationTask,
)
TASKS = {task.name: task for task in _ALL}

__all__ = ["TASKS", "ArticleScore", "Highlight", "Task"]
