// A page that is the same for everybody but for a few places. It is turned into bytes once; each visitor gets a copy
// with the places filled in, which takes a tenth of the time of joining and encoding the text again.

/** Fills the places with these texts, in the order in which `preparePage` was given their marks. */
export type FillPage = (texts: readonly string[]) => Buffer

interface Piece {
  bytes: Buffer
  /** Which text follows; undefined after the last piece. */
  place: number | undefined
}

/** Cuts the text at every occurrence of every mark. */
export function preparePage(html: string, marks: readonly string[]): FillPage {
  const pieces = cut(html, marks)
  const fixedBytes = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const uses = marks.map((_, place) => pieces.filter((piece) => piece.place === place).length)

  return function fillPage(texts) {
    const fillings = texts.map((text) => Buffer.from(text))
    const size = fillings.reduce(
      (sum, { length }, place) => sum + length * (uses[place] ?? 0),
      fixedBytes,
    )
    const page = Buffer.allocUnsafe(size)
    let end = 0
    for (const { bytes, place } of pieces) {
      end += bytes.copy(page, end)
      const filling = place === undefined ? undefined : fillings[place]
      if (filling) end += filling.copy(page, end)
    }
    return page
  }
}

function cut(html: string, marks: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  let rest = html
  for (;;) {
    const next = firstMark(rest, marks)
    pieces.push({ bytes: Buffer.from(rest.slice(0, next?.at)), place: next?.place })
    if (next === undefined) return pieces
    rest = rest.slice(next.at + next.mark.length)
  }
}

function firstMark(html: string, marks: readonly string[]) {
  return marks
    .map((mark, place) => ({ at: html.indexOf(mark), mark, place }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]
}
