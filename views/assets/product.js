// While options are chosen: what it will cost, and what will be in it. The server decides both again.
const form = document.querySelector('form.choose')
if (form) {
  const { locale, currency } = form.dataset
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency })
  const diets = ['none', 'vegetarian', 'vegan']
  const show = () => describe(form, money, diets)
  form.addEventListener('input', show)
  addEventListener('pageshow', show)
  show()
}

function describe(form, money, diets) {
  const missing = stillToChoose(form)
  if (missing) {
    document.querySelector('#sum').textContent = ''
    replaceIfChanged(document.querySelector('#known'), [missing])
    return
  }
  const parts = [form, ...form.querySelectorAll('input:checked')].map((part) => part.dataset)
  const quantity = Number(form.elements.quantity.value) || 1
  const cents = parts.reduce((sum, part) => sum + Number(part.priceCents), 0) * quantity
  const contains = union(parts, 'contains')
  const traces = union(parts, 'traces').filter((name) => !contains.includes(name))
  const diet = diets[Math.min(...parts.map((part) => diets.indexOf(part.diet)))]
  document.querySelector('#sum').textContent = ` · ${money.format(cents / 100)}`
  replaceIfChanged(document.querySelector('#known'), [
    ...asChosen(form),
    ...dietMark(diet),
    allergens(contains, traces),
  ])
}

// The milk that was chosen has sold out meanwhile: a drink without any is none we could say something about.
function stillToChoose(form) {
  const group = form.querySelector('fieldset:has(:required):not(:has(:checked))')
  if (!group) return undefined
  const name = group.querySelector('legend').firstChild.textContent.trim()
  return element('p', 'hint', `Still to choose: ${name}. Then we can tell what is in it.`)
}

function union(parts, key) {
  return [...new Set(parts.flatMap((part) => part[key].split('|')).filter(Boolean))]
}

function asChosen(form) {
  const hasChoices = form.querySelector('.option') !== null
  return hasChoices ? [element('p', 'hint', 'As you have chosen it:')] : []
}

function dietMark(diet) {
  if (diet === 'none') return []
  const mark = element('span', `mark is-${diet}`, diet === 'vegan' ? 'Vegan' : 'Vegetarian')
  const line = element('p', 'diet', '')
  line.append(mark)
  return [line]
}

function allergens(contains, traces) {
  const says = []
  if (contains.length > 0) says.push(`Contains ${list(contains)}.`)
  if (traces.length > 0) says.push(`May contain traces of ${list(traces)}.`)
  return element('p', 'allergens', says.join(' ') || 'None of the 14 main allergens.')
}

function list(names) {
  return names.join(', ').toLowerCase()
}

function element(name, className, text) {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

// Only a change is announced: the place is a polite live region.
function replaceIfChanged(place, children) {
  const text = children.map((child) => child.textContent).join(' ')
  if (place.dataset.says === text) return
  place.dataset.says = text
  place.replaceChildren(...children)
}
