"""One job: options, planning, shards and their analyses, the manifest and the files of output."""
