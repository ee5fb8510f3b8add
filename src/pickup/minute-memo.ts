/**
 * Computes once a minute what holds for a whole minute: opening hours and slots begin and end on full minutes, and laying
 * them over a calendar with its clock changes takes longer than everything else a page does.
 */
export function createMinuteMemo<Result>(compute: (minute: Date) => Result): (now: Date) => Result {
  let kept: { minute: number; result: Result } | undefined
  return (now) => {
    const minute = Math.floor(+now / 60_000)
    if (kept?.minute !== minute) kept = { minute, result: compute(new Date(minute * 60_000)) }
    return kept.result
  }
}
