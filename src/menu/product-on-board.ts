import { ExpectedError } from '../errors.js'
import type { MenuBoard, MenuOnBoard } from './menu-board.js'
import { findProduct, type Product, type ProductGroup } from './menu.js'

/** 1 to 9 digits, so that what an address names is an id and never an error of the database. */
const idPattern = /^[1-9]\d{0,8}$/

/** The product an address or a form names, from the menu on the board; 'not-found' says where to go instead. */
export async function productOnBoard(
  board: MenuBoard,
  id: string,
): Promise<MenuOnBoard & { product: Product; group: ProductGroup }> {
  const shown = await board.current()
  const found = idPattern.test(id) ? findProduct(shown.menu, Number(id)) : undefined
  if (found) return { ...shown, ...found }
  throw new ExpectedError('not-found', 'This is not on our menu.', {
    hint: 'It may have been taken off. Have a look at what we serve today.',
  })
}
