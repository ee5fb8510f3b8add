// What is left when no route took the request: the address exists for another method (405), or not at all (404).
import type { Application, NextFunction, Request, RequestHandler, Response } from 'express'
import { PageError } from './page-error.js'

const METHODS = ['GET', 'HEAD', 'POST']

/** The part of Express's router that knows which address has which methods. */
interface Layer {
  match(path: string): boolean
  path?: string
  route?: { methods: Record<string, boolean> }
  handle: { stack?: Layer[] }
}

/** Browsers send forms by GET and POST; nothing here answers to anything else. */
export function methodProblem(req: Request, res: Response): PageError | undefined {
  return METHODS.includes(req.method) ? undefined : methodRefused(res, METHODS)
}

export function notFound(app: Application): RequestHandler {
  return function answerNotFound(req: Request, res: Response, next: NextFunction) {
    const allowed = methodsAt((app.router as unknown as { stack: Layer[] }).stack, req.path)
    if (allowed.length > 0) return next(methodRefused(res, allowed))
    next(
      new PageError('not-found', 'There is no page at this address.', {
        hint: 'Perhaps the link was cut off or is out of date.',
      }),
    )
  }
}

function methodsAt(stack: readonly Layer[], path: string): string[] {
  return stack.flatMap((layer) => {
    if (!layer.match(path)) return []
    if (layer.route) return Object.keys(layer.route.methods).map((method) => method.toUpperCase())
    const rest = path.slice(layer.path?.length ?? 0)
    return layer.handle.stack
      ? methodsAt(layer.handle.stack, rest.startsWith('/') ? rest : `/${rest}`)
      : []
  })
}

function methodRefused(res: Response, allowed: readonly string[]): PageError {
  const all = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed
  res.setHeader('Allow', [...new Set(all)].join(', '))
  return new PageError('invalid', 'This address cannot be used in that way.', { status: 405 })
}
