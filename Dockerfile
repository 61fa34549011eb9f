# docker build -t backprop-visualizer . && docker run --rm -p 8000:8000 --read-only --tmpfs /tmp backprop-visualizer
#
# Behind a registry or a certificate of your own, hand the build your settings; none of them stays in the image:
#   docker build --secret id=pip.conf,src=... --secret id=npmrc,src=... --secret id=ca.crt,src=... .

FROM python:3.13-slim AS build
WORKDIR /src
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/venv
COPY requirements requirements
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=ca.crt,target=/run/secrets/ca.crt \
    pip="/opt/build/bin/pip --no-cache-dir --disable-pip-version-check" \
    && $pip install --quiet --require-hashes -r requirements/build.txt \
    && $pip --python /opt/venv/bin/python3 install --quiet --require-hashes -r requirements/run.txt
COPY . .
RUN --mount=type=secret,id=npmrc,target=/run/secrets/npmrc --mount=type=secret,id=ca.crt,target=/run/secrets/ca.crt \
    NPM_CONFIG_USERCONFIG=/run/secrets/npmrc /opt/build/bin/python3 -m hatchling build --target wheel --directory /dist \
    && /opt/build/bin/pip --python /opt/venv/bin/python3 install --quiet --no-deps --no-index /dist/*.whl \
    && /opt/venv/bin/python3 -m compileall -q /opt/venv

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Backprop Visualizer" org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["backprop-visualizer", "--host", "0.0.0.0", "--port", "8000", "--no-browser"]
