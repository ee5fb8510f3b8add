// The accounts, as SQL that the server itself runs before it lets anybody in (--init-file). It runs at every start:
// a lost password file is healed, and no account without a password is ever reachable.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { type Accounts, databaseName, type Home } from './home.js'

/** One statement per line: MySQL reads the file that way. */
export async function writeInitFile(home: Home, accounts: Accounts): Promise<string> {
  const { user, password, rootPassword } = accounts
  const path = join(home.root, 'accounts.sql')
  const lines = [
    'SET SESSION sql_log_bin = 0', // passwords do not belong in the binary log
    `CREATE DATABASE IF NOT EXISTS ${databaseName} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    ...['127.0.0.1', 'localhost'].flatMap((host) => [
      `CREATE USER IF NOT EXISTS '${user}'@'${host}' IDENTIFIED BY '${password}'`,
      `ALTER USER '${user}'@'${host}' IDENTIFIED BY '${password}'`,
      `GRANT ALL PRIVILEGES ON ${databaseName}.* TO '${user}'@'${host}'`,
    ]),
    // With skip-name-resolve 'localhost' is the socket and nothing else.
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${rootPassword}'`,
  ]
  await rm(path, { force: true }) // an old one may have another mode
  await writeFile(path, lines.map((line) => `${line};\n`).join(''), { mode: 0o600 })
  return path
}

/** Throws what the server (or the lack of one) answers. */
export async function logIn(
  socketPath: string,
  accounts: Accounts,
  timeoutMs = 2000,
): Promise<void> {
  const connection = await createConnection({
    socketPath,
    user: accounts.user,
    password: accounts.password,
    database: databaseName,
    connectTimeout: timeoutMs,
  })
  try {
    await connection.query('SELECT 1')
  } finally {
    connection.destroy()
  }
}
