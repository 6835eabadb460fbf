# The explorer's files, from npm packages.
FROM node:22-slim AS graphiql
WORKDIR /graphiql
COPY graphiql/package.json graphiql/package-lock.json graphiql/.npmrc ./
RUN npm ci
COPY graphiql/ ./
RUN npm run build

# The Python environment, pinned.
FROM python:3.11-slim AS environment
WORKDIR /kith
RUN python -m venv /venv
COPY constraints.txt pyproject.toml README.md LICENSE ./
# The dependencies first, so that a change of the code does not install them anew.
RUN python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > requirements.txt \
 && /venv/bin/pip install --no-cache-dir -c constraints.txt -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 APP_ENV=production HOST=0.0.0.0 DATA_DIR=/data
RUN useradd --create-home --uid 10001 kith && install --directory --owner=kith /data
COPY --from=environment /venv /venv
WORKDIR /kith
COPY --chown=root:root . .
COPY --from=graphiql /graphiql/dist ./graphiql/dist
# Compiled once here: who runs it may not write into the folder.
RUN pip install --no-cache-dir --no-deps -e . && python -m compileall -q .
USER kith
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["kith"]
CMD ["serve"]
