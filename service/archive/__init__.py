"""The archive job: the same pipeline over millions of articles, killed at any instant, nothing lost or twice.

One way through: ``sources`` finds the inputs, ``readers`` streams raw articles with their positions,
``planner`` cuts them into shards, an engine (``pool`` here, ``ray_engine`` on a cluster) has each shard run
by the pure ``process_shard``, and ``manifest`` keeps what is planned and what is done. ``job`` drives them.

Not here: what an analysis is (``service.pipeline``), and how an article is let in (``service.ingest``).
"""
