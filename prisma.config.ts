import { defineConfig } from 'prisma/config'

// For the Prisma CLI alone: `prisma generate` here, and `prisma migrate status` wherever its engine can be downloaded.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
})
