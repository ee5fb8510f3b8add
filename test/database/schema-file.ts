// Reads prisma/schema.prisma as far as tables go. The generated client does not keep what is asked here: column types,
// nullability, keys. Prisma's own parser is not published for programs.

export interface Table {
  name: string
  /** 'column_name type NULL|NOT NULL' in MySQL's words. */
  columns: string[]
  /** 'column, column' of each unique key, the primary one included. */
  uniqueKeys: string[]
  indexes: string[]
  /** 'columns -> table (columns) ON DELETE x ON UPDATE y'. */
  foreignKeys: string[]
}

interface Model {
  name: string
  table: string
  lines: string[]
  /** Field name to column name. */
  columnOf: Map<string, string>
}

const scalars: Readonly<Record<string, string>> = {
  Int: 'int',
  BigInt: 'bigint',
  Boolean: 'tinyint(1)',
}

export function readSchema(text: string): Table[] {
  const enums = new Map(
    blocks(text, 'enum').map(({ name, lines }) => [
      name,
      `enum(${lines
        .filter((line) => !line.startsWith('@@'))
        .map((value) => `'${value}'`)
        .join(',')})`,
    ]),
  )
  const models = blocks(text, 'model').map(({ name, lines }): Model => {
    const table = /@@map\("(\w+)"\)/.exec(lines.join('\n'))?.[1] ?? name
    const columnOf = new Map(
      fieldsOf(lines).map((line) => [line.split(/\s+/)[0] ?? '', columnName(line)]),
    )
    return { name, table, lines, columnOf }
  })
  const byName = new Map(models.map((model) => [model.name, model]))
  return models.map((model) => readTable(model, byName, enums))
}

function readTable(model: Model, models: Map<string, Model>, enums: Map<string, string>): Table {
  const columns = (list: string) =>
    list
      .split(',')
      .map((field) => model.columnOf.get(field.trim()) ?? field.trim())
      .join(', ')
  const table: Table = {
    name: model.table,
    columns: [],
    uniqueKeys: [],
    indexes: [],
    foreignKeys: [],
  }
  for (const line of model.lines) {
    const block = /^@@(id|unique|index)\(\[([^\]]+)\]/.exec(line)
    if (block)
      (block[1] === 'index' ? table.indexes : table.uniqueKeys).push(columns(block[2] ?? ''))
    if (line.startsWith('@@')) continue
    const [, type = '', mark] = /^\w+\s+(\w+)(\?|\[\])?/.exec(line) ?? []
    const relation =
      /@relation\(fields: \[([^\]]+)\], references: \[([^\]]+)\](?:, onDelete: (\w+))?(?:, onUpdate: (\w+))?\)/.exec(
        line,
      )
    const target = models.get(type)
    if (relation && target) {
      const [, fields = '', references = '', onDelete, onUpdate = 'Cascade'] = relation
      const keys = references
        .split(',')
        .map((field) => target.columnOf.get(field.trim()))
        .join(', ')
      const rules = `ON DELETE ${sqlRule(onDelete ?? (mark === '?' ? 'SetNull' : 'Restrict'))} ON UPDATE ${sqlRule(onUpdate)}`
      table.foreignKeys.push(`${columns(fields)} -> ${target.table} (${keys}) ${rules}`)
    }
    if (target) continue
    table.columns.push(
      `${columnName(line)} ${enums.get(type) ?? sqlType(type, line)} ${mark === '?' ? 'NULL' : 'NOT NULL'}`,
    )
    if (/@(?:id|unique)\b/.test(line)) table.uniqueKeys.push(columnName(line))
  }
  return table
}

function sqlType(type: string, line: string): string {
  const native = /@db\.(\w+(?:\([\d, ]+\))?)/.exec(line)?.[1]
  if (native === 'UnsignedBigInt') return 'bigint unsigned'
  const found = native?.toLowerCase().replaceAll(' ', '') ?? scalars[type]
  if (found === undefined) throw new Error(`This test does not know the type of: ${line}`)
  return found
}

function blocks(text: string, kind: string): { name: string; lines: string[] }[] {
  return [...text.matchAll(new RegExp(`^${kind} (\\w+) \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, name = '', body = '']) => ({
      name,
      lines: body
        .split('\n')
        .map((line) => line.replace(/\/\/.*/, '').trim())
        .filter((line) => line !== ''),
    }),
  )
}

function fieldsOf(lines: string[]): string[] {
  return lines.filter((line) => !line.startsWith('@@'))
}

function columnName(line: string): string {
  return /@map\("(\w+)"\)/.exec(line)?.[1] ?? line.split(/\s+/)[0] ?? ''
}

function sqlRule(rule: string): string {
  return rule.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase()
}
