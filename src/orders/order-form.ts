// Reading the order form: what a browser, or anybody with curl, may send. No price, state or foreign id is among it.
import { z } from 'zod'
import { basketLinesMax } from '../basket/queries.js'
import { centsOf } from '../money.js'
import type { EarlierForm, FormFieldError } from './checkout-page.js'
import { parseOrderLine } from './order-lines.js'
import type { OrderForm } from './place-once.js'
import { randomIdPattern } from './queries.js'

/** One line of text as people type it: control characters refused, spaces around it gone. */
const shortText = (most: number) =>
  z
    .string()
    .transform((text) => text.trim().normalize('NFC'))
    .refine(
      (text) => !/\p{Cc}/u.test(text.replaceAll(/\r?\n/g, ' ')),
      'has characters that cannot be printed',
    )
    .refine((text) => [...text].length <= most, `is longer than ${most} characters`)

/** The fields that only our own page writes: if one of them is wrong, the form is not ours. */
export const machineFields = z.object({
  key: z.string().regex(randomIdPattern),
  line: z
    .array(
      z.string().transform((text, context) => {
        const line = parseOrderLine(text)
        if (line) return line
        context.addIssue({ code: 'custom', message: 'is not a line of an order' })
        return z.NEVER
      }),
    )
    .min(1)
    .max(basketLinesMax),
  total: z
    .string()
    .regex(/^\d{1,6}\.\d{2}$/)
    .transform(centsOf),
  pickup: z.string().max(40).default(''),
  asap_at: z.union([z.literal(''), z.iso.datetime()]).default(''),
  cup_name: z.string().max(1000).default(''),
  note: z.string().max(4000).default(''),
})

export type MachineFields = z.output<typeof machineFields>

/** The most characters of the name for the cup and of the note, as the columns hold them. */
const cupNameMax = 40
const noteMax = 200

// Made once: a schema costs far more to make than to use.
const cupNameField = shortText(cupNameMax).refine(
  (text) => text !== '',
  'is missing: what shall we write on the cup?',
)
const noteField = shortText(noteMax)
const instantField = z.iso.datetime()

/** The rest of the form, which a person filled in: mistakes there are shown beside the field, with everything kept. */
export function readOrderForm(
  fields: MachineFields,
): { form: OrderForm } | { errors: FormFieldError[] } {
  const cupName = cupNameField.safeParse(fields.cup_name)
  const note = noteField.safeParse(fields.note)
  const pickup = readPickup(fields)
  const errors: FormFieldError[] = []
  if (!cupName.success)
    errors.push({ field: 'cup_name', message: `The name ${firstIssue(cupName.error)}` })
  if (!note.success) errors.push({ field: 'note', message: `The note ${firstIssue(note.error)}` })
  if (!pickup) errors.push({ field: 'pickup', message: 'Choose when you want to pick it up' })
  if (!cupName.success || !note.success || !pickup) return { errors }
  return {
    form: {
      key: fields.key,
      lines: fields.line,
      totalCents: fields.total,
      pickup,
      cupName: cupName.data,
      note: note.data.replaceAll(/\s+/g, ' '),
    },
  }
}

export function earlierForm(fields: MachineFields): EarlierForm {
  return {
    key: fields.key,
    cupName: fields.cup_name.slice(0, cupNameMax),
    note: fields.note.slice(0, noteMax),
    pickup: fields.pickup,
  }
}

function readPickup({ pickup, asap_at }: MachineFields): OrderForm['pickup'] | undefined {
  if (pickup === 'asap') {
    return asap_at === '' ? undefined : { kind: 'asap', promisedAt: new Date(asap_at) }
  }
  const slot = instantField.safeParse(pickup)
  return slot.success ? { kind: 'slot', startsAt: new Date(slot.data) } : undefined
}

function firstIssue(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'cannot be read'
}
