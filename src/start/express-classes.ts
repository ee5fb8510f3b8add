// Express makes Node's requests and responses its own by changing the prototype of each. V8 gives an object whose
// prototype was changed a hidden class that it shares with no other, so that every property read from a request is looked
// up the slow way, again and again: half of what a page costs. Born with Express's prototypes they are all alike, and
// Express finds nothing to change.
import { IncomingMessage, ServerResponse } from 'node:http'

/** What an Express application has: the prototypes of its requests and responses. */
export interface Prototypes {
  request: object
  response: object
}

/** Makes classes for createServer() whose objects the application need not change. */
export function expressClasses(app: Prototypes) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request)
  Object.setPrototypeOf(ExpressResponse.prototype, app.response)
  app.request = ExpressRequest.prototype
  app.response = ExpressResponse.prototype
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse }
}
