import type { TestProject } from 'vitest/node'

export interface DatabaseServer {
  host: string
  port: number
  user: string
  password: string
  family: 'mysql' | 'mariadb'
}

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: DatabaseServer
  }
}

export function setup(project: TestProject): void {
  const port = Number(process.env.TEST_PORT ?? 13306)
  project.provide('databaseServer', {
    host: '127.0.0.1',
    port,
    user: 'root',
    password: '',
    family: port === 13307 ? 'mysql' : 'mariadb',
  })
}
