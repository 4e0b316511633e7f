// Loaded before a program: notes, when it ends, how much memory it had at most, in bytes.
const { writeFileSync } = require('node:fs')

process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS * 1024)))
