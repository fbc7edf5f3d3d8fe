FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/gateway
COPY constraints.txt hatch_build.py LICENSE pyproject.toml README.md ./
COPY graphiql graphiql
COPY gateway gateway
RUN pip wheel --no-cache-dir --no-deps --wheel-dir wheels . \
    && /opt/gateway/bin/pip install --no-cache-dir --constraint constraints.txt "$(echo wheels/*.whl)[otel]"

FROM python:3.13-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin gateway \
    && install --directory --owner=gateway --group=gateway /data
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    GATEWAY_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ.get('GATEWAY_PORT', '8000') + '/-/live', timeout=3)"]
CMD ["autospot-gateway", "serve"]
