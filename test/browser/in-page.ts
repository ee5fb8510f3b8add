// Functions that run inside a page: they are sent there as text, so each stands alone. Of the page's world only what
// they use is declared: with lib.dom the server's own code could use `window` and still compile.
interface Style {
  outlineStyle: string
  outlineWidth: string
  fontSize: string
  overflowX: string
  clipPath: string
  display: string
  position: string
}
interface Box {
  left: number
  right: number
  top: number
  bottom: number
  width: number
  height: number
}
export interface PageElement {
  id: string
  tagName: string
  innerText: string
  textContent: string
  className: string
  scrollWidth: number
  clientWidth: number
  childElementCount: number
  labels?: ArrayLike<PageElement>
  getAttribute(name: string): string | null
  getBoundingClientRect(): Box
  closest(selector: string): PageElement | null
  contains(other: PageElement | null): boolean
  matches(selector: string): boolean
}
declare const document: {
  activeElement: PageElement
  body: PageElement
  documentElement: PageElement & { style: { fontSize: string } }
  querySelectorAll(selector: string): Iterable<PageElement>
  elementFromPoint(x: number, y: number): PageElement | null
}
declare const window: { innerWidth: number; innerHeight: number; scrollY: number }
declare function getComputedStyle(element: PageElement): Style
declare const axe: {
  run(
    root: unknown,
    options: unknown,
  ): Promise<{
    violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[]
  }>
}

export interface FocusStop {
  tag: string
  /** As a screen reader would say it, roughly: the label or the text. */
  name: string
  isOutlined: boolean
  /** Inside the window, and not under something else. */
  isVisible: boolean
  /** Distance from the top of the page. */
  top: number
  /** For a failure's message. */
  where: string
}

/** Where the keyboard is. */
export function focusStop(): FocusStop {
  const at = document.activeElement
  const label = at.labels?.[0]
  const box = at.getBoundingClientRect()
  const isIn = box.top >= -1 && box.bottom <= window.innerHeight + 1 && box.width > 0
  const over = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)
  // A choice may draw the outline around its whole row.
  const outlined = [at, at.closest('label')].map((one) => one && getComputedStyle(one))
  return {
    tag: at.tagName.toLowerCase(),
    name: (at.getAttribute('aria-label') ?? (label ?? at).innerText).replaceAll(/\s+/g, ' ').trim(),
    isOutlined: outlined.some(
      (style) => style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    ),
    isVisible: isIn && over !== null && (at.contains(over) || over.contains(at)),
    top: Math.round(box.top + window.scrollY),
    where: `from ${Math.round(box.top)} to ${Math.round(box.bottom)} of ${window.innerHeight}, under ${over?.tagName}.${over?.className}`,
  }
}

/** What sticks out of the window, is cut off or squeezed, as short descriptions. */
export function cutOff(): string[] {
  const found: string[] = []
  const say = (element: PageElement, what: string) =>
    found.push(`<${element.tagName.toLowerCase()} class="${element.className}"> ${what}`)
  if (document.documentElement.scrollWidth > window.innerWidth)
    found.push(`the page is ${document.documentElement.scrollWidth} wide in ${window.innerWidth}`)
  for (const element of document.querySelectorAll('body *')) {
    const style = getComputedStyle(element)
    const box = element.getBoundingClientRect()
    const isForEars = style.clipPath !== 'none' || element.closest('.for-ears') !== null
    if (isForEars || box.width === 0 || element.closest('svg')) continue
    if (box.right > window.innerWidth + 1 || box.left < -1)
      say(element, `reaches from ${Math.round(box.left)} to ${Math.round(box.right)}`)
    const em = parseFloat(style.fontSize)
    const isText = element.childElementCount === 0 && element.innerText?.length > 3
    if (isText && box.width < 2 * em && box.height > 3 * em) say(element, 'is a pillar of letters')
    const isTyped = ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName)
    if (!isTyped && style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
      say(element, `holds ${element.scrollWidth} in ${element.clientWidth}`)
  }
  return found
}

/**
 * What is too small for a finger: less than 24 px either way, or 44 for buttons. Links within a sentence are exempt, as
 * WCAG 2.5.8 has it, and a choice counts with its label.
 */
export function tooSmall(): string[] {
  const found: string[] = []
  for (const target of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    if (target.getAttribute('type') === 'hidden' || target.closest('[hidden], .skip')) continue
    const { width, height } = (target.closest('label') ?? target).getBoundingClientRect()
    const style = getComputedStyle(target)
    if (width === 0 || style.clipPath !== 'none') continue
    const isInSentence = style.display === 'inline' && target.closest('p, li p') !== null
    const least = target.matches('button, .button, .bar a') ? 44 : 24
    if (!isInSentence && (width < least || height < least))
      found.push(
        `${target.tagName} "${target.innerText}" ${Math.round(width)}×${Math.round(height)}`,
      )
  }
  return found
}

/** Text twice as large, as browsers do it when somebody asks for larger text: a root of 32 px. */
export function doubleText(): void {
  document.documentElement.style.fontSize = '200%'
}

/** Everything axe finds against WCAG 2.2 A and AA and its own best practices. Needs axe in the page. */
export async function askAxe(): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  )
}

/** Resolves once the page has been scrolled to its end. */
export async function scrolledToEnd(): Promise<void> {
  const { scrollTo, requestAnimationFrame } = globalThis as unknown as {
    scrollTo(position: { top: number; behavior: 'instant' }): void
    requestAnimationFrame(then: () => void): void
  }
  scrollTo({ top: 1_000_000, behavior: 'instant' })
  await new Promise<void>((resolve) => {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        resolve()
      })
    })
  })
}
