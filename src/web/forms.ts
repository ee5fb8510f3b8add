// Reads a form (or a query) by its zod schema. What cannot be read becomes an ExpectedError that names the field in
// words a customer can use; what a person may well get wrong is better checked by the page that has the form.
import { z } from 'zod'
import { ExpectedError } from '../errors.js'

/** Returns what the schema makes of the fields. A field that the schema wants as a list may come once or often. */
export function readForm<Schema extends z.ZodType>(
  schema: Schema,
  fields: unknown,
): z.output<Schema> {
  const input = gatherLists(schema, fields ?? {})
  const result = schema.safeParse(input, { error: plainWords })
  if (result.success) return result.data
  const [issue] = result.error.issues
  const name = issue?.path[0] === undefined ? 'form' : String(issue.path[0])
  throw new ExpectedError(
    'invalid',
    `The field “${spoken(name)}” ${issue?.message ?? 'cannot be read'}.`,
    {
      hint: 'Go back, reload the page and try again.',
    },
  )
}

/** The id of a row: a whole number from 1. */
export const idField = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'is not one of ours')
  .transform(Number)

export function quantityField(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most}`)
}

// A list with one element looks like a single field in a form; only the schema knows better.
function gatherLists(schema: z.ZodType, fields: object): object {
  if (!(schema instanceof z.ZodObject)) return fields
  const entries = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    const field = schema.shape[name] as z.ZodType | undefined
    return [name, typeof value === 'string' && isList(field) ? [value] : value]
  })
  return Object.fromEntries(entries) as object
}

function isList(field: z.ZodType | undefined): boolean {
  if (
    field instanceof z.ZodDefault ||
    field instanceof z.ZodPrefault ||
    field instanceof z.ZodOptional
  ) {
    return isList(field.unwrap() as z.ZodType)
  }
  if (field instanceof z.ZodPipe) return isList(field.in as z.ZodType)
  return field instanceof z.ZodArray
}

function plainWords(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is missing'
  if (issue.code === 'invalid_type' && Array.isArray(issue.input)) return 'was sent more than once'
  if (issue.code === 'too_big')
    return Array.isArray(issue.input) ? 'was sent too often' : 'is too long'
  if (issue.code === 'too_small') return 'is too short'
  return 'cannot be used'
}

function spoken(name: string): string {
  return name.slice(0, 40).replaceAll(/[_-]/g, ' ')
}
