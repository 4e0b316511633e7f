// Loaded before a program that runs with --expose-gc: notes every second what is left on the heap after a collection.
const { writeFileSync } = require('node:fs')

const samples = []
setInterval(() => {
  globalThis.gc()
  samples.push({ seconds: process.uptime(), bytes: process.memoryUsage().heapUsed })
}, 1000).unref()
process.on('exit', () => writeFileSync(process.env.HEAP_FILE, JSON.stringify(samples)))
