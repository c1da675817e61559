"""The tasks of the harness, by name."""

from eval.tasks.base import ArticleScore, Highlight, Task
from eval.tasks.digest.genre import GenreTask
from eval.tasks.digest.points import PointsTask
from eval.tasks.digest.summaries import SummariesTask
from eval.tasks.segmentation import SegmentationTask
from eval.tasks.speech.key_quotes import KeyQuotesTask
from eval.tasks.speech.lead_quote import LeadQuoteTask
from eval.tasks.speech.names import NamesTask
from eval.tasks.speech.quotes import QuotesTask
from eval.tasks.speech.speakers import SpeakersTask
from eval.tasks.speech.unattributed import UnattributedTask
from eval.tasks.support import SupportTask
from eval.tasks.topics import TopicsTask

_ALL: tuple[type[Task], ...] = (
    QuotesTask,
    NamesTask,
    SpeakersTask,
    UnattributedTask,
    SummariesTask,
    PointsTask,
    KeyQuotesTask,
    LeadQuoteTask,
    GenreTask,
    TopicsTask,
    SupportTask,
    SegmentationTask,
)
TASKS = {task.name: task for task in _ALL}

__all__ = ["TASKS", "ArticleScore", "Highlight", "Task"]
