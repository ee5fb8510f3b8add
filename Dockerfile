# The café without its own database server: DATABASE_URL names one (compose.yaml brings MySQL).
FROM node:24-bookworm-slim AS build
WORKDIR /cafe
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build.mjs

# What runs: production dependencies, the compiled files and what is read while running. No compiler, no tests.
FROM node:24-bookworm-slim
ENV NODE_ENV=production CAFE_DATA_DIR=/data
WORKDIR /cafe
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /cafe/dist/src dist/src
COPY --from=build /cafe/dist/prisma dist/prisma
COPY --from=build /cafe/dist/scripts dist/scripts
COPY prisma prisma
COPY views views
# Cookie keys and the kept menu. A volume made from this image belongs to the user as this folder does.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
# /healthz, not /readyz: a café whose database is away still shows its menu, and restarting it helps nobody.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, without npm in between: signals arrive, and the café drains.
CMD ["node", "dist/src/server.js"]
