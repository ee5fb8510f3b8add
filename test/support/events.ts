// A reader of server-sent events, as a browser's EventSource is one.

export interface ServerEvent {
  event: string
  id: string
  data: unknown
}

export interface EventReader {
  /** The next event; waits for it. Throws when the stream has ended. */
  next(): Promise<ServerEvent>
  close(): void
}

export async function followEvents(
  url: string,
  cookies: string,
  lastEventId?: string,
): Promise<EventReader> {
  const stop = new AbortController()
  const response = await fetch(url, {
    signal: stop.signal,
    headers: {
      cookie: cookies,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
  })
  if (!response.body) throw new Error(`No stream at ${url}: status ${response.status}`)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let buffered = ''

  async function next(): Promise<ServerEvent> {
    for (;;) {
      const end = buffered.indexOf('\n\n')
      if (end < 0) {
        const { value, done } = await reader.read()
        if (done) throw new Error('The stream has ended')
        buffered += value
        continue
      }
      const fields = new Map(buffered.slice(0, end).split('\n').map(field))
      buffered = buffered.slice(end + 2)
      if (fields.has('data')) return eventOf(fields)
    }
  }

  return { next, close: () => stop.abort() }
}

function field(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}

function eventOf(fields: Map<string, string>): ServerEvent {
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null') as unknown,
  }
}
