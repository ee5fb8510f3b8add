// Finds the n-th statement of a script, to name it in a message. Running the script does not depend on this.
import { shorten } from '../pooled-connection.js'

// In this order: what quotes and comments contain is neither a semicolon nor a word.
const token =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--(?:[ \t][^\n]*|(?=\n|$))|#[^\n]*|\/\*[\s\S]*?\*\/|;|[A-Za-z_]\w*/g
const hasBody =
  /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)\b/i

/** The start of statement number `index` (from 0), without comments, on one line. */
export function statementAt(sql: string, index: number): string {
  return shorten(splitStatements(sql)[index] ?? '')
}

/** Statements without their comments. A semicolon between BEGIN and END of a trigger or procedure separates nothing. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let text = ''
  let depth = 0
  let last = 0
  let previous = ''
  for (const match of sql.matchAll(token)) {
    const [found] = match
    const word = found.toUpperCase()
    text += sql.slice(last, match.index)
    last = match.index + found.length
    if (/^(?:--|#|\/\*)/.test(found)) continue
    // END IF, END LOOP and so on close what was not counted; CASE is, because END alone closes a CASE expression.
    if (previous === 'END' && depth > 0 && !/^(?:IF|LOOP|REPEAT|WHILE)$/.test(word)) depth -= 1
    if (/^(?:BEGIN|CASE)$/.test(word) && previous !== 'END' && hasBody.test(text)) depth += 1
    if (found === ';' && depth === 0) {
      statements.push(text)
      text = ''
      previous = ''
      continue
    }
    text += found
    previous = word
  }
  statements.push(text + sql.slice(last))
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '')
}
