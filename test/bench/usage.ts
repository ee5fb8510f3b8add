// Loaded into a measured program before its own code (node --import): tells what the process has used, and ends it when
// the benchmark is gone. The program itself knows nothing of being measured.

export interface Usage {
  cpuSeconds: number
  rssMb: number
  rssPeakMb: number
}

process.on('message', (message) => {
  if (message === 'usage') process.send?.(readUsage())
})
process.on('disconnect', () => process.exit(1))
process.channel?.unref()

function readUsage(): Usage {
  const { user, system } = process.cpuUsage()
  return {
    cpuSeconds: (user + system) / 1_000_000,
    rssMb: process.memoryUsage.rss() / 1024 / 1024,
    rssPeakMb: process.resourceUsage().maxRSS / 1024,
  }
}
