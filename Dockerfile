# syntax=docker/dockerfile:1
# memsvc with its model inside: works offline, runs as a plain user.
#
#   docker build -t memsvc .
#
# PyTorch is needed for the export of the model alone and stays in the first stage, and so does
# what it brings along for GPUs. To save gigabytes there, point --build-arg PIP_EXTRA_INDEX_URL at an
# index of CPU builds.

FROM python:3.13-slim-trixie AS build
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_EXTRA_INDEX_URL=${PIP_EXTRA_INDEX_URL} PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/memsvc
ENV PATH=/opt/memsvc/bin:${PATH}
WORKDIR /build
COPY constraints.txt ./
RUN pip install -c constraints.txt torch==2.13.0
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY memsvc memsvc
RUN pip install -c constraints.txt . \
    && MEMSVC_EMBEDDING__MODEL_DIR=/opt/models memsvc prepare \
    && pip freeze > installed.txt \
    && sed -nE '/^(torch|sentence-transformers|transformers|scikit-learn|scipy|sympy|networkx|triton|nvidia-.*|cuda-.*)==/p' \
        installed.txt > for-the-export.txt \
    && pip uninstall --yes --requirement for-the-export.txt

FROM python:3.13-slim-trixie
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home memsvc \
    && install --directory --owner memsvc --group memsvc --mode 0700 /data
COPY --from=build /opt/memsvc /opt/memsvc
COPY --from=build --chown=memsvc:memsvc /opt/models /opt/models
ENV PATH=/opt/memsvc/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    MEMSVC_HOST=0.0.0.0 \
    MEMSVC_DATA_DIR=/data \
    MEMSVC_EMBEDDING__MODEL_DIR=/opt/models
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
CMD ["memsvc", "serve"]
