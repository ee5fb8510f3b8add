// Follows the order while the page is open. Without it the page loads itself again now and then.
const receipt = document.querySelector('#receipt')
const connection = document.querySelector('#connection')
const quietMs = 3000
const retryMs = 5000
let version = Number(receipt.dataset.version)
let worry

follow()
forgetTyped()

function follow() {
  const events = new EventSource(receipt.dataset.events)
  events.addEventListener('open', reassure)
  events.addEventListener('status', (event) => {
    reassure()
    const seen = Number(event.lastEventId)
    // A slow answer must not take the order back on screen.
    if (seen < version) return
    version = seen
    const now = JSON.parse(event.data)
    show(now)
    if (now.status === 'collected' || now.status === 'cancelled') events.close()
  })
  events.addEventListener('error', () => {
    worry ??= setTimeout(() => say('Reconnecting… This is the last we heard.'), quietMs)
    // The browser reconnects by itself, except after an answer that is no stream.
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, retryMs)
  })
}

function show(now) {
  receipt.className = `now is-${now.status}`
  write('#status', now.statusText)
  write('#wait', now.waitText)
  document.querySelector('#steps').replaceChildren(...now.steps.map(stepItem))
  document.title = `${now.statusText} · ${document.querySelector('#number').textContent}`
  const cancel = document.querySelector('#cancel')
  if (cancel) cancel.hidden = !now.canCancel
}

function stepItem({ name, state }) {
  const item = document.createElement('li')
  item.className = `is-${state}`
  item.textContent = name
  if (state === 'current') item.setAttribute('aria-current', 'step')
  if (state === 'done') {
    const done = document.createElement('span')
    done.className = 'for-ears'
    done.textContent = 'Done: '
    item.prepend(done)
  }
  return item
}

// Only a change is announced: the place is a polite live region.
function write(selector, text) {
  const place = document.querySelector(selector)
  if (place.textContent !== text) place.textContent = text
}

function reassure() {
  clearTimeout(worry)
  worry = undefined
  say('')
}

function say(text) {
  if (connection.textContent === text) return
  connection.textContent = text
  connection.hidden = text === ''
}

// What basket.js kept for the form belonged to the order that is now placed.
function forgetTyped() {
  try {
    sessionStorage.removeItem('basket.note')
    sessionStorage.removeItem('basket.pickup')
  } catch {
    // storage can be forbidden; then nothing was kept
  }
}
