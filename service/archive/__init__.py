"""The archive job: the pipeline over millions of articles. A kill at any instant loses and repeats nothing.

The rooms, in the order of their imports:

- ``inputs`` finds the files and streams raw articles with their positions.
- ``job`` plans shards, analyses one shard into one file, and keeps the manifest of what is planned and done.
- ``engines`` run shards: in a pool of processes, or on a Ray cluster.
- ``reporting`` shows progress, status and the final summary.

``run`` drives a job through all of them; ``verify`` checks its output afterwards. Not here: what an analysis
is (``service.pipeline``), and how an article is let in (``service.ingest``).
"""
