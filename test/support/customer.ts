// Customers who use the café through its pages, over HTTP: for tests and for the benchmark.

export type Fields = Record<string, string | string[]>

export interface Page {
  status: number
  html: string
  headers: Record<string, string>
  /** Values of every input of that name, in the order of the page; of radio buttons and check boxes, the checked ones. */
  values(name: string): string[]
}

/** A browser without JavaScript: keeps cookies, reads forms, sends them. */
export class Customer {
  private readonly jar = new Map<string, string>()

  constructor(private readonly url: string) {}

  get cookies(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async visit(
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<Page> {
    const response = await fetch(this.url + path, {
      redirect: 'manual',
      ...init,
      headers: { cookie: this.cookies, ...init.headers },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.jar.set(name, value)
    }
    return pageOf(response.status, Object.fromEntries(response.headers), await response.text())
  }

  /** Sends a form as a browser would, without following the redirect. `_csrf` is taken from `page`, or from a fresh one. */
  async send(path: string, fields: Fields, page?: Page): Promise<Page> {
    return this.sendRaw(path, encode({ ...(await this.token(page)), ...fields }))
  }

  async sendRaw(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    type = 'application/x-www-form-urlencoded',
  ): Promise<Page> {
    return this.visit(path, { method: 'POST', body, headers: { 'content-type': type } })
  }

  async token(page?: Page): Promise<{ _csrf: string }> {
    return { _csrf: (page ?? (await this.visit('/menu/1'))).values('_csrf')[0] ?? '' }
  }

  /** Puts a product into the basket with its usual options, or those given as { groupId: optionIds }. */
  async add(
    product: number,
    { quantity = 1, options }: { quantity?: number; options?: Record<number, number[]> } = {},
  ): Promise<Page> {
    const page = await this.visit(`/menu/${product}`)
    const fields: Fields = { product: String(product), quantity: String(quantity) }
    for (const [name, value] of checkedOptions(page.html)) {
      fields[name] = [fields[name] ?? [], value].flat()
    }
    for (const [group, ids] of Object.entries(options ?? {})) {
      fields[`option-${group}`] = ids.map(String)
    }
    return this.send('/basket/lines', fields, page)
  }

  /** The order form as the basket page shows it. */
  async orderForm(more: Fields = {}): Promise<{ page: Page; fields: Fields }> {
    const page = await this.visit('/basket')
    return { page, fields: { ...orderFields(page), cup_name: 'Ada', ...more } }
  }

  /** Checks and places what is in the basket. */
  async order(more: Fields = {}): Promise<Page> {
    const { page, fields } = await this.orderForm(more)
    return this.send('/orders', fields, page)
  }
}

export function orderFields(page: Page): Fields {
  return {
    key: page.values('key'),
    line: page.values('line'),
    total: page.values('total'),
    pickup: 'asap',
    asap_at: page.values('asap_at'),
    note: '',
  }
}

export function encode(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  )
  return new URLSearchParams(pairs).toString()
}

function checkedOptions(html: string): [string, string][] {
  return inputs(html)
    .filter((input) => input.name?.startsWith('option-') && 'checked' in input)
    .map((input) => [input.name ?? '', input.value ?? ''])
}

function pageOf(status: number, headers: Record<string, string>, html: string): Page {
  return {
    status,
    html,
    headers,
    values: (name) =>
      inputs(html)
        .filter((input) => input.name === name && isFilledIn(input))
        .map((input) => input.value ?? ''),
  }
}

function isFilledIn(input: Record<string, string>): boolean {
  return !['radio', 'checkbox'].includes(input.type ?? '') || 'checked' in input
}

function inputs(html: string): Record<string, string>[] {
  return [...html.matchAll(/<input\b([^>]*)>/g)].map(([, attributes = '']) =>
    Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [
        name,
        unescape(value),
      ]),
    ),
  )
}

function unescape(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" }
  return text.replaceAll(/&(amp|lt|gt|#34|#39);/g, (_, name: string) => characters[name] ?? '')
}

/** The text a person reads, white space folded. */
export function textOf(html: string): string {
  return unescape(
    html.replaceAll(/<(script|style|noscript)[\s\S]*?<\/\1>/g, ' ').replaceAll(/<[^>]*>/g, ' '),
  )
    .replaceAll(/\s+/g, ' ')
    .trim()
}
