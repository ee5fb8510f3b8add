// The headers that tell browsers what pages may not do. They are Helmet's: computed once at start, because they are the
// same for every answer, and Helmet's own middleware would build them again and again.
import helmet from 'helmet'
import type { Request, Response } from 'express'

type Header = [name: string, value: string]

const STRICT_TRANSPORT = 'strict-transport-security'

/** Sets Helmet's headers, and Strict-Transport-Security only where the visitor came by TLS. */
export function securityHeaders() {
  const headers = helmetHeaders()
  const always = headers.filter(([name]) => name.toLowerCase() !== STRICT_TRANSPORT)
  const strictTransport = headers.filter(([name]) => name.toLowerCase() === STRICT_TRANSPORT)
  // Pages carry a visitor's basket and token: nobody else may keep them. A page may override this.
  always.push(['Cache-Control', 'private, no-cache'])

  return function setSecurityHeaders(req: Request, res: Response): void {
    for (const [name, value] of always) res.setHeader(name, value)
    if (req.secure) for (const [name, value] of strictTransport) res.setHeader(name, value)
  }
}

function helmetHeaders(): Header[] {
  const headers: Header[] = []
  const recorder = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined, // X-Powered-By, which Express is told not to send
  }
  const middleware = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // Not Helmet's default no-referrer: under that, browsers send "Origin: null" with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
  middleware({} as never, recorder as never, (error?: unknown) => {
    if (error instanceof Error) throw error
  })
  return headers
}
