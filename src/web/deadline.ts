// Nothing hangs: a request that has no answer in time gets one that says so. What the slow handler writes after that
// goes nowhere and throws nothing.
import type { Request, Response } from 'express'
import { PageError } from './page-error.js'

export const DEADLINE_MS = 5000

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express offers no other way to extend a response
  namespace Express {
    interface Response {
      deadline?: NodeJS.Timeout
    }
  }
}

type ShowError = (error: unknown, req: Request, res: Response, afterwards: () => void) => void

export function deadline(milliseconds: number, showError: ShowError) {
  function expire(req: Request, res: Response): void {
    if (res.headersSent) return void res.destroy()
    if (!req.complete) res.setHeader('Connection', 'close')
    const problem = req.complete ? tookTooLong() : arrivedTooSlowly()
    showError(problem, req, res, () => ignoreLateAnswer(res))
  }

  function stopTimer(this: Response): void {
    clearTimeout(this.deadline)
  }

  return function setDeadline(req: Request, res: Response): void {
    res.deadline = setTimeout(expire, milliseconds, req, res)
    res.on('close', stopTimer)
  }
}

/** For answers that are meant to stay open: event streams. */
export function liftDeadline(res: Response): void {
  clearTimeout(res.deadline)
}

function ignoreLateAnswer(res: Response): void {
  const nothing = () => res
  res.setHeader = nothing
  res.removeHeader = nothing
  res.writeHead = nothing
  res.write = () => false
  res.end = nothing
}

function tookTooLong(): PageError {
  return new PageError('unavailable', 'This took too long, so we stopped waiting for it.', {
    hint: 'Look at “My orders” before you send an order again: it may have been placed.',
    link: { href: '/orders', text: 'My orders' },
  })
}

function arrivedTooSlowly(): PageError {
  return new PageError('invalid', 'The form did not arrive in time, so nothing was done.', {
    status: 408,
    hint: 'Check your connection and send it again.',
  })
}
