"""How well a newsroom's own taxonomy is labelled: by its words alone, and after a fit to examples."""

from eval.own_taxonomy.articles import read_articles
from eval.own_taxonomy.measuring import BBC, TaxonomyFigures, few_shot, many, zero_shot

__all__ = ["BBC", "TaxonomyFigures", "few_shot", "many", "read_articles", "zero_shot"]
