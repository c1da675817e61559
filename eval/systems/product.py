"""Pullquote itself, in this process: the door and the pipeline, as the command line uses them."""

from __future__ import annotations

from collections.abc import Sequence

from eval.systems.shape import BuildContext
from service.bootstrap import build_door, build_grounder, build_pipeline
from service.domain import Analysis, Article
from service.ingest import Declared
from service.settings import Settings
from service.text.document import Document


class Product:
    """The whole service without HTTP; settings come from the environment, as the service reads them."""

    def __init__(self) -> None:
        settings = Settings()
        self._door, self._pipeline = build_door(settings), build_pipeline(settings)
        self._grounder = build_grounder(settings, self._pipeline.encoder)

    def analyse(self, article: Article) -> Analysis:
        """Take the article's text in at the door and analyse it. Raises PullquoteError."""
        declared = Declared(id=article.id, title=article.title, language="en")
        return self._pipeline.analyse(self._door.from_text(article.text, declared))

    def judge(self, article: Article, claims: Sequence[str]) -> tuple[float, ...]:
        """Return the support of each claim, by the service's full scorer."""
        read = self._grounder.read(Document(article, self._pipeline.segmenter.segment(article)))
        return tuple(read.ground(claim).support for claim in claims)

    def sentence_ends(self, article: Article) -> tuple[int, ...]:
        """Return where the service's own segmenter ends sentences."""
        return tuple(sentence.span.end for sentence in self._pipeline.segmenter.segment(article))


def build(_: BuildContext, __: str) -> Product:
    """Load the default models."""
    return Product()
