// Saves a tap and a retyped name. Everything here also works without it.
const settledMs = 800
const quantities = [...document.querySelectorAll('form.set-quantity')]
for (const form of quantities) sendWhenSettled(form)
returnFocus()

const place = document.querySelector('#place')
if (place) {
  keepTyped(place, 'cup_name', localStorage)
  keepTyped(place, 'note', sessionStorage)
  keepTyped(place, 'pickup', sessionStorage)
  guardSending(place)
}

// An arrow key is a change, too: three of them shall be one sending, and leave the keyboard where it was.
function sendWhenSettled(form) {
  const field = form.elements.quantity
  let settling
  form.classList.add('is-automatic')
  field.addEventListener('change', () => {
    clearTimeout(settling)
    settling = setTimeout(() => form.requestSubmit(), settledMs)
  })
  form.addEventListener('submit', () => {
    if (document.activeElement === field) write(sessionStorage, 'basket.focus', field.id)
  })
}

function returnFocus() {
  const id = read(sessionStorage, 'basket.focus')
  if (id) document.getElementById(id)?.focus()
  write(sessionStorage, 'basket.focus', '')
}

function unsentQuantity() {
  const isUnsent = ({ value, defaultValue }) => value !== defaultValue
  return quantities.find((form) => isUnsent(form.elements.quantity))
}

// Changing a quantity loads the page anew. What was typed by then comes back, unless the server sent something.
function keepTyped(form, name, storage) {
  const field = form.elements[name]
  const key = `basket.${name}`
  const kept = read(storage, key)
  const wasSent = form.querySelector('[aria-invalid]') !== null
  if (kept && !wasSent) {
    const isChoice = field.tagName === 'SELECT'
    const isOffered = isChoice && [...field.options].some((o) => o.value === kept && !o.disabled)
    if (isChoice ? isOffered : field.value === '') field.value = kept
  }
  field.addEventListener('input', () => write(storage, key, field.value))
}

function guardSending(form) {
  const button = form.querySelector('button')
  const note = form.querySelector('#not-sent')
  const say = (text) => {
    note.textContent = text
    note.hidden = text === ''
  }
  form.addEventListener('submit', (event) => {
    if (!navigator.onLine) {
      event.preventDefault()
      say(
        'Not sent yet: you are offline. Nothing has been ordered. Try again once you are connected.',
      )
      return
    }
    const unsent = unsentQuantity()
    if (unsent) {
      // What is placed is what was shown last: first the new total, then the order.
      event.preventDefault()
      unsent.requestSubmit()
      return
    }
    say('')
    if (!button) return
    // After the browser has collected the form: a disabled button must not stop the sending itself.
    setTimeout(() => setBusy(button, true))
  })
  // Back from the receipt, or from a connection that failed: the same form may be sent again, its key makes it one order.
  addEventListener('pageshow', () => button && setBusy(button, false))
  addEventListener('offline', () => {
    say('You are offline. Your order is not sent yet; it stays on this page.')
    if (button) setBusy(button, false)
  })
  addEventListener('online', () => say('You are connected again. Your order is not sent yet.'))
}

function setBusy(button, isBusy) {
  button.disabled = isBusy
  button.dataset.text ??= button.textContent
  button.textContent = isBusy ? 'Sending…' : button.dataset.text
}

function read(storage, key) {
  try {
    return storage.getItem(key)
  } catch {
    return null // storage can be forbidden; then nothing is kept
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, value)
  } catch {
    // as above, or full
  }
}
