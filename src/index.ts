import { failClosed } from './action/guard.js'
import { run } from './action/run.js'

failClosed(() => run(process.env))
