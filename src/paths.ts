// Where the files stand that are read while running, whether this runs from src/ or, compiled, from dist/src/.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder))
}

export const projectRoot = findRoot(import.meta.dirname)
export const viewsFolder = join(projectRoot, 'views')
export const migrationsFolder = join(projectRoot, 'prisma/migrations')
export const seedFolder = join(projectRoot, 'prisma/seed')
