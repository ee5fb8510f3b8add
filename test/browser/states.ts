// Every page in every state it can be in: for the tests of all pages, and for whoever wants to look at them.
import { errorStates } from './error-states.js'
import { menuStates } from './menu-states.js'
import { basketStates, orderStates } from './order-states.js'

export const pageStates = [...menuStates, ...basketStates, ...orderStates, ...errorStates]
