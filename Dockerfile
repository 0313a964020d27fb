# The bot alone, as an unprivileged user, with its one file in a volume.
#   docker build -t letterwatch .
#   docker run -d --name letterwatch -e DISCORD_TOKEN -v letterwatch:/data letterwatch
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /opt/letterwatch \
 && /opt/letterwatch/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt \
 && /opt/letterwatch/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY sandbox/ sandbox/
COPY migrations/ migrations/
RUN /opt/letterwatch/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home letterwatch && mkdir -p /etc/letterwatch
COPY --from=build /opt/letterwatch /opt/letterwatch
COPY config.toml /etc/letterwatch/config.toml
ENV PATH=/opt/letterwatch/bin:$PATH PYTHONUNBUFFERED=1 LETTERWATCH_DATABASE_URL=sqlite+aiosqlite:////data/letterwatch.db
USER letterwatch
WORKDIR /data
# The database, and its backups in /data/backups. For backups on another disk, mount it there, writable for uid 10001.
VOLUME /data
# Fails when the last tick of the watch is old: running is not enough, it has to look.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 \
  CMD ["letterwatch", "health", "--config", "/etc/letterwatch/config.toml"]
CMD ["letterwatch", "run", "--config", "/etc/letterwatch/config.toml"]
